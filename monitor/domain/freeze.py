"""Times in which nothing may be rolled out: once, or again and again."""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from monitor.domain.landscape import LineId
from monitor.domain.recurrence import (
    HORIZON,
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


class FreezeError(ValueError):
    """A freeze that cannot be meant, or cannot be computed."""


@dataclass(frozen=True, slots=True)
class Window:
    """One time of a freeze: from `start`, up to but not with `end`."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Freeze:
    """What is not named is not narrowed: no environments means all of them.

    Where both interfaces and lines are named, either will do. With `rrule` (recurrence.py says
    what of RFC 5545) the window from `starts_at` to `ends_at` comes back, from and to the same
    time on the clock of `timezone`. What asks for a moment raises FreezeError where the freeze
    was not `planned`, or comes back for longer than can be said.
    """

    id: str
    starts_at: datetime
    ends_at: datetime
    reason: str
    rrule: str | None = None
    timezone: str = "Europe/Amsterdam"
    environments: tuple[str, ...] = ()
    interfaces: tuple[str, ...] = ()
    lines: tuple[LineId, ...] = ()

    def concerns(self, line: LineId, environment: str) -> bool:
        if self.environments and environment not in self.environments:
            return False
        if not (self.interfaces or self.lines):
            return True
        return line.interface in self.interfaces or line in self.lines

    def covers(self, line: LineId, environment: str, now: datetime) -> bool:
        """Whether nothing of the line may go to the environment at `now`."""
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

    def _windows(
        self, now: datetime, since: timedelta, ahead: timedelta = SHIFT
    ) -> Iterator[Window]:
        """Those that start from `since` before `now` until `ahead` after it, by the clock."""
        zone, first = zone_of(self), self._local(self.starts_at)
        here = local(now, zone)
        try:
            times = occurrences(self.rrule or "", first, zone)
        except RecurrenceError as error:
            raise FreezeError(str(error)) from error
        if times.until and here > times.until:
            raise FreezeError(f"it came back for {HORIZON.days // 365} years; plan it anew")
        length = self._local(self.ends_at) - first
        for start in times.starts[bisect_left(times.starts, here - since) :]:
            if start > here + ahead:
                return
            if start == first:
                yield Window(self.starts_at, self.ends_at)
            else:
                yield Window(instant(start, zone), last_instant(start + length, zone))

    def _local(self, at: datetime) -> datetime:
        return local(at, zone_of(self))


def zone_of(freeze: Freeze) -> ZoneInfo:
    try:
        return ZoneInfo(freeze.timezone)
    except (KeyError, ValueError, OSError) as error:
        raise FreezeError(
            f"{freeze.timezone[:64]!r} is no time zone; write one as Europe/Amsterdam"
        ) from error


def planned(freeze: Freeze) -> Freeze:
    """The freeze as it can be kept, in whole seconds; FreezeError says why it cannot be meant."""
    for at in (freeze.starts_at, freeze.ends_at):
        if at.tzinfo is None:
            raise FreezeError("a freeze starts and ends at a time with an offset")
        if at.year not in YEARS:
            raise FreezeError(f"a freeze is between {YEARS[0]} and {YEARS[-1]}")
    starts_at = freeze.starts_at.astimezone(UTC).replace(microsecond=0)
    ends_at = freeze.ends_at.astimezone(UTC).replace(microsecond=0)
    if ends_at <= starts_at:
        raise FreezeError("a freeze ends after it starts")
    if not freeze.reason.strip():
        raise FreezeError("a freeze needs a reason; it is shown on the page")
    rule = tidied(freeze.rrule or "") or None
    kept = replace(
        freeze,
        starts_at=starts_at,
        ends_at=ends_at,
        reason=freeze.reason.strip(),
        rrule=rule,
    )
    zone_of(kept)
    if rule and kept.ends_at - kept.starts_at > LONGEST:
        raise FreezeError(f"what comes back lasts {LONGEST.days} days at most")
    if rule and kept.next_window(kept.starts_at) is None:  # a rule that cannot be meant is told
        raise FreezeError(f"{rule} never comes back")
    return kept
