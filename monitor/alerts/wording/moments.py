"""How a message writes moments and spans: whole words, Amsterdam's clock, with its offset."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from monitor.alerts.wording.vocabulary import Phrases

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
_MINUTE = timedelta(minutes=1)
_HOURS_UNTIL = timedelta(hours=48)
"""Up to here a span is told in hours and minutes, from here in days and hours."""


def moment(at: datetime, phrases: Phrases) -> str:
    """22 November 2026, 10:42 (UTC+01:00)."""
    local = at.astimezone(AMSTERDAM)
    offset = f"{local:%z}"
    return phrases.moment.format(
        **_date(local, phrases), time=f"{local:%H:%M}", offset=f"{offset[:3]}:{offset[3:]}"
    )


def day(one: date, phrases: Phrases) -> str:
    """22 November 2026; of a moment, the day that it is in Amsterdam."""
    local = one.astimezone(AMSTERDAM) if isinstance(one, datetime) else one
    return phrases.date.format(**_date(local, phrases))


def span(length: timedelta, phrases: Phrases) -> str:
    """12 minutes; 5 hours and 1 minute; 3 days and 2 hours."""
    if length < _MINUTE:
        return phrases.shorter
    hours, minutes = divmod(length // _MINUTE, 60)
    parts = [(hours, phrases.hour), (minutes, phrases.minute)]
    if length >= _HOURS_UNTIL:
        days, hours = divmod(hours, 24)
        parts = [(days, phrases.day), (hours, phrases.hour)]
    return joined([unit.of(number) for number, unit in parts if number], phrases)


def read(text: str | None) -> datetime | None:
    """A moment as facts hold it; None for what is none."""
    try:
        found = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def joined(several: list[str], phrases: Phrases) -> str:
    """LTO, PRE and PROD."""
    *many, last = several or [""]
    return phrases.both.format(many=", ".join(many), last=last) if many else last


def _date(local: date, phrases: Phrases) -> dict[str, object]:
    return {"day": local.day, "month": phrases.months[local.month - 1], "year": local.year}
