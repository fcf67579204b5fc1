"""The checker is worth nothing unless it turns red: each thing it guards is broken once."""

import asyncio
import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from checks.outcome import OutcomeClass
from monitor.domain.landscape import CheckId
from monitor.domain.observation import Missed
from monitor.recorder import Recorder
from monitor.scheduling.plan import Schedule, next_slot, place
from monitor.storage.engine import Database
from tests.building import HEALTH, MINUTE, NOON, landscape, seen
from tests.chaos.invariants import broken, invariants, unaccounted
from tests.telling import subscribed, subscriber

DOCUMENT = CheckId(HEALTH.target, "openapi_document")

UNGUARDED = (
    "ALTER TABLE observation RENAME TO kept",
    "CREATE TABLE observation AS SELECT * FROM kept",
)
"""The table without its key, which would not let itself be tampered with."""

TAMPERED: dict[str, tuple[str, Sequence[str]]] = {
    "rows for its slot": (
        "a slot that was written twice",
        (*UNGUARDED, "INSERT INTO observation SELECT * FROM kept LIMIT 1"),
    ),
    "states at once": (
        "a second open state",
        ("UPDATE state_span SET until = NULL",),
    ),
    "overlap at": (
        "a state that lasts into the next one",
        ("UPDATE state_span SET until = until + 1 WHERE until IS NOT NULL",),
    ),
    "before it began": (
        "a state that ends too soon",
        ("UPDATE state_span SET until = since - 1 WHERE until IS NOT NULL",),
    ),
    "does not end in its state": (
        "a history that was not written along",
        ("DELETE FROM state_span WHERE until IS NULL",),
    ),
    "has another state inside": (
        "a standing half written",
        ("UPDATE target_standing SET state = 'unknown'",),
    ),
    "cannot be read": (
        "a standing that is no text of ours",
        ("UPDATE target_standing SET memory = substr(memory, 1, 40)",),
    ),
    "do not follow each other": (
        "a hole between two versions",
        ("UPDATE sighting SET after = after - 1 WHERE after IS NOT NULL",),
    ),
    "is impossible": ("a run that ends before it begins", ("UPDATE sighting SET last = by - 1",)),
    "is not what it remembers": (
        "a version that was not written along",
        ("DELETE FROM sighting WHERE after IS NOT NULL",),
    ),
    "but concluded of another moment": (
        "an observation that was lost after it was concluded of",
        ("DELETE FROM observation WHERE slot = (SELECT max(slot) FROM observation)",),
    ),
    "and no attempt says so": (
        "a delivery that was marked and not sent",
        ("UPDATE delivery SET state = 'delivered', settled_at = 1",),
    ),
    "is waiting, and settled at": (
        "a delivery that is settled and waits",
        ("UPDATE delivery SET settled_at = 1",),
    ),
    "missed 0 slots": ("a hole of nothing", ("UPDATE missed SET count = 0",)),
    "points to nothing": (
        "an observation of no check",
        ("UPDATE observation SET check_key = 99 WHERE check_key = 1",),
    ),
}


async def lived(url: str) -> None:
    """A version that changes, an outage, a hole: something of everything."""
    database = await Database.open(url)
    await subscribed(database, subscriber())
    recorder = Recorder(database, landscape)
    for n in range(12):
        version = "8.5.2" if n < 6 else "8.6.0"
        failed = OutcomeClass.FAILED if 2 < n < 5 else OutcomeClass.OK
        at = NOON + n * MINUTE
        await recorder.record([seen(HEALTH, at, failed), seen(DOCUMENT, at, version=version)])
    await recorder.miss([Missed(HEALTH, NOON + 20 * MINUTE, NOON + 21 * MINUTE, 2, "test")])
    await database.close()


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of a whole life, made once."""
    file = tmp_path_factory.mktemp("whole") / "whole.db"
    asyncio.run(lived(f"sqlite:///{file}"))
    return file


async def test_a_life_without_faults_breaks_nothing(database_url: str) -> None:
    await lived(database_url)
    await invariants(database_url)


@pytest.mark.parametrize("complaint", TAMPERED)
async def test_what_was_tampered_with_is_found(
    whole: Path, sqlite_url: str, complaint: str
) -> None:
    shutil.copy(whole, sqlite_url.removeprefix("sqlite:///"))
    await tamper(sqlite_url, *TAMPERED[complaint][1])
    assert any(complaint in one for one in await broken(sqlite_url))
    with pytest.raises(AssertionError, match=complaint):
        await invariants(sqlite_url)


async def test_a_slot_of_which_nothing_is_said_is_found(sqlite_url: str) -> None:
    database = await Database.open(sqlite_url)
    recorder = Recorder(database, landscape)
    schedule = Schedule(landscape().probes[HEALTH], place(str(HEALTH), MINUTE))
    first = next_slot(schedule, NOON)
    await recorder.record([seen(at=first), seen(at=first + 3 * MINUTE)])
    hole = Missed(HEALTH, first + MINUTE, first + MINUTE, 1, "test")
    await recorder.miss([hole])
    await database.close()
    (complaint,) = await unaccounted(sqlite_url, MINUTE)
    assert "nothing is said of 1 slots" in complaint
    database = await Database.open(sqlite_url)
    await Recorder(database, landscape).miss(
        [Missed(HEALTH, hole.first + timedelta(minutes=1), hole.last + MINUTE, 1, "test")]
    )
    await database.close()
    assert await unaccounted(sqlite_url, MINUTE) == []


async def tamper(url: str, *statements: str) -> None:
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as database, database:
        for statement in statements:
            database.execute(statement)
