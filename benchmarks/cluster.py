"""1,000 checks every 10 s by two watchers and two workers over PostgreSQL: is any slot missed."""

import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from subprocess import DEVNULL, Popen, run
from typing import Any

import psutil
import psycopg

from benchmarks.children import started
from benchmarks.loopback import free_port, loopback
from benchmarks.table import Row, show
from benchmarks.together import server

LINES = 500
"""Each is asked from two locations: 1,000 checks."""
INTERVAL = 10
SETTLE = 30.0
"""Seconds after the first answer of every check: what comes with a start is not steady."""
SECONDS = 60.0
STARTS = 120.0
LATE = 0.25
PLACES = ("internet", "pkio")

SEEN = """
SELECT count(*), count(DISTINCT check_key), coalesce(max(at - slot), 0),
       coalesce(percentile_disc(0.99) WITHIN GROUP (ORDER BY at - slot), 0)
FROM observation WHERE slot >= %(begin)s AND slot < %(end)s
"""
MISSED = 'SELECT coalesce(sum("count"), 0) FROM missed WHERE last >= %(begin)s AND first < %(end)s'

Rows = list[tuple[Any, ...]]


def measure() -> Iterator[Row]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        supplier = stack.enter_context(loopback())
        url, _ = stack.enter_context(server())
        file = written(folder, supplier)
        run([sys.executable, "-m", "monitor", "migrate", "--database-url", url], check=True)
        processes = {
            **{f"watcher {n}": begun(stack, file, url, "watcher", "internet") for n in (1, 2)},
            **{f"worker {n}": begun(stack, file, url, "worker", "pkio") for n in (1, 2)},
        }
        wait_for_everyone(url)
        time.sleep(SETTLE)
        used = cpu(processes.values())
        begin = moment(url)
        time.sleep(SECONDS)
        end = moment(url)
        used = cpu(processes.values()) - used
        time.sleep(INTERVAL)  # what was asked is recorded, or told as missed
        span = {"begin": begin, "end": end}
        ((count, checks, latest, late),) = rows(url, SEEN, span)
        ((missed,),) = rows(url, MISSED, span)
        memory = max(psutil.Process(one.pid).memory_info().rss for one in processes.values())
    due = 2 * LINES * SECONDS / INTERVAL
    what = f"{2 * LINES:,} checks at {INTERVAL} s, 2 watchers, 2 workers"
    yield Row(
        f"{what}: slots missed in {SECONDS:.0f} s",
        "0",
        f"{missed} ({count} of {due:.0f} recorded, of {checks} checks)",
        held=not missed and checks == 2 * LINES and count >= due * 0.98,
    )
    yield Row(
        f"{what}: start after the slot, p99",
        f"< {LATE} s",
        f"{late / 1e6:.3f} s (at most {latest / 1e6:.2f} s)",
        held=late < LATE * 1e6,
    )
    yield Row(f"{what}: CPU of the four", "", f"{100 * used / SECONDS:.0f} % of a core")
    yield Row(
        f"{what}: memory of the largest", "< 256 MiB", f"{memory >> 20} MiB", held=memory < 2**28
    )


def written(folder: Path, supplier: str) -> Path:
    lines = "".join(
        f'      v{n}: {{targets: {{prod: {{base_url: "{supplier}/v{n}"}}}}}}\n'
        for n in range(LINES)
    )
    file = folder / "cluster.yaml"
    file.write_text(
        "catalogue: 1\n"
        "environments: {prod: {name: {nl: Productie, en: Production}}}\n"
        "locations:\n"
        "  internet: {nl: Openbaar internet, en: Public internet}\n"
        "  pkio: {nl: Besloten netwerk, en: Restricted network}\n"
        f"policy: {{interval: {INTERVAL}s, timeout: 5s, per_host: 100,"
        " locations: [internet, pkio], quorum: 2}\n"
        "interfaces:\n"
        "  cluster:\n"
        "    title: {nl: Velen, en: Many}\n"
        "    chain: generiek\n"
        "    standard: other\n"
        "    checks: [{kind: openapi_document}]\n"
        f"    lines:\n{lines}",
        "utf-8",
    )
    return file


def begun(stack: ExitStack, file: Path, url: str, role: str, place: str) -> "Popen[str]":
    environ = {
        "KETENWACHT_CATALOGUE": str(file),
        "KETENWACHT_DATABASE_URL": url,
        "KETENWACHT_LOCATION": place,
        "KETENWACHT_BIND": f"127.0.0.1:{free_port()}",
    }
    more: Sequence[str] = ("--location", place) if role == "worker" else ()
    return stack.enter_context(started("monitor", role, *more, environ=environ, stderr=DEVNULL))


def wait_for_everyone(url: str) -> None:
    deadline = time.monotonic() + STARTS
    while time.monotonic() < deadline:
        ((checks,),) = rows(url, "SELECT count(DISTINCT check_key) FROM observation", {})
        if checks == 2 * LINES:
            return
        time.sleep(1)
    raise RuntimeError(f"only {checks} of {2 * LINES} checks were asked within {STARTS:.0f} s")


def moment(url: str) -> int:
    """Microseconds, as slots are kept."""
    ((now,),) = rows(url, "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint", {})
    return int(now)


def cpu(processes: Any) -> float:
    times = [psutil.Process(one.pid).cpu_times() for one in processes]
    return sum(one.user + one.system for one in times)


def rows(url: str, query: str, values: dict[str, int]) -> Rows:
    with psycopg.connect(url) as connection:
        return connection.execute(query.encode(), values).fetchall()


if __name__ == "__main__":
    show([*measure()])
