"""When digests go out."""

from datetime import UTC, datetime, time, timedelta

from monitor.domain.day import ZONE, day_of

HOUR = time(7)
"""In Europe/Amsterdam: before people begin to work."""


def next_morning(now: datetime) -> datetime:
    """The first digest after `now`, in UTC."""
    today = day_of(now)
    this = datetime.combine(today, HOUR, ZONE).astimezone(UTC)
    if now < this:
        return this
    return datetime.combine(today + timedelta(days=1), HOUR, ZONE).astimezone(UTC)
