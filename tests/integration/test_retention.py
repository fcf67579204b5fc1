"""What is old goes, in its own time, and nothing goes before it is counted."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import Connection

from monitor.domain.health import State, StateSpan
from monitor.domain.observation import Missed
from monitor.storage import retention
from monitor.storage.engine import Database
from monitor.storage.fault import DiskFull
from monitor.storage.ledger import Ledger
from monitor.storage.queries import Queries
from monitor.storage.reserve import SIZE, Reserve
from monitor.storage.retention import Keep, prune
from monitor.storage.rollup import roll
from tests.building import HEALTH, NOON, PROD, landscape, seen

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


async def ten_days(database: Database) -> None:
    """An answer every six hours for ten days, and one state all the time."""
    async with database.begin() as tx:
        await Ledger(tx).observe([seen(at=NOON - step * 6 * HOUR) for step in range(1, 41)])
        await Ledger(tx).change_states([(PROD, StateSpan(State.UP, NOON - 10 * DAY))])


async def raw_slots(database: Database) -> list[datetime]:
    async with database.read() as tx:
        page = await Queries(tx).observations(limit=1_000)
    return [one.slot for one in page.items]


async def probes_told(database: Database, since: datetime) -> int:
    async with database.read() as tx:
        return (await Queries(tx).uptime(PROD, since, NOON)).total.probes


async def test_answers_go_after_their_time_and_are_still_counted(database: Database) -> None:
    await ten_days(database)
    await roll(database, NOON, landscape())
    await prune(database, NOON, Keep(raw=2 * DAY))
    assert min(await raw_slots(database)) == kept_from(database, NOON - 2 * DAY)
    assert await probes_told(database, NOON - 11 * DAY) == 40


async def test_answers_that_are_not_rolled_up_stay(database: Database) -> None:
    await ten_days(database)
    await prune(database, NOON, Keep(raw=2 * DAY))
    assert len(await raw_slots(database)) == 40
    await roll(database, NOON - 5 * DAY, landscape())
    await prune(database, NOON, Keep(raw=2 * DAY))
    assert min(await raw_slots(database)) == kept_from(database, NOON - 5 * DAY)


def kept_from(database: Database, at: datetime) -> datetime:
    """PostgreSQL keeps days and lets them go whole."""
    return at.replace(hour=0) if database.is_shared else at


async def test_days_outlive_their_hours(database: Database) -> None:
    await ten_days(database)
    await roll(database, NOON, landscape())
    before = await probes_told(database, NOON - 11 * DAY)
    await prune(database, NOON, Keep(raw=DAY, hourly=2 * DAY))
    assert await probes_told(database, NOON - 11 * DAY) == before
    async with database.read() as tx:
        points = await Queries(tx).response_times(PROD, NOON - 7 * DAY, NOON)
    assert points[0].start >= NOON - 3 * DAY


async def test_days_go_last_but_the_states_stay(database: Database) -> None:
    await ten_days(database)
    await roll(database, NOON, landscape())
    await prune(database, NOON, Keep(raw=DAY, hourly=DAY, daily=3 * DAY))
    async with database.read() as tx:
        found = await Queries(tx).uptime(PROD, NOON - 10 * DAY, NOON)
    assert found.days[1].tally.probes == 0
    assert found.days[-2].tally.probes == 4


async def test_a_late_change_leaves_what_was_counted_of_pruned_answers(database: Database) -> None:
    await ten_days(database)
    await roll(database, NOON, landscape())
    await prune(database, NOON, Keep(raw=2 * DAY))
    async with database.begin() as tx:
        await Ledger(tx).change_states([(PROD, StateSpan(State.DOWN, NOON - 5 * DAY))])
    await roll(database, NOON, landscape())
    assert await probes_told(database, NOON - 11 * DAY) == 40


async def test_pruning_goes_by_pieces(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "PIECE", 7)
    await ten_days(database)
    await roll(database, NOON, landscape())
    await prune(database, NOON, Keep(raw=timedelta()))
    assert all(slot >= kept_from(database, NOON) for slot in await raw_slots(database))


async def test_holes_go_with_the_answers(database: Database, database_url: str) -> None:
    hole = Missed(HEALTH, NOON - 9 * DAY, NOON - 9 * DAY, 1, "a stall")
    await ten_days(database)
    async with database.begin() as tx:
        await Ledger(tx).miss([hole, replace(hole, first=NOON, last=NOON)])
    await roll(database, NOON, landscape())
    await prune(database, NOON, Keep(raw=2 * DAY))
    async with database.begin() as tx:
        kept = await tx.run(
            lambda connection: connection.exec_driver_sql("SELECT count(*) FROM missed").scalar()
        )
    assert kept == 1


async def test_a_full_disk_is_said_and_pruning_makes_room(sqlite_url: str) -> None:
    database = await Database.open(sqlite_url)
    try:
        await full(database)
        with pytest.raises(DiskFull, match="make room"):
            await ten_days(database)
        await prune(database, NOON, Keep(raw=DAY))
        await ten_days(database)
    finally:
        await database.close()


async def test_the_reserve_goes_first_when_not_even_deleting_has_room(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = await Database.open(sqlite_url)
    reserve = tmp_path / "ketenwacht.db.reserve"
    try:
        await ten_days(database)
        await roll(database, NOON, landscape())
        await prune(database, NOON, Keep())
        assert reserve.stat().st_size == SIZE
        monkeypatch.setattr(retention, "_prune", no_room_while(reserve, retention._prune))
        await prune(database, NOON, Keep(raw=2 * DAY))
        assert min(await raw_slots(database)) == kept_from(database, NOON - 2 * DAY)
        assert reserve.stat().st_size == SIZE
    finally:
        await database.close()


def test_no_reserve_is_laid_aside_where_there_is_no_room(tmp_path: Path) -> None:
    reserve = Reserve(tmp_path / "absent" / "k.db")
    assert not reserve.lay_aside()
    assert not reserve.file.exists()


Prune = Callable[[Database, datetime, Keep], Awaitable[None]]


def no_room_while(reserve: Path, real: Prune) -> Prune:
    async def pruned(database: Database, now: datetime, keep: Keep) -> None:
        if await asyncio.to_thread(reserve.exists):
            raise DiskFull
        await real(database, now, keep)

    return pruned


async def full(database: Database) -> None:
    """Fill the file with old answers up to a limit that we set, and roll them up."""

    async def fill(size: int, begin: datetime) -> None:
        for step in count():
            async with database.begin() as tx:
                at = begin + step * HOUR
                await Ledger(tx).observe([seen(at=at + second * SECOND) for second in range(size)])

    def limit(connection: Connection) -> None:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 40}").close()

    async with database.begin() as tx:
        await tx.run(limit)
    for size, begin in ((50, NOON - 60 * DAY), (1, NOON - 60 * DAY + HOUR / 2)):
        with pytest.raises(DiskFull, match="make room"):
            await fill(size, begin)  # the second time to the last row that has room
    await roll(database, NOON - 59 * DAY, landscape())
