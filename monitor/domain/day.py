"""Days as the catalogue has them: those of Europe/Amsterdam, told from moments."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Amsterdam")


@lru_cache(maxsize=256)  # every rule asks it of the same moment
def day_of(at: datetime) -> date:
    return at.astimezone(ZONE).date()


def start_of(day: date) -> datetime:
    """The beginning of a day, in UTC."""
    return datetime.combine(day, time(), ZONE).astimezone(UTC)


def end_of(day: date) -> datetime:
    return start_of(day + timedelta(days=1))
