"""The demo catalogue against its simulator: how soon the first round is in, and what it costs."""

import json
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from benchmarks.children import started
from benchmarks.loopback import free_port
from benchmarks.table import Row, show
from checks.simulator.addresses import Addresses
from monitor.catalogue.loader import load, shipped

FIRST_ROUND = 10.0  # seconds
MEMORY = 150.0  # MB
SHARE = 5.0  # per cent of one core
SETTLE = 10.0
"""Seconds after the first round: what comes with a start is not steady."""
SECONDS = 40.0


def measure() -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as folder, simulator() as addresses:
        catalogue, kept = Path(folder, "demo.yaml"), Path(folder, "demo.db")
        catalogue.write_text(addresses.rewritten(shipped("demo").read_text("utf-8")))
        checks = sum(probe.asked for probe in load((catalogue,)).landscape.probes.values())
        arguments = (
            *("run", "--bind", f"127.0.0.1:{free_port()}"),
            *("--catalogue", catalogue, "--database-url", f"sqlite:///{kept}"),
        )
        environ = {**addresses.environ, "KETENWACHT_CA_FILE": addresses.ca}
        begin = time.monotonic()
        with started("monitor", *arguments, environ=environ, stderr=subprocess.DEVNULL) as ours:
            while answered(kept) < checks:
                if time.monotonic() - begin > 6 * FIRST_ROUND or ours.poll() is not None:
                    raise RuntimeError(f"{answered(kept)} of {checks} checks were recorded")
                time.sleep(0.1)
            first = time.monotonic() - begin
            time.sleep(SETTLE)
            process = psutil.Process(ours.pid)
            before = process.cpu_times()
            time.sleep(SECONDS)
            after = process.cpu_times()
            used = after.user + after.system - before.user - before.system
            memory = process.memory_info().rss / 1_000_000
    share = 100 * used / SECONDS
    what = f"demo catalogue, {checks} checks a minute"
    yield Row(
        f"{what}: from start to the first full round recorded",
        f"< {FIRST_ROUND:.0f} s",
        f"{first:.1f} s",
        first < FIRST_ROUND,
    )
    yield Row(f"{what}: CPU", f"< {SHARE:.0f} % of a core", f"{share:.1f} %", share < SHARE)
    yield Row(f"{what}: memory", f"< {MEMORY:.0f} MB", f"{memory:.0f} MB", memory < MEMORY)


@contextmanager
def simulator() -> Iterator[Addresses]:
    """The pretend DSO-LV in a process of its own, as `ketenwacht demo` starts it."""
    pipe = subprocess.PIPE
    with started("checks.simulator", "--ports", 0, stdin=pipe, stdout=pipe) as process:
        assert process.stdout
        told = json.loads(process.stdout.readline())
        del told["environ"]
        yield Addresses(**told)


def answered(kept: Path) -> int:
    """How many checks have an answer in the record."""
    try:
        with sqlite3.connect(f"file:{kept}?mode=ro", uri=True) as database:
            asked = "SELECT count(DISTINCT check_key) FROM observation"
            return int(database.execute(asked).fetchone()[0])
    except sqlite3.OperationalError:
        return 0  # there are no tables yet


if __name__ == "__main__":
    show([*measure()])
