"""kill -9, SIGTERM and SIGSTOP at a real process that watches, records and serves."""

import asyncio
import random
import signal
from datetime import datetime, timedelta
from pathlib import Path

import httpx2

from tests.chaos.invariants import invariants
from tests.chaos.kept import Answer, answers, holes, sightings
from tests.chaos.running import (
    ROUNDS,
    Running,
    all_up,
    ready,
    running,
    settled_on,
    stopped,
    until,
)
from tests.chaos.supplier import Supplier, catalogue, many, supplying, written

LINES = 20
SECOND = timedelta(seconds=1)


async def listen(monitor: Running, acknowledged: set[Answer]) -> None:
    """Note everything that the page tells, for as long as it tells anything."""
    while True:
        try:
            items = await monitor.items("/api/v1/observations?limit=200")
        except (httpx2.TransportError, ValueError):
            pass
        else:
            acknowledged.update(
                Answer(
                    f"{item['line']}@{item['environment']}#{item['check']}",
                    datetime.fromisoformat(item["slot"]),
                    item["outcomeClass"],
                )
                for item in items
            )
        await asyncio.sleep(0.05)


async def test_kill_9_loses_nothing_that_was_told(database_url: str, tmp_path: Path) -> None:
    often = 8 if database_url.startswith("sqlite") else 2  # 200 together in 20 rounds
    kills = 1 if ROUNDS == 1 else often * ROUNDS
    chance = random.Random(kills)
    acknowledged: set[Answer] = set()
    async with supplying() as supplier:
        file = written(tmp_path, catalogue(many(supplier, LINES)))
        for number in range(kills):
            supplier.version = f"8.5.{number}"
            async with running(file, database_url) as monitor:
                await until(monitor.is_alive)
                listening = asyncio.create_task(listen(monitor, acknowledged))
                if number == 0:
                    await until(lambda: bool(acknowledged))
                await asyncio.sleep(chance.uniform(0.0, 2.0))
                monitor.send(signal.SIGKILL)
                await monitor.ended()
                listening.cancel()
                await asyncio.wait([listening])
            assert acknowledged <= {*await answers(database_url)}
            await invariants(database_url, SECOND)
        async with running(file, database_url) as monitor:
            await ready(monitor)
            supplier.version = "9.0.0"
            await until(lambda: settled_on(monitor, "9.0.0"))
            await stopped(monitor)
    assert acknowledged
    assert acknowledged <= {*await answers(database_url)}
    assert any("not running" in row.reason for row in await holes(database_url))
    await invariants(database_url, SECOND)
    arrivals = [row for row in await sightings(database_url) if row.after is None]
    assert len(arrivals) == LINES, "a restart is no first arrival"


async def test_frozen_woken_and_stopped_it_loses_nothing_that_was_answered(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with supplying() as supplier:
        file = written(tmp_path, catalogue(many(supplier, LINES)))
        async with running(file, sqlite_url) as monitor:
            await ready(monitor)
            await frozen(monitor, supplier)
            supplier.delay = 0.8
            await until(lambda: supplier.waiting > LINES // 2)
            await stopped(monitor)
        told = [answer.outcome_class for answer in await answers(sqlite_url)]
        assert supplier.waiting == 0, "what was asked at the stop got its answer"
        assert told.count("ok") == len(told) == supplier.answered.total()
    long = [row for row in await holes(sqlite_url) if row.last - row.first >= SECOND]
    assert len({row.check_key for row in long}) == LINES, "the stall counts as missed"
    await invariants(sqlite_url, SECOND)


async def frozen(monitor: Running, supplier: Supplier) -> None:
    """For 4 s; after that it goes on by itself."""
    monitor.send(signal.SIGSTOP)
    await asyncio.sleep(4)
    asked = supplier.asked.copy()
    monitor.send(signal.SIGCONT)
    await until(lambda: all(supplier.asked[one] > asked[one] + 1 for one in asked))
    await until(lambda: all_up(monitor))
    assert (await monitor.get("/")).status_code == 200
