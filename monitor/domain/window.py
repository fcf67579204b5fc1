"""Times that somebody plans: once, or again and again; everywhere, or for some."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import ClassVar, TypeVar
from zoneinfo import ZoneInfo

from monitor.domain.event import Reach
from monitor.domain.landscape import LineId
from monitor.domain.recurrence import (
    HORIZON,
    Occurrences,
    RecurrenceError,
    instant,
    last_instant,
    local,
    occurrences,
    tidied,
)

LONGEST = timedelta(days=366)
"""Of one window that comes back."""
SHIFT = timedelta(hours=3)
"""More than any clock is ever put forward or back."""
YEARS = range(2000, 2200)


class WindowError(ValueError):
    """What is planned cannot be meant, or cannot be computed."""


@dataclass(frozen=True, slots=True)
class Window:
    """One of the times: from `start`, up to but not with `end`."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Timetable:
    """What is not named is not narrowed: no environments means all of them.

    Where both interfaces and lines are named, either will do. With `rrule` (recurrence.py says
    what of RFC 5545) the window from `starts_at` to `ends_at` comes back, from and to the same
    time on the clock of `timezone`. What asks for a moment raises WindowError where it was not
    `planned`, or comes back for longer than can be said.
    """

    CALLED: ClassVar[str] = "it"
    """In an error."""

    id: str
    starts_at: datetime
    ends_at: datetime
    reason: str
    rrule: str | None = None
    timezone: str = "Europe/Amsterdam"
    environments: tuple[str, ...] = ()
    interfaces: tuple[str, ...] = ()
    lines: tuple[LineId, ...] = ()

    @property
    def about(self) -> Reach:
        return Reach(environments=self.environments, interfaces=self.interfaces, lines=self.lines)

    def concerns(self, line: LineId, environment: str) -> bool:
        return self.about.concerns(line, environment)

    def covers(self, line: LineId, environment: str, now: datetime) -> bool:
        """Whether it is on for the line in the environment at `now`."""
        return self.concerns(line, environment) and self.window(now) is not None

    def window(self, now: datetime) -> Window | None:
        """The window that it is within; of several the one that ends last."""
        if self.rrule is None:
            within = self.starts_at <= now < self.ends_at
            return Window(self.starts_at, self.ends_at) if within else None
        length = self._local(self.ends_at) - self._local(self.starts_at)
        found = [
            one for one in self._windows(now, since=length + SHIFT) if one.start <= now < one.end
        ]
        return max(found, key=lambda one: one.end, default=None)

    def next_window(self, now: datetime) -> Window | None:
        """The first window that starts after `now`."""
        if self.rrule is None:
            return Window(self.starts_at, self.ends_at) if now < self.starts_at else None
        later = (one for one in self._windows(now, since=SHIFT, ahead=HORIZON) if one.start > now)
        return next(later, None)

    def last_window(self, now: datetime) -> Window | None:
        """The one that ended last, by `now`."""
        if self.rrule is None:
            return Window(self.starts_at, self.ends_at) if self.ends_at <= now else None
        times, zone, length = self._times(now)
        begun = bisect_right(times.starts, local(now, zone) + SHIFT)
        some = (self._at(start, zone, length) for start in reversed(times.starts[:begun]))
        return next((one for one in some if one.end <= now), None)

    def _windows(
        self, now: datetime, since: timedelta, ahead: timedelta = SHIFT
    ) -> Iterator[Window]:
        """Those that start from `since` before `now` until `ahead` after it, by the clock."""
        times, zone, length = self._times(now)
        here = local(now, zone)
        for start in times.starts[bisect_left(times.starts, here - since) :]:
            if start > here + ahead:
                return
            yield self._at(start, zone, length)

    def _times(self, now: datetime) -> tuple[Occurrences, ZoneInfo, timedelta]:
        zone, first = zone_of(self), self._local(self.starts_at)
        try:
            times = occurrences(self.rrule or "", first, zone)
        except RecurrenceError as error:
            raise WindowError(str(error)) from error
        if times.until and local(now, zone) > times.until:
            raise WindowError(f"it came back for {HORIZON.days // 365} years; plan it anew")
        return times, zone, self._local(self.ends_at) - first

    def _at(self, start: datetime, zone: ZoneInfo, length: timedelta) -> Window:
        """The window that starts at this time on the clock."""
        if start == self._local(self.starts_at):
            return Window(self.starts_at, self.ends_at)
        return Window(instant(start, zone), last_instant(start + length, zone))

    def _local(self, at: datetime) -> datetime:
        return local(at, zone_of(self))


Planned = TypeVar("Planned", bound=Timetable)


def zone_of(one: Timetable) -> ZoneInfo:
    try:
        return ZoneInfo(one.timezone)
    except (KeyError, ValueError, OSError) as error:
        raise WindowError(
            f"{one.timezone[:64]!r} is no time zone; write one as Europe/Amsterdam"
        ) from error


def planned(one: Planned) -> Planned:
    """As it can be kept, in whole seconds; WindowError says why it cannot be meant."""
    for at in (one.starts_at, one.ends_at):
        if at.tzinfo is None:
            raise WindowError(f"{one.CALLED} starts and ends at a time with an offset")
        if at.year not in YEARS:
            raise WindowError(f"{one.CALLED} is between {YEARS[0]} and {YEARS[-1]}")
    starts_at = one.starts_at.astimezone(UTC).replace(microsecond=0)
    ends_at = one.ends_at.astimezone(UTC).replace(microsecond=0)
    if ends_at <= starts_at:
        raise WindowError(f"{one.CALLED} ends after it starts")
    if not one.reason.strip():
        raise WindowError(f"{one.CALLED} needs a reason; it is shown on the page")
    rule = tidied(one.rrule or "") or None
    kept = replace(
        one,
        starts_at=starts_at,
        ends_at=ends_at,
        reason=one.reason.strip(),
        rrule=rule,
    )
    zone_of(kept)
    if rule and kept.ends_at - kept.starts_at > LONGEST:
        raise WindowError(f"what comes back lasts {LONGEST.days} days at most")
    if rule and kept.next_window(kept.starts_at) is None:  # a rule that cannot be meant is told
        raise WindowError(f"{rule} never comes back")
    return kept
