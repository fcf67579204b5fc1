"""Asks every check in its slots, politely, and accounts for every slot in which it did not."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime, timedelta

from checks.outcome import Outcome, OutcomeClass
from monitor.domain.landscape import CheckId, Landscape
from monitor.domain.names import HERE
from monitor.domain.observation import Missed, Observation
from monitor.scheduling.drawer import Drawer
from monitor.scheduling.plan import (
    INSTANT,
    Schedule,
    changes,
    first_look,
    missed_between,
    next_slot,
    plan,
    slot_at,
)
from monitor.scheduling.watch import LATE, Watch, gates_of
from monitor.scheduling.watchdog import TOLERANCE, Upset

AT_ONCE = 400
"""Probes under way at a time over all hosts: sockets are finite (1,024 in a container)."""
FIRST_ROUND = timedelta(seconds=5)
"""Within which every check is asked once after a start, whatever its interval."""
LONGEST_WAIT = timedelta(minutes=15)
"""The most that a server's Retry-After can silence a check."""
HASTE = timedelta(minutes=15)
"""After an arrival, how long checks are asked more often (semantics.md, section 5)."""

BUSY = "the run before it was still under way"
BEHIND = "more was seen than could be recorded"
NOT_RUNNING = "the monitor was not running"


class Scheduler:
    """Runs in one event loop. `ask` never raises; `seen` and `missed` return at once.

    While the record is `behind` nothing new is asked, and those slots count as missed.
    `here` is the name of our location: what only other locations ask is left to them.
    """

    def __init__(
        self,
        clock: Callable[[], datetime],
        ask: Callable[[CheckId], Awaitable[Outcome]],
        seen: Callable[[Observation], None],
        missed: Callable[[Missed], None],
        behind: Callable[[], bool] = lambda: False,
        *,
        here: str = HERE,
    ) -> None:
        self._clock = clock
        self._ask = ask
        self._seen = seen
        self._missed = missed
        self._behind = behind
        self._here = {HERE, here}
        self._drawer = Drawer(self._due)
        self._watches: dict[CheckId, Watch] = {}
        self._everywhere = asyncio.Semaphore(AT_ONCE)
        self._tasks: set[asyncio.Task[None]] = set()
        self._times_back = 0  # how often the clock went back

    def start(self, landscape: Landscape, last_slots: Mapping[CheckId, datetime]) -> None:
        """Begin to watch; slots since `last_slots`, when we did not run, count as missed."""
        self._drawer.open()
        now = self._clock()
        self.follow(landscape)
        for check, last in last_slots.items():
            watch = self._watches.get(check)
            if watch is None:
                continue
            if last > now:  # the clock was set back while we did not run
                watch.highest, self._times_back = last, 1
            elif gap := missed_between(watch.schedule, last, now, NOT_RUNNING):
                self._missed(gap)

    async def stop(self, within: timedelta = timedelta(seconds=5)) -> None:
        """Begin nothing more, let what is under way end within `within`, drop the rest."""
        self._drawer.close()
        await self._wind_up(within)

    async def _wind_up(self, within: timedelta) -> None:
        for watch in self._watches.values():
            self._forget(watch)
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=within.total_seconds())
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def follow(self, landscape: Landscape) -> None:
        """Take a new catalogue: what is new is asked soon, what left is asked no more."""
        schedules = plan(one for one in landscape.probes.values() if one.location in self._here)
        found = changes(
            {check: watch.schedule for check, watch in self._watches.items()}, schedules
        )
        for check in found.removed:
            self._forget(self._watches.pop(check))
        gates = gates_of(schedules.values(), landscape)
        now = self._clock()
        for schedule in found.added + found.changed:
            self._adopt(schedule, gates[schedule.probe.host], now)
        for watch in self._watches.values():
            watch.gate = gates[watch.schedule.probe.host]
        self._drawer.rearrange(schedules, now)

    def recover(self, upset: Upset) -> None:
        """After the clock was set or we stood still: go on from now, and say what was lost."""
        now = self._clock()
        for watch in self._watches.values():
            watch.excuse = str(upset)
            watch.accounted = min(watch.accounted, slot_at(watch.schedule, now))
            if watch.silent_until:
                watch.silent_until = min(watch.silent_until, now + LONGEST_WAIT)
            if watch.hasty_until:
                watch.hasty_until = min(watch.hasty_until, now + HASTE)
        if upset.step >= -TOLERANCE:
            self._drawer.wake()
            return
        self._times_back += 1
        schedules = {check: watch.schedule for check, watch in self._watches.items()}
        self._drawer.rearrange(schedules, now)

    def recheck(self, checks: Iterable[CheckId]) -> None:
        """Ask again a quarter of the interval after the last slot (semantics.md, section 2)."""
        now = self._clock()
        for check in checks:
            watch = self._watches.get(check)
            if watch is None or watch.running:
                continue
            slot = max(watch.begun + watch.schedule.interval / 4, now)
            if slot < next_slot(watch.schedule, now):
                self._later(watch, slot, now)

    def hasten(self, checks: Iterable[CheckId], until: datetime) -> None:
        """Ask at once, and more often up to `until`: a version arrived there."""
        now = self._clock()
        for check in checks:
            if watch := self._watches.get(check):
                watch.hasty_until = until
                if not watch.running:
                    self._later(watch, now, now)

    def postpone(self, check: CheckId, until: datetime) -> None:
        """Ask nothing before `until`, at most 15 minutes from now."""
        watch = self._watches[check]
        watch.silent_until = min(until, self._clock() + LONGEST_WAIT)
        watch.excuse = f"the server asked us to wait until {watch.silent_until:%H:%M:%S} UTC"

    def next_look(self) -> datetime | None:
        """Return the soonest slot of any check."""
        return self._drawer.next_slot()

    def _adopt(self, schedule: Schedule, gate: asyncio.Semaphore, now: datetime) -> None:
        id_ = schedule.probe.id
        if id_ in self._watches:
            self._forget(self._watches[id_])
        before = slot_at(schedule, now)
        watch = Watch(schedule, gate, accounted=before, begun=before, highest=before)
        self._watches[id_] = watch
        if slot := first_look(schedule, now, FIRST_ROUND):
            self._later(watch, slot, now)

    def _forget(self, watch: Watch) -> None:
        watch.gone = True
        if watch.timer:
            watch.timer.cancel()

    def _later(self, watch: Watch, slot: datetime, now: datetime) -> None:
        """Ask between the slots of the grid; where that was planned already, at the sooner."""
        loop = asyncio.get_running_loop()
        when = loop.time() + (slot - now).total_seconds()
        if watch.timer:
            if watch.timer.when() <= when:
                return
            watch.timer.cancel()
        watch.timer = loop.call_at(when, self._between, watch, slot)

    def _due(self, check: CheckId, slot: datetime) -> None:
        watch = self._watches[check]
        if watch.silent_until:
            if slot < watch.silent_until:
                return
            watch.silent_until = None
        if watch.running:
            watch.waiting, watch.excuse = slot, BUSY
            return
        self._begin_slot(watch, slot)

    def _begin_slot(self, watch: Watch, slot: datetime) -> None:
        if self._clock() - slot > watch.grace:
            return  # the next slot that is asked accounts for it
        if self._behind():
            watch.excuse = BEHIND
            return
        if gap := missed_between(watch.schedule, watch.accounted, slot, watch.excuse):
            self._missed(gap)
        watch.accounted, watch.excuse = slot, LATE
        # a slot that was used before the clock went back is asked again beside itself,
        # because the record keeps one observation per check and slot
        again = INSTANT * self._times_back if slot <= watch.highest else timedelta()
        self._begin(watch, slot + again)

    def _between(self, watch: Watch, slot: datetime) -> None:
        watch.timer = None
        if not (watch.running or watch.silent_until or self._behind()):
            self._begin(watch, slot)

    def _begin(self, watch: Watch, slot: datetime) -> None:
        watch.running = True
        watch.begun, watch.highest = slot, max(watch.highest, slot)
        task = asyncio.get_running_loop().create_task(self._run(watch, slot))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(self, watch: Watch, slot: datetime) -> None:
        async with watch.gate, self._everywhere:
            if watch.gone:
                self._given_up(watch, slot)
                return
            at = self._clock()
            outcome = await self._ask(watch.id)
        watch.running = False
        self._seen(Observation(watch.id, slot, at, outcome))
        if watch.gone:
            return
        if outcome.outcome_class is OutcomeClass.THROTTLED and outcome.retry_after:
            self.postpone(watch.id, self._clock() + timedelta(seconds=outcome.retry_after))
        if watch.waiting:
            slot, watch.waiting = watch.waiting, None
            self._begin_slot(watch, slot)
        if watch.hasty_until:
            self._hurry(watch)

    def _given_up(self, watch: Watch, slot: datetime) -> None:
        """Its check left while it waited for its turn; the plan that comes accounts for it."""

    def _hurry(self, watch: Watch) -> None:
        now = self._clock()
        if watch.hasty_until and now >= watch.hasty_until:
            watch.hasty_until = None
            return
        slot = max(watch.begun + watch.pace, now)
        if slot < next_slot(watch.schedule, now):
            self._later(watch, slot, now)
