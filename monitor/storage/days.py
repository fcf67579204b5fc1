"""Days as people in the Netherlands have them: 23, 24 or 25 whole hours of UTC."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Amsterdam")


def day_of(at: datetime) -> date:
    return at.astimezone(ZONE).date()


def start_of(day: date) -> datetime:
    """The beginning of a day, in UTC."""
    return datetime.combine(day, time(), ZONE).astimezone(UTC)


def end_of(day: date) -> datetime:
    return start_of(day + timedelta(days=1))


def days_between(since: datetime, until: datetime) -> Iterator[date]:
    """The days that `[since, until)` touches."""
    day = day_of(since)
    while start_of(day) < until:
        yield day
        day += timedelta(days=1)
