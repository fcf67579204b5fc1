"""Days of observations on PostgreSQL: made ahead, moved to from the rest, dropped whole."""

from collections.abc import AsyncGenerator
from datetime import timedelta

import pytest
from sqlalchemy import Connection, text

from monitor.storage.engine import Database
from monitor.storage.ledger import Ledger
from monitor.storage.partitions import AHEAD, drop_days, make_days
from monitor.storage.queries import Queries
from monitor.storage.retention import Keep, prune
from monitor.storage.rollup import roll
from tests.building import NOON, landscape, seen

DAY = timedelta(days=1)
TABLES = text("SELECT tableoid::regclass::text, count(*) FROM observation GROUP BY 1 ORDER BY 1")


@pytest.fixture
async def database(postgres_url: str) -> AsyncGenerator[Database]:
    opened = await Database.open(postgres_url)
    yield opened
    await opened.close()


async def where(database: Database) -> dict[str, int]:
    """How many answers each table holds."""

    def count(connection: Connection) -> dict[str, int]:
        return {str(name): number for name, number in connection.execute(TABLES)}

    async with database.read() as tx:
        return await tx.run(count)


async def answered(database: Database, *days: int) -> None:
    async with database.begin() as tx:
        await Ledger(tx).observe([seen(at=NOON + day * DAY) for day in days])


async def test_an_answer_without_a_day_is_kept_and_moves_when_its_day_is_made(
    database: Database,
) -> None:
    await answered(database, -3, 0, 99)
    assert await where(database) == {"observation_rest": 3}
    await make_days(database, NOON)
    await make_days(database, NOON)
    names = {f"observation_{NOON + day * DAY:%Y%m%d}": 1 for day in (-3, 0)}
    assert await where(database) == {**names, "observation_rest": 1}
    await answered(database, AHEAD.days)
    assert (await where(database))[f"observation_{NOON + AHEAD:%Y%m%d}"] == 1
    async with database.begin() as tx:
        assert await Ledger(tx).observe([seen(at=NOON)]) == [], "it is known there, too"


async def test_old_days_go_whole(database: Database) -> None:
    await answered(database, -20, -15, 0)
    await make_days(database, NOON)
    await drop_days(database, NOON - 15 * DAY)
    async with database.read() as tx:
        left = (await Queries(tx).observations(limit=10)).items
    assert [one.slot for one in left] == [NOON, NOON - 15 * DAY]


async def test_retention_leaves_a_day_until_all_of_it_is_too_old(database: Database) -> None:
    await answered(database, -15, -14, 0)
    await make_days(database, NOON)
    await roll(database, NOON + DAY, landscape())
    await prune(database, NOON + timedelta(hours=6), Keep(raw=14 * DAY))
    assert sorted(await where(database)) == sorted(
        f"observation_{NOON + day * DAY:%Y%m%d}" for day in (-14, 0)
    )
