"""Hands the slots of other locations out in time, and accounts for those that came to nothing."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from importlib.metadata import version

from monitor.domain.landscape import CheckId, Landscape
from monitor.domain.names import HERE
from monitor.domain.observation import Missed
from monitor.domain.quorum import listed
from monitor.scheduling.batch import (
    LEAD,
    TAKEN,
    WAITING,
    WINDOW,
    Batch,
    Calendar,
    Origin,
    batches,
    first_batches,
    window_at,
)
from monitor.scheduling.hatch import Hatch, opened
from monitor.scheduling.newcomers import Newcomers
from monitor.scheduling.plan import INSTANT, Schedule, changes, missed_between, plan
from monitor.scheduling.scheduler import NOT_RUNNING
from monitor.storage.address import SqliteAddress, parse
from monitor.storage.bulk import parts
from monitor.storage.dispatched import Mark, any_left, marks, set_marks, take_out, unobserved
from monitor.storage.engine import Database
from monitor.storage.ledger import Ledger

VERSION = version("ketenwacht")

AT_ONCE = 50
"""Batches accounted for in one transaction: 10,000 slots at most."""
SET_BACK = timedelta(seconds=10)
"""So far ahead of the clock a mark can only be because the clock was set back since."""


class Dispatcher:
    """For the leader; `missed` hears of every slot that was recorded as not asked.

    What is handed out is marked in the transaction in which that is done, and what leaves the
    queue is recorded in the one that deletes it, so that another leader goes on from there.
    The queue is opened when the first location asks for it.
    """

    def __init__(
        self,
        database: Database,
        url: str,
        clock: Callable[[], datetime],
        missed: Callable[[Missed], None],
        *,
        here: str,
        waiting: Callable[[Mapping[str, int]], None],
    ) -> None:
        self._database = database
        self._url = url
        self._queue: Hatch | None = None
        self._open = AsyncExitStack()
        self._clock = clock
        self._missed = missed
        self._waiting = waiting
        self._here = {HERE, here}
        self._schedules: Mapping[CheckId, Schedule] = {}
        self._calendars: Mapping[str, Calendar] = {}
        self._newcomers = Newcomers()
        self._leads = False
        self._origin = Origin("", "")
        self._times_back = 0

    def follow(self, landscape: Landscape, origin: Origin) -> None:
        """Take a new catalogue; what was handed out by the one before is asked by that."""
        places = landscape.asked_from.keys() - self._here
        probes = landscape.probes.values()
        before = self._schedules
        self._origin = origin
        self._schedules = plan(one for one in probes if one.location in places)
        self._calendars = {
            place: Calendar(one for one in self._schedules.values() if one.probe.location == place)
            for place in sorted(places)
        }
        self._newcomers.stay(self._schedules.keys())
        if self._leads:
            found = changes(before, self._schedules)
            self._newcomers.welcome(found.added + found.changed)

    def begin(self, seen: Collection[CheckId]) -> None:
        """We lead from now on; which checks were looked at before, whoever led."""
        self._leads = True
        self._newcomers.stay(())
        self._newcomers.welcome(one for check, one in self._schedules.items() if check not in seen)

    async def close(self) -> None:
        """Lead no longer and leave the queue; the next hand-out opens it again."""
        self._leads = False
        self._queue = None
        await self._open.aclose()

    async def hand_out(self) -> None:
        """Put what is due soon into the queues; to be called more often than once a window."""
        if not self._calendars:
            return
        queue = await self._opened()
        now = self._clock()
        async with self._database.begin() as tx:
            known = await marks(tx)
            end = window_at(now + LEAD) + WINDOW
            looks = self._newcomers.looks(window_at(now) + WINDOW, end)
            gaps: list[Missed] = []
            out: list[Batch] = []
            for location, calendar in self._calendars.items():
                begin = self._begin(known.get(location), now, end)
                if mark := known.get(location):
                    gaps.extend(_gaps(calendar, mark.until, begin))
                out.extend(self._between(location, calendar, begin, end))
                here = [look for look in looks if look[0].probe.location == location]
                out.extend(first_batches(location, here, self._origin))
            mark = Mark(end, self._origin.catalogue, self._origin.version)
            await set_marks(tx, dict.fromkeys(self._calendars, mark))
            await Ledger(tx).miss(gaps)
            await queue.put(out)
        self._newcomers.forget(end)
        self._tell(gaps)

    async def account(self) -> None:
        """Record the slots that nobody took or finished, and tell how many batches wait where."""
        if not (self._calendars or self._queue or await self._left_over()):
            return
        queue = await self._opened()
        depths = await queue.depths()
        now = self._clock()
        for location in sorted({*self._calendars, *depths}):
            untaken = await queue.untaken(location, now)
            await self._lose(untaken, WAITING, f"no worker at {location} took it in time")
            abandoned = await queue.abandoned(location, now)
            await self._lose(abandoned, TAKEN, f"the worker at {location} that took it fell silent")
        self._waiting(depths)

    async def _left_over(self) -> bool:
        """Whether another catalogue handed out what nobody would account for by this one."""
        if not self._database.is_shared:
            return False
        async with self._database.read() as tx:
            return await any_left(tx)

    async def _opened(self) -> Hatch:
        if self._queue is None:
            self._queue = await self._open.enter_async_context(opened(self._url))
        return self._queue

    def _begin(self, mark: Mark | None, now: datetime, end: datetime) -> datetime:
        following = window_at(now) + WINDOW
        if mark is None:
            return following
        if mark.until > end + SET_BACK:
            self._times_back += 1
            return following
        return max(mark.until, following)

    def _between(
        self, location: str, calendar: Calendar, begin: datetime, end: datetime
    ) -> Iterator[Batch]:
        shift = self._times_back * INSTANT
        while begin < end:
            yield from batches(location, calendar, begin, self._origin, shift)
            begin += WINDOW

    async def _lose(self, batches: Mapping[int, Batch], status: str, reason: str) -> None:
        """Take batches out and record their slots: both or neither, whenever we are stopped."""
        for some in parts(batches.items(), AT_ONCE):
            jobs = dict(some)
            async with self._database.begin() as tx:
                gone = await take_out(tx, jobs, status)
                slots = [slot for job in sorted(gone) for slot in jobs[job].slots]
                lost = [
                    Missed(check, slot, slot, 1, reason)
                    for check, slot in await unobserved(tx, slots)
                ]
                await Ledger(tx).miss(lost)
            self._tell(lost)

    def _tell(self, missed: Iterable[Missed]) -> None:
        for one in missed:
            self._missed(one)


def unreachable(landscape: Landscape, url: str, here: str) -> str | None:
    """Why slots cannot be handed to the locations that a catalogue names; None: they can."""
    others = sorted(landscape.asked_from.keys() - {HERE, here})
    if not others or not isinstance(parse(url), SqliteAddress):
        return None
    return (
        f"The catalogue asks from {listed(others)}, and this Ketenwacht is at {here!r} with an "
        "SQLite file, which workers cannot reach; use postgresql://USER:PASSWORD@HOST/DATABASE, "
        "or take those locations out"
    )


def _gaps(calendar: Calendar, until: datetime, begin: datetime) -> Iterator[Missed]:
    """The slots from `until` up to `begin`, in which nobody handed out anything."""
    if until >= begin:
        return
    for schedule in calendar.schedules:
        if gap := missed_between(schedule, until - INSTANT, begin, NOT_RUNNING):
            yield gap
