"""Uptime over 90 days from roll-ups, in a database that holds that much."""

import asyncio
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from benchmarks.street import DAYS, ENVIRONMENTS, NOW, answers, line_id, street
from benchmarks.table import Row, percentile, show
from monitor.domain.health import State, StateSpan
from monitor.domain.landscape import TargetId
from monitor.storage.engine import Database
from monitor.storage.ledger import Ledger
from monitor.storage.queries import Queries
from monitor.storage.rollup import roll

LINES = 10
EVERY = timedelta(hours=1)
ASKED = 100


def measure() -> Iterator[Row]:
    yield from asyncio.run(history())


async def history() -> list[Row]:
    landscape = street(LINES)
    targets = [TargetId(line_id(n), where) for n in range(LINES) for where in ENVIRONMENTS]
    with tempfile.TemporaryDirectory() as folder:
        database = await Database.open(f"sqlite:///{Path(folder, 'history.db')}")
        try:
            rows = await remember(database, targets)
            begin = time.perf_counter()
            await roll(database, NOW, landscape)
            rolling = time.perf_counter() - begin
            times = [await ask(database, targets[n % len(targets)]) for n in range(ASKED)]
        finally:
            await database.close()
    what = f"{DAYS} days of {len(targets)} targets"
    hours = DAYS * 24 * len(targets)
    return [
        Row(
            f"{what} ({rows:,} answers): all rolled up",
            "-",
            f"{rolling:.1f} s, {hours / rolling:,.0f} target-hours/s",
        ),
        Row(
            f"{what}: uptime per day and in total, from roll-ups",
            "-",
            f"{percentile(times, 0.5):.1f} ms (p99 {percentile(times, 0.99):.1f})",
        ),
    ]


async def remember(database: Database, targets: list[TargetId]) -> int:
    """An answer an hour of every target, and an hour of outage each week."""
    begin, rows = NOW - timedelta(days=DAYS), 0
    for day in range(DAYS):
        hours = (begin + (24 * day + hour) * EVERY for hour in range(24))
        batch = [one for at in hours for one in answers(LINES, at)]
        spans = [
            (target, StateSpan(state, begin + timedelta(days=day, hours=hour)))
            for target in targets
            for state, hour in ((State.DOWN, 3), (State.UP, 4))
            if not day % 7
        ]
        async with database.begin() as tx:
            rows += len(await Ledger(tx).observe(batch))
            await Ledger(tx).change_states(spans)
    return rows


async def ask(database: Database, target: TargetId) -> float:
    """Milliseconds."""
    begin = time.perf_counter()
    async with database.read() as tx:
        told = await Queries(tx).uptime(target, NOW - timedelta(days=DAYS), NOW)
    assert told.total.probes >= DAYS * 24 - 24
    assert told.total.uptime is not None
    assert 0.9 < told.total.uptime < 1
    return 1000 * (time.perf_counter() - begin)


if __name__ == "__main__":
    show([*measure()])
