"""The end of support of a line, told before it comes and when it has."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from monitor.domain.day import day_of
from monitor.domain.event import Event, EventType
from monitor.domain.landscape import Landscape, Line
from monitor.domain.life_cycle import days_left

AHEAD = (90, 30, 7, 1)
"""Days before the last supported day (semantics.md, section 7)."""
NEWS = timedelta(days=30)
"""An end that is longer ago is no news any more, to who begins to watch now."""


def ends_of_support(landscape: Landscape, now: datetime) -> Iterator[Event]:
    """What there is to tell today; each has a key of its own, so that it is told once."""
    today = day_of(now)
    for line in landscape.lines.values():
        left, until = days_left(line, today), line.life_cycle.until
        if left is None or until is None:
            continue
        if left < 0:
            if today - until <= NEWS:
                yield _event(EventType.SUPPORT_ENDED, line, until, "", now)
            continue
        nearest = min((days for days in AHEAD if left <= days), default=None)
        if nearest is not None:
            yield _event(EventType.SUPPORT_ENDING, line, until, f":{nearest}", now)


def _event(kind: EventType, line: Line, until: date, mark: str, now: datetime) -> Event:
    left = days_left(line, day_of(now)) or 0
    facts = {"supportedUntil": until.isoformat(), "daysLeft": str(max(left, 0))}
    if line.life_cycle.gone:
        facts["runOutUntil"] = line.life_cycle.gone.isoformat()
    return Event(
        type=kind,
        subject=str(line.id),
        at=now,
        key=f"{kind}:{line.id}:{until.isoformat()}{mark}",
        facts=facts,
        story=f"support:{line.id}:{until.isoformat()}",
    )
