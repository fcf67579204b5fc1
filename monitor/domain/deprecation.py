"""What answers say of the end of a version, beside what the catalogue promises of it."""

from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum

from monitor.domain.day import day_of
from monitor.domain.landscape import Line

SIGNALS = ("deprecation", "sunset", "warning")
"""Of RFC 9745, RFC 8594 and RFC 9111 (299, which is no longer in RFC 9110)."""
A_MOMENT = timedelta(seconds=1)


class Disagreement(StrEnum):
    """The values are the API's."""

    ENDS_SOONER = "endsSooner"  # than the last day of run-out, or else of support
    ENDS_LATER = "endsLater"
    NO_END_PROMISED = "noEndPromised"  # it is being phased out, and the catalogue has no day


def disagreement(line: Line, name: str, text: str) -> Disagreement | None:
    """How a signal differs from the promise; None: it does not, or tells no day.

    Midnight ends the day before it, and a day is that of UTC or of Amsterdam, whichever fits.
    """
    promised = line.life_cycle.gone or line.life_cycle.until
    if promised is None:
        return Disagreement.NO_END_PROMISED
    at = _moment(text) if name == "sunset" else None
    if at is None:
        return None
    days = _days(at)
    if min(days) <= promised <= max(days):
        return None
    return Disagreement.ENDS_SOONER if max(days) < promised else Disagreement.ENDS_LATER


def _days(at: datetime) -> set[date]:
    moments = (at - A_MOMENT, at)
    return {day for one in moments for day in (one.astimezone(UTC).date(), day_of(one))}


def _moment(text: str) -> datetime | None:
    """An HTTP date; None: it is none, or lies outside of what calendars know."""
    try:
        at = parsedate_to_datetime(text).astimezone(UTC)
        _days(at)
    except (ValueError, TypeError, OverflowError):
        return None
    return at
