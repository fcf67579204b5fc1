"""A worker: asks from its own location what the leader hands out, and records by itself."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from time import monotonic

from structlog.stdlib import get_logger

from monitor.domain.landscape import CheckId
from monitor.domain.observation import Missed, Observation
from monitor.duties import up
from monitor.refusal import Refusal
from monitor.scheduling.batch import LEAD, Batch, NotHereError, Origin, Slot
from monitor.scheduling.errands import Errands
from monitor.scheduling.hatch import Hatch
from monitor.scheduling.upkeep import go_on
from monitor.storage.clocks import TOLERATED, same_time
from monitor.storage.dispatched import marks
from monitor.works import Works

RECENT = timedelta(minutes=1)
"""A leader that handed something out since is one that is there."""
SPARE = timedelta(seconds=2)
"""Beyond its timeout, after which an answer was not slow but we stood still."""
FORESEEN = LEAD + TOLERATED
"""Nothing is handed out sooner than that before its slot by a clock that may lead."""
LET_FINISH = 15.0
"""Seconds for the batches that a worker holds when it is stopped."""

log = get_logger(__name__)


class OutpostError(Refusal):
    """This worker cannot work here; the text says why and what to do."""


class Outpost:
    """Asks batches over the parts of one process, whose own plan stays at rest.

    It records what it saw as a report: what is written through `works.intake` is refused of
    whoever does not lead.
    """

    def __init__(self, works: Works, location: str) -> None:
        self._works = works
        self._location = location
        self._clock = works.monitor.clock
        self._at_it: dict[Slot, asyncio.Task[None]] = {}  # by who works at it
        self._awaited: dict[Slot, asyncio.Future[Observation | None]] = {}  # None: given up
        self._warned: set[str] = set()
        self.errands = works.scheduler = Errands(
            *(self._clock, monotonic, works.asker.ask, self._seen, self._given_up),
            behind=lambda: works.reports.behind,
            patience=self._patience,
            location=location,
        )
        self.errands.follow(works.board.landscape)
        works.asking = True

    async def ask(self, batch: Batch) -> None:
        """Ask every slot of the batch in its moment; return when all is recorded, missed or not."""
        if why := await self._why_not(batch):
            self._refuse(batch, why)
        else:
            await asyncio.gather(*(self._ask(check, slot) for check, slot in batch.slots))
        await self._works.reports.noted()

    async def _why_not(self, batch: Batch) -> str | None:
        if batch.origin != self._works.origin:
            await self._works.look_at_files()
        if batch.origin != self._works.origin:
            return _stranger(self._works.origin, batch.origin)
        if batch.slots[0][1] - self._clock() > FORESEEN:
            return "the clock of this worker is behind that of the leader"
        return None

    async def _ask(self, check: CheckId, slot: datetime) -> None:
        if twin := self._at_it.get((check, slot)):  # taken from us while we were frozen
            await _same_as(twin)
            return
        if task := asyncio.current_task():
            self._at_it[check, slot] = task
        try:
            await asyncio.sleep(max(0.0, (slot - self._clock()).total_seconds()))
            await self._ask_now(check, slot)
        finally:
            self._at_it.pop((check, slot), None)

    async def _ask_now(self, check: CheckId, slot: datetime) -> None:
        done: asyncio.Future[Observation | None] = asyncio.get_running_loop().create_future()
        self._awaited[check, slot] = done
        try:
            if why := self.errands.take(check, slot):
                self._missed(Missed(check, slot, slot, 1, f"{why} ({self._location})"))
            elif seen := await done:
                await self._works.reports.keep(seen)
        finally:
            self._awaited.pop((check, slot), None)

    def _seen(self, seen: Observation) -> None:
        self._works.monitor.telemetry.seen(seen)
        waiting = self._awaited.get((seen.check, seen.slot))
        if waiting and not waiting.done():
            waiting.set_result(seen)
        else:  # asked between the slots, or its batch was taken from us
            self._works.reports.take(seen)

    def _given_up(self, missed: Missed) -> None:
        waiting = self._awaited.get((missed.check, missed.first))
        if waiting and not waiting.done():
            waiting.set_result(None)
            self._missed(replace(missed, reason=f"{missed.reason} ({self._location})"))

    def _missed(self, missed: Missed) -> None:
        self._works.monitor.telemetry.not_asked(missed)
        self._works.reports.miss(missed)

    def _refuse(self, batch: Batch, why: str) -> None:
        """Leave it to another worker while there is time; else its slots are missed."""
        if why not in self._warned:
            self._warned.add(why)
            log.error("cannot ask what the leader plans", why=why, location=self._location)
        if self._clock() + SPARE < batch.deadline:
            raise NotHereError(why)
        for check, slot in batch.slots:
            self._missed(Missed(check, slot, slot, 1, f"{why} ({self._location})"))

    def _patience(self, check: CheckId) -> timedelta:
        bound = self._works.asker.bound.get(check)
        return timedelta(seconds=bound.target.timeout if bound else 0) + SPARE


async def _same_as(twin: asyncio.Task[None]) -> None:
    """Wait for who asks the same; NotHereError where that came to nothing."""
    await asyncio.wait([twin])
    if twin.cancelled() or twin.exception():
        raise NotHereError("whoever asked it first was stopped")


@asynccontextmanager
async def posted(works: Works, queue: Hatch, location: str) -> AsyncIterator[None]:
    """At work at a location until left. OutpostError where that makes no sense."""
    await _welcome(works, location)
    outpost = Outpost(works, location)
    async with up(works):
        work = partial(queue.work, location, outpost.ask, LET_FINISH)
        task = asyncio.create_task(_go_on_working(work))
        log.info("asks what is handed out", location=location)
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await outpost.errands.stop()


async def _go_on_working(work: Callable[[], Awaitable[None]]) -> None:
    """Procrastinate ends without a word when it lost its connection: begin again."""
    while True:
        await go_on("queue", work)
        log.warning("the queue's worker ended and is taken up again")
        await asyncio.sleep(1)


async def _welcome(works: Works, location: str) -> None:
    await same_time(works.monitor.database, works.monitor.clock)
    landscape = works.board.landscape
    if location not in landscape.locations:
        known = ", ".join(sorted(landscape.locations)) or "none"
        raise OutpostError(
            f"The catalogue has no location {location!r}; choose --location from: {known}."
        )
    if location not in landscape.asked_from:
        log.warning("nothing is asked from here by this catalogue", location=location)
    async with works.monitor.database.read() as tx:
        mark = (await marks(tx)).get(location)
    ours = works.origin
    if mark is None or works.monitor.clock() - mark.until > RECENT:
        return  # nobody hands out now; whoever does later is heard then
    if (mark.catalogue, mark.version) != (ours.catalogue, ours.version):
        raise OutpostError(_stranger(ours, Origin(mark.catalogue, mark.version)))


def _stranger(ours: Origin, theirs: Origin) -> str:
    if ours.version != theirs.version:
        return (
            f"this worker is Ketenwacht {ours.version} and the leader is {theirs.version}; "
            "run one version everywhere"
        )
    return (
        f"this worker has catalogue {ours.catalogue} and the leader {theirs.catalogue}; "
        "give both the same files"
    )
