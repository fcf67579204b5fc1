"""`ketenwacht db check`: whether a database is well, and whether its leader keeps house."""

import asyncio
from datetime import UTC, datetime, timedelta

from typer.testing import CliRunner

from monitor.cli.app import app
from monitor.recorder import Recorder
from monitor.storage.engine import Database
from monitor.storage.partitions import drop_days, make_days
from monitor.storage.rollup import roll
from tests.building import landscape, seen

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
TTL = timedelta(minutes=5)


def checked(url: str) -> tuple[int, str]:
    told = CliRunner().invoke(app, ["db", "check", "--database-url", url])
    return told.exit_code, " ".join(told.output.split())


async def look(url: str) -> tuple[int, str]:
    return await asyncio.to_thread(checked, url)


async def observed(database: Database, *slots: datetime) -> None:
    check, *_ = sorted(landscape().probes)
    await Recorder(database, landscape).record([seen(check, slot) for slot in slots])


async def test_what_is_well_is_told_to_be_so(database_url: str) -> None:
    database = await Database.open(database_url)
    code, said = await look(database_url)
    assert (code, "Wants attention" in said) == (0, False)
    assert "Newest answer: none yet Rolled up until: none yet" in said
    now = datetime.now(UTC)
    await observed(database, now - 5 * HOUR, now - HOUR)
    await roll(database, now, landscape())
    code, said = await look(database_url)
    await database.close()
    assert (code, "Wants attention" in said) == (0, False), said
    assert (
        f"Newest answer: {now - HOUR:%Y-%m-%d %H:%M} UTC Rolled up until: {now:%Y-%m-%d %H}:00"
        in said
    )


async def test_roll_ups_that_nobody_makes_want_attention(database_url: str) -> None:
    database = await Database.open(database_url)
    now = datetime.now(UTC)
    await observed(database, now - 5 * HOUR, now - HOUR)
    code, said = await look(database_url)
    await database.close()
    assert code == 1
    assert (
        "The database can be used. Wants attention: The roll-ups are behind: they end at " in said
    )


async def test_days_that_a_leader_did_not_make_want_attention(postgres_url: str) -> None:
    database = await Database.open(postgres_url)
    now = datetime.now(UTC)
    await drop_days(database, now + 30 * DAY)  # what migrating made
    await observed(database, now)
    code, said = await look(postgres_url)
    assert code == 0, "nobody leads, so nobody should have made them"
    assert "Days made until: none yet" in said
    assert "Answers outside of them: 1" in said
    seat = database.seat(timedelta(seconds=30))
    assert seat
    await seat.take("somebody", TTL)
    code, said = await look(postgres_url)
    assert code == 1
    assert (
        f"There is no table for the answers of {(now + DAY).date()}, though somebody leads" in said
    )
    assert "1 answers lie outside of the days that were made" in said
    await make_days(database, now)
    code, said = await look(postgres_url)
    await seat.close()
    await database.close()
    assert (code, "Answers outside of them: 0" in said) == (0, True), said
