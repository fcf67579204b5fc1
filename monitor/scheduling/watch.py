"""One check under watch, and what we owe it."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.domain.landscape import CheckId, Landscape
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
        return grace_of(self.schedule.interval)

    @property
    def pace(self) -> timedelta:
        """How far apart questions are while it is watched closely."""
        return min(CLOSELY, self.schedule.interval / 2)


def grace_of(interval: timedelta) -> timedelta:
    """How late a slot of a check with this interval may begin."""
    return max(LEAST_GRACE, interval / 4)


def gates_of(
    schedules: Iterable[Schedule], landscape: Landscape
) -> Mapping[str, asyncio.Semaphore]:
    """One gate per host, as narrow as the narrowest policy of those who ask it."""
    widths: dict[str, int] = {}
    for schedule in schedules:
        width = landscape.policy_of(schedule.probe.id.target).per_host
        host = schedule.probe.host
        widths[host] = min(width, widths.get(host, width))
    return {host: asyncio.Semaphore(width) for host, width in widths.items()}
