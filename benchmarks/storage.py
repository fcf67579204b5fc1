"""Rows a second into SQLite with synchronous=FULL: bare, and with all that follows from them."""

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path

from benchmarks.street import NOW, answers, street
from benchmarks.table import Row, show
from monitor.domain.observation import Observation
from monitor.recorder import Recorder
from monitor.storage.engine import Database
from monitor.storage.ledger import Ledger

SECONDS = 3.0
BATCHES = (1, 50, 500)
LINES = 167  # 501 targets

Writing = Callable[[Sequence[Observation]], Awaitable[object]]


def measure() -> Iterator[Row]:
    for size in BATCHES:
        kept = asyncio.run(rate(size, concluded=False))
        concluded = asyncio.run(rate(size, concluded=True))
        yield Row(
            f"recording in batches of {size}",
            "-",
            f"{kept:,.0f} rows/s kept; {concluded:,.0f} kept and concluded",
        )


async def rate(size: int, *, concluded: bool) -> float:
    landscape = street(LINES)
    with tempfile.TemporaryDirectory() as folder:
        database = await Database.open(f"sqlite:///{Path(folder, 'many.db')}")
        recorder = Recorder(database, lambda: landscape)

        async def keep(batch: Sequence[Observation]) -> object:
            async with database.begin() as tx:
                return await Ledger(tx).observe(batch)

        try:
            return await written(recorder.record if concluded else keep, size)
        finally:
            await database.close()


async def written(write: Writing, size: int) -> float:
    stream = rounds()
    await write([next(stream) for _ in range(LINES * 3)])  # the first answers conclude more
    begin, rows = time.perf_counter(), 0
    while (passed := time.perf_counter() - begin) < SECONDS:
        await write([next(stream) for _ in range(size)])
        rows += size
    return rows / passed


def rounds() -> Iterator[Observation]:
    at = NOW
    while True:
        yield from answers(LINES, at)
        at += timedelta(minutes=1)


if __name__ == "__main__":
    show([*measure()])
