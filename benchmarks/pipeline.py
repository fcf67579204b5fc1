"""The whole main job on a catalogue: ask, record, conclude. Run as a child, one JSON line out."""

import asyncio
import json
import resource
import sqlite3
import sys
import tempfile
from pathlib import Path

import uvloop

from benchmarks.bare import cpu
from benchmarks.table import percentile
from monitor.bootstrap import configured, connected, watching
from monitor.cli.serving import leave_in_peace

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
    return headed(f"interval: {interval}s, per_host: 100", "".join(interfaces))


def headed(policy: str, interfaces: str) -> str:
    return (
        "catalogue: 1\n"
        "environments:\n"
        "  prod: {name: {nl: Productie, en: Production}}\n"
        f"policy: {{{policy}}}\n"
        "interfaces:\n" + interfaces
    )


async def watch(file: str, warm: float, seconds: int, like: str) -> dict[str, float]:
    """Measure `seconds` of steady watching, `warm` seconds after the start.

    Counted are checks whose id is LIKE the pattern.
    """
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder, "many.db")
        settings = configured(catalogue=file, database_url=f"sqlite:///{kept}")
        async with connected(settings, secrets={}) as works, watching(works):
            leave_in_peace()
            # the first round comes faster than the interval, and is not what we measure
            await asyncio.sleep(warm)
            begin, before = works.monitor.clock(), cpu()
            await asyncio.sleep(seconds)
            end, used = works.monitor.clock(), cpu() - before
        since, until = (int(at.timestamp() * 1_000_000) for at in (begin, end))
        late, total, missed = recorded(kept, like, since, until)
    return {
        "cpu_ms": 1000 * used / max(1, len(late)),
        "recorded": len(late),
        "missed": missed,
        "late_p50_ms": percentile(late, 0.5),
        "late_p99_ms": percentile(late, 0.99),
        "total_p99_ms": percentile(total, 0.99),
        "rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


LATE = """
    SELECT (at - slot) / 1000.0, total * 1000.0 FROM observation
    JOIN check_of_target c ON c.key = check_key AND c.id LIKE ? WHERE slot >= ? AND slot < ?
"""
MISSED = """
    SELECT coalesce(sum(count), 0) FROM missed
    JOIN check_of_target c ON c.key = check_key AND c.id LIKE ? WHERE last >= ? AND first < ?
"""


def recorded(path: Path, *wanted: object) -> tuple[list[float], list[float], int]:
    """How many milliseconds after its slot each run began, and took; the slots missed."""
    with sqlite3.connect(path) as database:
        rows = database.execute(LATE, wanted).fetchall()
        missed = database.execute(MISSED, wanted).fetchone()[0]
    return [late for late, _ in rows], [took for _, took in rows], int(missed)


if __name__ == "__main__":
    file, warm, seconds, like = sys.argv[1:5]
    print(json.dumps(uvloop.run(watch(file, float(warm), int(seconds), like))))
