"""The whole main job on many checks: ask, record, conclude. Run as a child, one JSON line out."""

import asyncio
import json
import resource
import sqlite3
import sys
import tempfile
from pathlib import Path

import uvloop

from benchmarks.bare import cpu
from monitor.bootstrap import configured, connected, watching

LINES = 50  # per interface, so that a catalogue stays readable


def catalogue(url: str, checks: int, interval: int) -> str:
    """`checks` targets with one check each, all on one host."""
    interfaces = [
        f"  i{first}:\n"
        f"    title: {{nl: Koppelvlak {first}, en: Interface {first}}}\n"
        "    chain: plan\n"
        "    standard: other\n"
        "    checks: [{kind: openapi_document}]\n"
        "    lines:\n"
        + "".join(
            f"      v{n}: {{targets: {{prod: {{base_url: '{url}/i{first}/v{n}'}}}}}}\n"
            for n in range(min(LINES, checks - first))
        )
        for first in range(0, checks, LINES)
    ]
    return (
        "catalogue: 1\n"
        "environments:\n"
        "  prod: {name: {nl: Productie, en: Production}}\n"
        f"policy: {{interval: {interval}s, per_host: 100}}\n"
        "interfaces:\n" + "".join(interfaces)
    )


async def watch(url: str, checks: int, interval: int, seconds: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        written = Path(folder, "many.yaml")
        written.write_text(catalogue(url, checks, interval))  # noqa: ASYNC240  before the clock runs
        kept = Path(folder, "many.db")
        settings = configured(catalogue=str(written), database_url=f"sqlite:///{kept}")
        async with connected(settings, secrets={}) as works, watching(works):
            # the first round comes faster than the interval, and is not what we measure
            await asyncio.sleep(max(8, interval + 2))
            begin, before, rows = works.monitor.clock(), cpu(), count(kept)
            await asyncio.sleep(seconds)
            used, recorded = cpu() - before, count(kept) - rows
            since = int(begin.timestamp() * 1_000_000)
        late, missed = lateness(kept, since)
    late.sort()
    return {
        "cpu_ms": 1000 * used / recorded,
        "recorded": recorded,
        "wanted": checks * seconds / interval,
        "missed": missed,
        "late_p50_ms": late[len(late) // 2],
        "late_p99_ms": late[len(late) * 99 // 100],
        "rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def count(path: Path) -> int:
    with sqlite3.connect(path) as database:
        return int(database.execute("SELECT count(*) FROM observation").fetchone()[0])


def lateness(path: Path, since: int) -> tuple[list[float], int]:
    """How many milliseconds after its slot each run began, and the slots that were missed."""
    with sqlite3.connect(path) as database:
        late = database.execute(
            "SELECT (at - slot) / 1000.0 FROM observation WHERE slot >= ?", (since,)
        ).fetchall()
        missed = database.execute(
            "SELECT coalesce(sum(count), 0) FROM missed WHERE last >= ?", (since,)
        ).fetchone()[0]
    return [one for (one,) in late], int(missed)


if __name__ == "__main__":
    url, checks, interval, seconds = sys.argv[1], *map(int, sys.argv[2:5])
    print(json.dumps(uvloop.run(watch(url, checks, interval, seconds))))
