"""What was seen is recorded, late if need be, and nothing gets lost unsaid."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta

from structlog.testing import capture_logs

from checks.outcome import OutcomeClass
from monitor.domain.observation import Missed, Observation
from monitor.recorder import Recorded, Recorder
from monitor.scheduling.intake import BEHIND, NO_ROOM, NOT_JUDGED, Intake, Written
from monitor.storage.engine import Database
from monitor.storage.fault import DiskFull, StorageError
from monitor.storage.queries import Queries
from tests.building import HEALTH, NOON, landscape, seen

MINUTE = timedelta(minutes=1)


def row(count: int) -> list[Observation]:
    return [seen(at=NOON + n * MINUTE) for n in range(count)]


@dataclass
class Faulty:
    """The real recorder behind a database that fails when the test says so."""

    real: Recorder
    trouble: Exception | None = None
    poison: Observation | None = None
    batches: list[int] = field(default_factory=list)
    missed: list[Missed] = field(default_factory=list)

    async def record(self, batch: Sequence[Observation]) -> Recorded:
        self.batches.append(len(batch))
        if self.trouble:
            raise self.trouble
        if self.poison in batch:
            raise ZeroDivisionError
        return await self.real.record(batch)

    async def miss(self, missed: Sequence[Missed]) -> None:
        if self.trouble:
            raise self.trouble
        self.missed += missed
        await self.real.miss(missed)

    async def alive(self) -> None:
        if self.trouble and not isinstance(self.trouble, DiskFull):
            raise self.trouble


@dataclass
class Scene:
    intake: Intake
    record: Faulty
    written: list[Written]
    troubles: list[str]
    database: Database

    async def recorded(self) -> int:
        async with self.database.read() as tx:
            page = await Queries(tx).observations(
                line=HEALTH.target.line, environment="prod", since=None, until=None, limit=1_000
            )
        return len(page.items)


@asynccontextmanager
async def taking(database: Database, **more: int) -> AsyncIterator[Scene]:
    record = Faulty(Recorder(database, landscape))
    written: list[Written] = []
    troubles: list[str] = []
    intake = Intake(record, written.append, troubles.append, record.alive, **more)
    running = asyncio.create_task(intake.run())
    try:
        yield Scene(intake, record, written, troubles, database)
    finally:
        record.trouble = None
        intake.stop()
        await asyncio.wait_for(running, 10)


async def until(enough: Callable[[], object]) -> None:
    async with asyncio.timeout(15):
        while not enough():  # noqa: ASYNC110  what we wait for has no event
            await asyncio.sleep(0.01)


async def test_what_is_seen_together_is_written_together(database: Database) -> None:
    async with taking(database) as scene:
        for one in row(40):
            scene.intake.take(one)
        await until(lambda: scene.written)
        assert await scene.recorded() == 40
    assert scene.record.batches == [40]
    assert [len(one.batch) for one in scene.written] == [40]
    assert [one.target for one in scene.written[0].recorded.standings] == [HEALTH.target]


async def test_a_full_batch_is_written_at_once_and_none_is_larger(database: Database) -> None:
    async with taking(database) as scene:
        for one in row(1_200):
            scene.intake.take(one)
    assert max(scene.record.batches) == 500
    assert sum(scene.record.batches) == 1_200


async def test_nothing_is_lost_while_the_database_is_away(database: Database) -> None:
    async with taking(database) as scene:
        scene.record.trouble = StorageError("The database is away.")
        for one in row(30):
            scene.intake.take(one)
        await until(lambda: len(scene.troubles) >= 3)
        assert scene.intake.depth == 30
        assert await scene.recorded() == 0
        scene.record.trouble = None
        await until(lambda: scene.intake.depth == 0)
        assert await scene.recorded() == 30
    assert set(scene.troubles) == {"The database is away."}
    assert scene.record.missed == []


async def test_asking_is_held_back_by_a_slow_record_but_not_by_an_outage(
    database: Database,
) -> None:
    async with taking(database) as scene:
        scene.record.trouble = StorageError("The database is away.")
        for one in row(BEHIND):
            scene.intake.take(one)
        assert not scene.intake.behind
        scene.intake.take(replace(seen(), at=NOON - MINUTE, slot=NOON - MINUTE))
        assert scene.intake.behind
        await until(lambda: scene.troubles)
        assert not scene.intake.behind  # what is seen in an outage is kept for after it
    assert await scene.recorded() == 1_000  # the most that is told at once
    assert scene.intake.depth == 0


async def test_a_full_disk_sets_nothing_aside(database: Database) -> None:
    async with taking(database) as scene:
        scene.record.trouble = DiskFull("The database is full.")
        scene.intake.take(seen())
        await until(lambda: len(scene.troubles) >= 4)
        assert scene.intake.depth == 1
    assert await scene.recorded() == 1


async def test_what_does_not_fit_is_counted_and_told_as_missed(database: Database) -> None:
    async with taking(database, room=10) as scene:
        scene.record.trouble = StorageError("The database is away.")
        for one in row(25):
            scene.intake.take(one)
        dropped = scene.intake.dropped
        assert dropped == 15
    assert await scene.recorded() == 10
    (missed,) = scene.record.missed
    assert (missed.first, missed.count) == (NOON, 15)
    assert missed.last == NOON + 14 * MINUTE
    assert missed.reason == NO_ROOM


async def test_one_that_cannot_be_judged_does_not_hold_up_the_others(database: Database) -> None:
    async with taking(database) as scene:
        everything = row(6)
        scene.record.poison = everything[2]
        for one in everything:
            scene.intake.take(one)
        await until(lambda: scene.record.missed)
    assert await scene.recorded() == 5
    (missed,) = scene.record.missed
    assert missed.first == everything[2].slot
    assert missed.reason == NOT_JUDGED


async def test_stopping_writes_what_was_taken(database: Database) -> None:
    async with taking(database) as scene:
        for one in row(3):
            scene.intake.take(one)
    assert await scene.recorded() == 3


async def test_a_fault_of_ours_is_logged_once_with_its_trace(database: Database) -> None:
    broken = seen(outcome_class=OutcomeClass.OURS)
    broken = replace(broken, outcome=replace(broken.outcome, trace="Traceback: here"))
    with capture_logs() as told:
        async with taking(database) as scene:
            for n in range(3):
                scene.intake.take(replace(broken, slot=NOON + n * MINUTE))
    assert [one["trace"] for one in told] == ["Traceback: here"]


async def test_who_waits_for_the_record_hears_when_it_is_made(database: Database) -> None:
    async with taking(database) as scene:
        assert await scene.intake.keep(seen(at=NOON))
        assert await scene.recorded() == 1


async def test_who_waits_for_the_record_hears_that_it_cannot_be_made(database: Database) -> None:
    async with taking(database) as scene:
        scene.record.poison = seen(at=NOON)
        assert not await scene.intake.keep(scene.record.poison)
