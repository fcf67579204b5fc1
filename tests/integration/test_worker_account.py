"""Every slot handed out is observed or recorded as missed, whoever is stopped at whatever point."""

import asyncio
from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from checks.outcome import Outcome
from monitor.bootstrap import configured, connected, utc_now
from monitor.domain.landscape import CheckId
from monitor.domain.observation import Missed
from monitor.outpost import Outpost
from monitor.recorder import Recorder
from monitor.scheduling.batch import Batch, Slot
from monitor.scheduling.errands import LEFT
from monitor.scheduling.queue import OVERDUE, Queue
from monitor.scheduling.upkeep import cancelled
from monitor.scheduling.watch import LATE
from monitor.storage.engine import Database
from monitor.storage.fault import StorageError
from monitor.storage.ledger import Ledger
from monitor.storage.queries import Queries
from monitor.works import Works
from tests.building import MINUTE, NOON
from tests.chaos.posts import Divided, catalogue
from tests.chaos.running import until
from tests.integration.test_locations import LAND, ORIGIN, SECOND, Clock, dispatching, jobs
from tests.unit.answers import OK

SILENT = "update procrastinate_jobs set status = 'doing'"
"""As if somebody had taken everything who is no more."""
LIVING = "update procrastinate_jobs set worker_id = w.id from procrastinate_workers w"


def missed(url: str) -> list[tuple[CheckId, datetime, datetime, int, str]]:
    """What the record says, not what anybody was told."""
    asked = (
        'select c.id, m.first, m.last, m."count", m.reason from missed m '
        "join check_of_target c on c.key = m.check_key order by 1, 2"
    )
    with psycopg.connect(url) as connection:
        rows = connection.execute(asked).fetchall()
    return [
        (CheckId.parse(id_), *map(_moment, (one, last)), *rest) for id_, one, last, *rest in rows
    ]


def _moment(micros: int) -> datetime:
    return datetime.fromtimestamp(0, UTC) + timedelta(microseconds=micros)


def slots_of(batches: Iterable[Batch]) -> set[Slot]:
    return {slot for batch in batches for slot in batch.slots}


@pytest.mark.parametrize("taken", [False, True], ids=["never taken", "taken by who died"])
async def test_a_leader_that_is_stopped_while_it_accounts_leaves_all_to_the_next(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch, *, taken: bool
) -> None:
    clock = Clock(NOON)
    async with dispatching(postgres_url, clock, []) as (_, dispatcher):
        await dispatcher.hand_out()
        handed = slots_of(jobs(postgres_url))
        if taken:
            with psycopg.connect(postgres_url) as connection:
                connection.execute(SILENT)
        clock.now = NOON + MINUTE
        with monkeypatch.context() as patch:
            patch.setattr(Ledger, "miss", _stopped)
            with pytest.raises(asyncio.CancelledError):
                await dispatcher.account()
    assert not missed(postgres_url)
    async with dispatching(postgres_url, clock, []) as (_, following):
        await following.account()
    assert handed
    assert {(check, first) for check, first, *_ in missed(postgres_url)} == handed
    assert not jobs(postgres_url)


async def _stopped(*_: object) -> None:
    raise asyncio.CancelledError


async def test_a_gap_between_two_leaders_is_recorded_with_the_mark_that_closes_it(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, told = Clock(NOON), list[Missed]()
    async with dispatching(postgres_url, clock, told) as (_, dispatcher):
        await dispatcher.hand_out()
        clock.now = NOON + MINUTE
        with monkeypatch.context() as patch:
            patch.setattr(Queue, "put", _away)
            with pytest.raises(StorageError):
                await dispatcher.hand_out()
    assert not missed(postgres_url), "the mark did not move either"
    async with dispatching(postgres_url, clock, told) as (_, following):
        await following.hand_out()
    recorded = missed(postgres_url)
    assert {check for check, *_ in recorded} == {one.check for one in told}
    assert sum(count for *_, count, _ in recorded) == sum(one.count for one in told) > 0


async def _away(*_: object) -> None:
    raise StorageError("away")


async def test_what_a_catalogue_without_other_locations_finds_in_the_queue_is_missed(
    postgres_url: str,
) -> None:
    clock = Clock(NOON)
    async with dispatching(postgres_url, clock, []) as (_, dispatcher):
        await dispatcher.hand_out()
        handed = slots_of(jobs(postgres_url))
    clock.now = NOON + MINUTE
    async with dispatching(postgres_url, clock, []) as (_, following):
        following.follow(replace(LAND, interfaces=()), ORIGIN)
        await following.account()
    assert {(check, first) for check, first, *_ in missed(postgres_url)} == handed
    assert not jobs(postgres_url)


async def test_a_batch_that_a_living_worker_never_ends_is_missed_at_last(
    postgres_url: str,
) -> None:
    clock = Clock(NOON)
    async with dispatching(postgres_url, clock, []) as (_, dispatcher):
        await dispatcher.hand_out()
        handed = slots_of(jobs(postgres_url))
        with psycopg.connect(postgres_url) as connection:
            connection.execute("insert into procrastinate_workers default values")
            connection.execute(SILENT)
            connection.execute(LIVING)
        clock.now = NOON + MINUTE
        await dispatcher.account()
        assert not missed(postgres_url), "it may be recording them just now"
        clock.now += OVERDUE
        await dispatcher.account()
    assert {(check, first) for check, first, *_ in missed(postgres_url)} == handed


async def test_a_batch_in_which_we_fail_is_put_back(postgres_url: str) -> None:
    taken: list[str] = []

    async def ask(batch: Batch) -> None:
        taken.append(batch.key)
        raise ZeroDivisionError

    async with dispatching(postgres_url, Clock(datetime.now(UTC)), []) as (_, dispatcher):
        await dispatcher.hand_out()
        handed = slots_of(jobs(postgres_url))
        async with Queue.open(postgres_url) as queue:
            work = asyncio.create_task(queue.work("pkio", ask, 5))
            await until(lambda: len(taken) > len({*taken}))
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)
    assert slots_of(jobs(postgres_url)) == handed


async def test_who_woke_up_and_tells_of_one_slot_hides_none_of_many(database: Database) -> None:
    recorder = Recorder(database, lambda: LAND)
    check = next(iter(LAND.probes))
    many = Missed(check, NOON, NOON + 3 * MINUTE, 4, "the worker fell silent")
    await recorder.miss([many])
    await recorder.miss([Missed(check, NOON, NOON, 1, LATE)])
    async with database.read() as tx:
        rows = await tx.run(lambda connection: connection.exec_driver_sql(_MISSED).all())
    assert [tuple(row) for row in rows] == [(3 * MINUTE.total_seconds() * 1e6, 4, LATE)]


_MISSED = 'SELECT "last" - "first", "count", reason FROM missed'


@asynccontextmanager
async def outpost(url: str, folder: Path, clock: Clock) -> AsyncGenerator[tuple[Works, Outpost]]:
    file = catalogue(folder, Divided(url="http://127.0.0.1:9"), 2)
    settings = configured(catalogue=(file,), database_url=url, location="pkio")
    async with connected(settings, clock=clock, secrets={}) as works:
        post = Outpost(works, "pkio")
        writing = asyncio.create_task(works.reports.run())
        try:
            yield works, post
        finally:
            await post.errands.stop()
            works.reports.stop()
            await asyncio.wait([writing], timeout=10)
            await cancelled(writing)


def batch_of(works: Works, *slots: datetime) -> Batch:
    checks = [one for one in works.board.landscape.probes if one.location == "pkio"]
    due = tuple((check, slot) for slot in slots for check in checks)
    return Batch("pkio", "key", due, slots[-1] + 5 * SECOND, works.origin)


async def test_a_batch_ends_when_what_was_missed_of_it_is_recorded(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever is killed after it is gone from the queue takes nothing along."""
    clock, away = Clock(utc_now()), [True]
    really, meanwhile = Recorder.miss, list[Missed]()

    async def miss(self: Recorder, holes: Iterable[Missed]) -> None:
        if away[0]:
            while meanwhile:
                works.reports.miss(meanwhile.pop())
            raise StorageError("away")
        await really(self, tuple(holes))

    monkeypatch.setattr(Recorder, "miss", miss)
    async with outpost(postgres_url, tmp_path, clock) as (works, post):
        batch = batch_of(works, clock.now - MINUTE)
        later = Missed(batch.slots[0][0], clock.now, clock.now, 1, f"{LATE} (pkio)")
        meanwhile.append(later)  # the same check for the same reason, as it fails to be written
        asking = asyncio.create_task(post.ask(batch))
        await until(lambda: works.board.trouble is not None)
        assert not asking.done()
        away[0] = False
        await asking
        assert {check for check, *_ in missed(postgres_url)} == {check for check, _ in batch.slots}
    spans = {
        (first, last) for check, first, last, *_ in missed(postgres_url) if check == later.check
    }
    assert spans == {(clock.now - MINUTE, clock.now)}


async def test_a_batch_that_is_brought_again_while_it_is_asked_is_asked_once(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, gate, asked = Clock(utc_now()), asyncio.Event(), list[CheckId]()
    async with outpost(postgres_url, tmp_path, clock) as (works, post):
        batch = batch_of(works, clock.now)

        async def ask(check: CheckId) -> Outcome:
            asked.append(check)
            await gate.wait()
            return OK

        monkeypatch.setattr(post.errands, "_really_ask", ask)
        first = asyncio.create_task(post.ask(batch))
        await until(lambda: len(asked) == len(batch.slots))
        second = asyncio.create_task(post.ask(batch))
        await asyncio.sleep(0)
        gate.set()
        async with asyncio.timeout(60):
            await asyncio.gather(first, second)
        assert len(asked) == len(batch.slots)
        async with works.monitor.database.read() as tx:
            seen = (await Queries(tx).observations(limit=10)).items
        assert {(one.check, one.slot) for one in seen} == {*batch.slots}
    assert not missed(postgres_url)


async def test_a_slot_whose_check_leaves_while_it_waits_its_turn_is_missed(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, gate, asked = Clock(utc_now()), asyncio.Event(), list[CheckId]()
    async with outpost(postgres_url, tmp_path, clock) as (works, post):
        batch = batch_of(works, clock.now)

        async def ask(check: CheckId) -> Outcome:
            asked.append(check)
            await gate.wait()
            return OK

        monkeypatch.setattr(post.errands, "_really_ask", ask)
        gates = asyncio.Semaphore(1)
        for watch in post.errands._watches.values():
            watch.gate = gates
        asking = asyncio.create_task(post.ask(batch))
        await until(lambda: len(asked) == 1)
        post.errands.follow(replace(works.board.landscape, interfaces=()))
        gate.set()
        async with asyncio.timeout(60):
            await asking
    assert [(check, reason) for check, *_, reason in missed(postgres_url)] == [
        (check, f"{LEFT} (pkio)") for check, _ in batch.slots if check not in asked
    ]
