"""Slots handed to another location through a real queue, and what becomes of them."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import psycopg
import pytest

from checks.outcome import Outcome, OutcomeClass
from monitor.desk.roll_call import RollCall
from monitor.domain.landscape import CheckId, Landscape
from monitor.domain.observation import Missed, Observation
from monitor.recorder import Recorder
from monitor.scheduling import queue as queue_module
from monitor.scheduling.batch import LEAD, WINDOW, Batch, Calendar, NotHereError, Origin, window_at
from monitor.scheduling.dispatcher import VERSION, Dispatcher
from monitor.scheduling.errands import LEFT, STOOD_STILL, Errands
from monitor.scheduling.plan import plan
from monitor.scheduling.queue import SILENT, Queue
from monitor.scheduling.scheduler import BUSY
from monitor.scheduling.watch import LATE
from monitor.storage.dispatched import Mark, marks, set_marks, unobserved
from monitor.storage.engine import Database
from monitor.storage.fault import StorageError
from monitor.storage.queries import Queries
from tests.building import MINUTE, NOON
from tests.chaos.running import until
from tests.unit.answers import OK, answer
from tests.unit.test_quorum import everywhere, round_of

SECOND = timedelta(seconds=1)
ORIGIN = Origin("0123456789abcdef", VERSION)


class Clock:
    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def each(seconds: int) -> Landscape:
    """The landscape that is asked from internet and pkio, at this interval."""
    land, every = everywhere(), timedelta(seconds=seconds)
    return replace(
        land,
        interfaces=tuple(
            replace(
                one,
                lines=tuple(
                    replace(
                        line,
                        targets={
                            name: replace(
                                plan,
                                probes=tuple(
                                    replace(probe, interval=every, stale_after=3 * every)
                                    for probe in plan.probes
                                ),
                            )
                            for name, plan in line.targets.items()
                        },
                    )
                    for line in one.lines
                ),
            )
            for one in land.interfaces
        ),
    )


LAND = each(4)
PROBES = [one.id for one in LAND.probes.values() if one.location == "pkio"]


@asynccontextmanager
async def dispatching(
    url: str, clock: Clock, missed: list[Missed]
) -> AsyncGenerator[tuple[Database, Dispatcher]]:
    database = await Database.open(url)
    dispatcher = Dispatcher(
        *(database, url, clock, missed.append), here="internet", waiting=lambda _: None
    )
    dispatcher.follow(LAND, ORIGIN)
    try:
        yield database, dispatcher
    finally:
        await dispatcher.close()
        await database.close()


def jobs(url: str) -> list[Batch]:
    with psycopg.connect(url) as connection:
        rows = connection.execute("select args from procrastinate_jobs order by id").fetchall()
    return [Batch.read(row[0]["batch"]) for row in rows]


async def test_every_slot_is_handed_out_once_also_by_the_next_leader(postgres_url: str) -> None:
    clock, missed = Clock(NOON), list[Missed]()
    async with dispatching(postgres_url, clock, missed) as (database, dispatcher):
        for step in range(10):
            clock.now = NOON + step * SECOND / 2
            await dispatcher.hand_out()
        async with database.read() as tx:
            mark = (await marks(tx))["pkio"]
    async with dispatching(postgres_url, clock, missed) as (_, another):
        clock.now += SECOND
        await another.hand_out()
    assert mark == Mark(window_at(NOON + 4.5 * SECOND + LEAD) + WINDOW, "0123456789abcdef", VERSION)
    slots = [slot for batch in jobs(postgres_url) for slot in batch.slots]
    assert len(slots) == len({*slots})
    begin, end = NOON + SECOND, NOON + 8 * SECOND
    for check in PROBES:
        mine = sorted(at for id_, at in slots if id_ == check)
        assert all(later - sooner == 4 * SECOND for sooner, later in pairwise(mine))
        assert begin <= mine[0] < begin + 4 * SECOND
        assert end - 4 * SECOND <= mine[-1] < end
    assert {id_.location for id_, _ in slots} == {"pkio"}
    assert not missed


async def test_what_no_leader_handed_out_is_missed_exactly(postgres_url: str) -> None:
    clock, missed = Clock(NOON), list[Missed]()
    async with dispatching(postgres_url, clock, missed) as (_, dispatcher):
        await dispatcher.hand_out()
        clock.now = NOON + 40 * SECOND
        await dispatcher.hand_out()
    slots = sum(len(batch.slots) for batch in jobs(postgres_url))
    begin, end = NOON + SECOND, NOON + 43 * SECOND
    planned = len(
        [*Calendar(plan(LAND.probes[check] for check in PROBES).values()).between(begin, end)]
    )
    assert slots + sum(one.count for one in missed) == planned
    assert {one.check for one in missed} == {*PROBES}
    assert {one.reason for one in missed} == {"the monitor was not running"}


async def test_what_waits_already_is_not_put_twice(postgres_url: str) -> None:
    clock = Clock(NOON)
    async with dispatching(postgres_url, clock, []) as (_, dispatcher):
        await dispatcher.hand_out()
        first, *others = jobs(postgres_url)
        another = replace(first, key="another")
        async with Queue.open(postgres_url) as queue:
            await queue.put([first, another])
    assert [one.key for one in jobs(postgres_url)] == [one.key for one in (first, *others, another)]


async def test_a_clock_that_is_set_back_does_not_silence_the_others(postgres_url: str) -> None:
    clock = Clock(NOON)
    async with dispatching(postgres_url, clock, []) as (_, dispatcher):
        await dispatcher.hand_out()
        before = {slot for batch in jobs(postgres_url) for slot in batch.slots}
        clock.now = NOON - timedelta(hours=1)
        await dispatcher.hand_out()
    after = {slot for batch in jobs(postgres_url) for slot in batch.slots} - before
    assert after
    assert max(at for _, at in after) < NOON


async def test_what_nobody_takes_in_time_is_missed_and_leaves_the_queue(postgres_url: str) -> None:
    clock, missed = Clock(NOON), list[Missed]()
    async with dispatching(postgres_url, clock, missed) as (_, dispatcher):
        await dispatcher.hand_out()
        handed = {slot for batch in jobs(postgres_url) for slot in batch.slots}
        await dispatcher.account()
        assert not missed, "there is time"
        clock.now = NOON + MINUTE
        await dispatcher.account()
    assert {(one.check, one.first) for one in missed} == handed
    assert {one.reason for one in missed} == {"no worker at pkio took it in time"}
    assert not jobs(postgres_url)


async def test_what_a_dead_worker_held_is_asked_by_another_or_missed(postgres_url: str) -> None:
    clock, missed = Clock(NOON), list[Missed]()
    async with dispatching(postgres_url, clock, missed) as (database, dispatcher):
        await dispatcher.hand_out()
        [first, *_] = jobs(postgres_url)
        half = [Observation(check, at, at, OK) for check, at in first.slots[:1]]
        await Recorder(database, lambda: LAND).record(half)
        with psycopg.connect(postgres_url) as connection:
            connection.execute("update procrastinate_jobs set status = 'doing'")
        await dispatcher.account()
        with psycopg.connect(postgres_url) as connection:
            states = connection.execute("select distinct status from procrastinate_jobs")
            assert states.fetchall() == [("todo",)], "back in the queue"
            connection.execute("update procrastinate_jobs set status = 'doing'")
        clock.now = NOON + MINUTE
        everything = {slot for batch in jobs(postgres_url) for slot in batch.slots}
        await dispatcher.account()
    assert {(one.check, one.first) for one in missed} == everything - {*first.slots[:1]}
    assert not jobs(postgres_url)


async def test_a_worker_takes_asks_and_puts_back(postgres_url: str) -> None:
    clock = Clock(datetime.now(UTC))
    taken: list[Batch] = []

    async def ask(batch: Batch) -> None:
        taken.append(batch)
        if len(taken) == 1:
            raise NotHereError

    async with dispatching(postgres_url, clock, []) as (_, dispatcher):
        await dispatcher.hand_out()
        handed = jobs(postgres_url)
        async with Queue.open(postgres_url) as queue:
            work = asyncio.create_task(queue.work("pkio", ask, 5))
            await until(lambda: len(taken) > len(handed) and not jobs(postgres_url))
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)
    assert sorted(one.key for one in taken[1:]) == sorted(one.key for one in handed)


async def test_a_worker_at_work_is_brought_every_slot_once_when_the_leader_changes(
    postgres_url: str,
) -> None:
    clock, missed, taken = Clock(datetime.now(UTC)), list[Missed](), list[Batch]()

    async def ask(batch: Batch) -> None:
        taken.append(batch)

    async with Queue.open(postgres_url) as queue:
        async with dispatching(postgres_url, clock, missed) as (_, first):
            await first.hand_out()
            work = asyncio.create_task(queue.work("pkio", ask, 5))
            await until(lambda: bool(taken))
            clock.now += SECOND
            await first.hand_out()
        async with dispatching(postgres_url, clock, missed) as (_, second):
            for _ in range(3):
                clock.now += SECOND
                await second.hand_out()
            await until(lambda: not jobs(postgres_url))
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)
    slots = sorted(slot for batch in taken for slot in batch.slots)
    begin, end = window_at(clock.now - 4 * SECOND) + WINDOW, window_at(clock.now + LEAD) + WINDOW
    schedules = plan(LAND.probes[check] for check in PROBES).values()
    due = [(one.probe.id, at) for one, at in Calendar(schedules).between(begin, end)]
    assert slots == sorted(due)
    assert not missed


async def test_a_queue_that_cannot_be_reached_is_told_as_the_database_is(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue_module, "OPEN", 0.5)
    with pytest.raises(StorageError, match="cannot be used"):
        async with Queue.open(postgres_url + "_gone"):
            pass


async def test_silent_locations_are_told_once_over_restarts(database: Database) -> None:
    land = everywhere()
    recorder = Recorder(database, lambda: land)
    await recorder.record(round_of(land, 0, "pkio", "ok"))
    for minute in range(5):
        await recorder.record(round_of(land, minute, "internet", "ok"))

    async def look(minute: int) -> None:
        async with database.read() as tx:
            standings = {one.target: one for one in await Queries(tx).standings()}
        await RollCall(database).look(land, standings, NOON + minute * MINUTE)

    await look(5)
    await look(6)
    await recorder.record(round_of(land, 6, "pkio", "ok") + round_of(land, 6, "internet", "ok"))
    await look(6)
    await look(7)
    async with database.read() as tx:
        events = [one.type.value for one in (await Queries(tx).events(limit=50)).items]
    assert [one for one in events if one.startswith("notice.loc")] == [
        "notice.locationSilent",
        "notice.locationHeard",
    ]


async def test_what_was_observed_is_not_called_missed(database: Database) -> None:
    slots = [(check, NOON) for check in PROBES[:3]]
    async with database.begin() as tx:
        await set_marks(tx, {})
    await Recorder(database, lambda: LAND).record([answer("ok", slots[1][0])])
    async with database.begin() as tx:
        assert await unobserved(tx, slots) == [slots[0], slots[2]]
        assert await unobserved(tx, []) == []


class Post:
    """An errand runner with a clock of ours."""

    def __init__(self) -> None:
        self.clock, self.took = Clock(NOON), 0.0
        self.seen: list[Observation] = []
        self.answer = OK
        self.gate = asyncio.Event()
        self.gate.set()
        self.errands = Errands(
            *(self.clock, lambda: self.took, self._ask, self.seen.append, lambda _: None),
            behind=lambda: False,
            patience=lambda _: timedelta(seconds=3),
            location="pkio",
        )
        self.errands.follow(LAND)

    async def _ask(self, _check: CheckId) -> Outcome:
        await self.gate.wait()
        return self.answer

    async def done(self) -> None:
        await until(lambda: bool(self.seen))


async def test_a_slot_that_is_brought_is_asked_and_seen() -> None:
    post = Post()
    assert post.errands.take(PROBES[0], NOON) is None
    await post.done()
    assert [(one.check, one.slot) for one in post.seen] == [(PROBES[0], NOON)]
    await post.errands.stop()


async def test_a_slot_that_cannot_be_asked_says_why() -> None:
    post = Post()
    gone = CheckId(PROBES[0].target, "gone~pkio")
    assert post.errands.take(gone, NOON) == LEFT
    assert post.errands.take(PROBES[0], NOON - 2 * SECOND) == LATE
    post.gate.clear()
    assert post.errands.take(PROBES[0], NOON) is None
    assert post.errands.take(PROBES[0], NOON) == BUSY
    post.gate.set()
    await post.errands.stop()


async def test_a_failure_while_we_stood_still_is_ours() -> None:
    """A worker that was frozen finds its time-outs passed: nobody failed."""
    post = Post()
    post.answer = Outcome(outcome_class=OutcomeClass.FAILED, reason="timed out")
    post.gate.clear()
    assert post.errands.take(PROBES[0], NOON) is None
    await asyncio.sleep(0)
    post.took = SILENT
    post.gate.set()
    await post.done()
    assert post.seen[0].outcome.outcome_class is OutcomeClass.OURS
    assert post.seen[0].outcome.reason == STOOD_STILL
    await post.errands.stop()
