"""A worker whose catalogue is not the leader's while both run: a reload on one side only."""

import asyncio
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from monitor.bootstrap import configured, connected, utc_now
from monitor.catalogue.loader import load
from monitor.domain.observation import Missed
from monitor.duties import up
from monitor.outpost import Outpost
from monitor.scheduling.batch import Batch, Origin, Slot
from monitor.scheduling.dispatcher import VERSION, Dispatcher
from monitor.scheduling.queue import Queue
from monitor.storage.queries import Queries
from monitor.works import Works
from tests.chaos.posts import Divided, catalogue
from tests.chaos.running import until
from tests.integration.test_locations import SECOND, Clock, jobs
from tests.integration.test_worker_account import missed, slots_of

HERE = Divided(url="http://127.0.0.1:9")


def put_back(url: str) -> bool:
    with psycopg.connect(url) as connection:
        rows = connection.execute("select attempts, status from procrastinate_jobs").fetchall()
    return bool(rows) and all(attempts > 0 for attempts, _ in rows)


async def seen(works: Works) -> set[Slot]:
    async with works.monitor.database.read() as tx:
        return {(one.check, one.slot) for one in (await Queries(tx).observations(limit=50)).items}


async def test_batches_of_another_catalogue_are_handed_back_then_missed_until_it_is_here_too(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "leader").mkdir()
    ours = catalogue(tmp_path, HERE, 1, seconds=8)
    theirs = load((catalogue(tmp_path / "leader", HERE, 2, seconds=8),))
    clock = Clock(utc_now())
    settings = configured(catalogue=(ours,), database_url=postgres_url, location="pkio")
    async with (
        connected(settings, clock=clock, secrets={}) as works,
        Queue.open(postgres_url) as queue,
        up(works),
    ):
        told: list[Missed] = []
        leader = Dispatcher(
            *(works.monitor.database, postgres_url, clock, told.append),
            here="internet",
            waiting=lambda _: None,
        )
        leader.follow(theirs.landscape, Origin(theirs.digest, VERSION))
        outpost = Outpost(works, "pkio")
        working = asyncio.create_task(queue.work("pkio", outpost.ask, 5))
        try:
            handed = await hand_out(leader, clock, monkeypatch)
            await until(lambda: asyncio.to_thread(put_back, postgres_url))
            assert not missed(postgres_url), "another worker may have that catalogue"
            clock.now = max(slot for _, slot in handed)  # it is nearly too late
            await until(lambda: not jobs(postgres_url))
            assert {(check, first) for check, first, *_ in missed(postgres_url)} == handed
            (why,) = {reason for *_, reason in missed(postgres_url)}
            assert f"the leader {theirs.digest}; give both the same files (pkio)" in why
            await told_of(works, theirs.digest)

            ours.write_text((tmp_path / "leader" / ours.name).read_text("utf-8"), "utf-8")
            following = await hand_out(leader, clock, monkeypatch)
            await until(lambda: not jobs(postgres_url))
            assert await seen(works) == following
            assert len(missed(postgres_url)) == len(handed)
            await works.accord.look()
            assert b"leader_catalogue_same 1.0" in works.monitor.telemetry.exposition()
        finally:
            working.cancel()
            await asyncio.gather(working, return_exceptions=True)
            await outpost.errands.stop()
            await leader.close()


async def hand_out(leader: Dispatcher, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> set[Slot]:
    """Move the clock on until there is something to hand out, and hand it out."""
    handed: list[Batch] = []
    really = Queue.put

    async def put(self: Queue, batches: Iterable[Batch]) -> None:
        handed.extend(some := list(batches))
        await really(self, some)

    with monkeypatch.context() as patch:
        patch.setattr(Queue, "put", put)
        while not handed:
            clock.now += SECOND
            await leader.hand_out()
    return slots_of(handed)


async def told_of(works: Works, digest: str) -> None:
    """A worker is never the one whose catalogue counts, though it asks."""
    seat = works.monitor.database.seat(timedelta(seconds=5))
    assert seat
    assert await seat.take("leader", timedelta(minutes=5), digest)
    await seat.close()
    await works.accord.look()
    assert b"leader_catalogue_same 0.0" in works.monitor.telemetry.exposition()
