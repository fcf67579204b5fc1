"""One check under watch, and what we owe it."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.domain.landscape import CheckId
from monitor.scheduling.plan import Schedule

LEAST_GRACE = timedelta(seconds=1)
CLOSELY = timedelta(seconds=30)
"""The pace after an arrival, where half the interval is not less (semantics.md, section 5)."""
LATE = "the monitor came too late to it"


@dataclass(slots=True)
class Watch:
    schedule: Schedule
    gate: asyncio.Semaphore  # of its host
    accounted: datetime  # the newest slot of the grid that was asked or counted as missed
    begun: datetime  # the slot that was begun last, on the grid or between
    highest: datetime  # of all slots begun
    excuse: str = LATE  # why the next missed slots were missed
    running: bool = False
    gone: bool = False  # left the catalogue
    waiting: datetime | None = None  # a slot that came while the last one was running
    silent_until: datetime | None = None  # as the server asked
    hasty_until: datetime | None = None  # a version arrived just now
    timer: asyncio.TimerHandle | None = None

    @property
    def id(self) -> CheckId:
        return self.schedule.probe.id

    @property
    def grace(self) -> timedelta:
        """How late a slot may begin: later, a pause would end in a storm of questions."""
        return max(LEAST_GRACE, self.schedule.interval / 4)

    @property
    def pace(self) -> timedelta:
        """How far apart questions are while it is watched closely."""
        return min(CLOSELY, self.schedule.interval / 2)
