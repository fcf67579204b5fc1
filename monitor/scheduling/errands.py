"""Asks in the slots that the leader planned, from the location where this process stands."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from typing_extensions import override

from checks.outcome import Outcome, OutcomeClass
from monitor.domain.landscape import CheckId, Landscape
from monitor.domain.observation import Missed, Observation
from monitor.scheduling.plan import plan, slot_at
from monitor.scheduling.scheduler import BEHIND, BUSY, Scheduler
from monitor.scheduling.watch import LATE, Watch, gates_of
from monitor.scheduling.watchdog import TOLERANCE, Upset

LEFT = "the check has left the catalogue"
STOOD_STILL = "the worker stood still while it was asked"

Monotonic = Callable[[], float]


class Errands(Scheduler):
    """A scheduler without a plan: `take` brings it every slot of the grid.

    Between those it asks by itself, as any does: after a first failure, and more often
    where a version arrived. The slots that nobody brought are not ours to account for;
    `missed` hears of one that was brought and could not be asked after all.
    """

    def __init__(
        self,
        clock: Callable[[], datetime],
        monotonic: Monotonic,
        ask: Callable[[CheckId], Awaitable[Outcome]],
        seen: Callable[[Observation], None],
        missed: Callable[[Missed], None],
        *,
        behind: Callable[[], bool],
        patience: Callable[[CheckId], timedelta],
        location: str,
    ) -> None:
        """`patience`: the longest that asking a check can take, unless we stood still."""
        super().__init__(clock, self._asked, seen, missed, behind)
        self._really_ask = ask
        self._monotonic = monotonic
        self._patience = patience
        self._location = location

    def take(self, check: CheckId, slot: datetime) -> str | None:
        """Ask in this slot, now; where that cannot be, nothing is asked: return why."""
        watch = self._watches.get(check)
        if watch is None:
            return LEFT
        if watch.silent_until and slot < watch.silent_until:
            return watch.excuse
        if watch.running:
            return BUSY
        if self._clock() - slot > watch.grace:
            return LATE
        if self._behind():
            return BEHIND
        watch.silent_until = None
        watch.excuse = LATE
        self._begin(watch, slot)
        return None

    @override
    def follow(self, landscape: Landscape) -> None:
        """Know what there is to ask from here; nothing is asked before it is brought."""
        schedules = plan(one for one in landscape.probes.values() if one.location == self._location)
        for check in self._watches.keys() - schedules.keys():
            self._forget(self._watches.pop(check))
        gates = gates_of(schedules.values(), landscape)
        now = self._clock()
        for check, schedule in schedules.items():
            gate, watch = gates[schedule.probe.host], self._watches.get(check)
            if watch is None or watch.schedule != schedule:
                if watch:
                    self._forget(watch)
                before = slot_at(schedule, now)
                watch = Watch(schedule, gate, accounted=before, begun=before, highest=before)
                self._watches[check] = watch
            watch.gate = gate

    @override
    async def stop(self, within: timedelta = timedelta(seconds=5)) -> None:
        await self._wind_up(within)

    @override
    def recover(self, upset: Upset) -> None:
        """The slots come with their moments: only what we were asked to wait for may be off."""
        if abs(upset.step) > TOLERANCE:
            for watch in self._watches.values():
                watch.silent_until = watch.hasty_until = None

    @override
    def next_look(self) -> datetime | None:
        return None

    @override
    def _given_up(self, watch: Watch, slot: datetime) -> None:
        self._missed(Missed(watch.id, slot, slot, 1, LEFT))

    async def _asked(self, check: CheckId) -> Outcome:
        begun = self._monotonic()
        outcome = await self._really_ask(check)
        took = timedelta(seconds=self._monotonic() - begun)
        if outcome.outcome_class is OutcomeClass.FAILED and took > self._patience(check):
            return Outcome(outcome_class=OutcomeClass.OURS, reason=STOOD_STILL)
        return outcome
