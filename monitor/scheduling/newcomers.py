"""Checks of other locations that were never looked at, and when to look at each first."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from monitor.domain.landscape import CheckId
from monitor.scheduling.batch import WINDOW
from monitor.scheduling.plan import Schedule, first_look
from monitor.scheduling.scheduler import FIRST_ROUND

A_SECOND = 250
"""First looks handed out in a second over all locations: where there are more, the round takes
longer, and whoever has its own slot sooner waits for that."""


class Newcomers:
    """Each is looked at once beside its slots, within `FIRST_ROUND` where they are few."""

    def __init__(self) -> None:
        self._new: dict[CheckId, Schedule] = {}
        self._looks: list[tuple[Schedule, datetime]] = []

    def welcome(self, schedules: Iterable[Schedule]) -> None:
        self._new |= {one.probe.id: one for one in schedules}

    def stay(self, known: Collection[CheckId]) -> None:
        """Those that are not among the known left the catalogue."""
        self._new = {check: one for check, one in self._new.items() if check in known}
        self._looks = [look for look in self._looks if look[0].probe.id in known]

    def looks(self, begin: datetime, end: datetime) -> list[tuple[Schedule, datetime]]:
        """Those from `begin` up to, not with, `end`; `begin` is at most a window from now."""
        if self._new:
            round_ = FIRST_ROUND - WINDOW
            round_ = max(round_, timedelta(seconds=len(self._new) / A_SECOND))
            planned = ((one, first_look(one, begin, round_)) for one in self._new.values())
            self._looks += [(one, slot) for one, slot in planned if slot]
            self._new = {}
        return [look for look in self._looks if begin <= look[1] < end]

    def forget(self, before: datetime) -> None:
        """Handed out, or too late for that."""
        self._looks = [look for look in self._looks if look[1] >= before]
