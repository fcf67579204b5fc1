"""How we write times, spans and shares."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from web.words.language import Language

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
HOURS_UNTIL = 48 * HOUR
"""Up to here a span is told in hours, from here in days."""

NOTHING = "\N{EN DASH}"

_HOUR_UNIT = {Language.NL: "u", Language.EN: "h"}
_MONTHS = {
    Language.NL: (
        *("jan", "feb", "mrt", "apr", "mei", "jun"),
        *("jul", "aug", "sep", "okt", "nov", "dec"),
    ),
    Language.EN: (
        *("Jan", "Feb", "Mar", "Apr", "May", "Jun"),
        *("Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    ),
}


def span(length: timedelta, language: Language) -> str:
    """A short span: "12 min", "5 u", "3 d"; below a minute "< 1 min"."""
    if length < MINUTE:
        return "< 1 min"
    if length < HOUR:
        return f"{length // MINUTE} min"
    if length < HOURS_UNTIL:
        return f"{length // HOUR} {_HOUR_UNIT[language]}"
    return f"{length // DAY} d"


def span_holds_until(since: datetime, now: datetime) -> datetime:
    """The moment from which `span(now - since)` reads differently."""
    length = max(now - since, timedelta())
    step = MINUTE if length < HOUR else HOUR if length < HOURS_UNTIL else DAY
    return since + (length // step + 1) * step


def ago(at: datetime, now: datetime, language: Language) -> str:
    return span(max(now - at, timedelta()), language)


def clock(at: datetime, now: datetime, language: Language) -> str:
    """To the second: 10:54:07 when that was today, else 1 jul 2026 10:54:07."""
    return _dated(at, now, language, "%H:%M:%S")


def day(one: date, language: Language) -> str:
    """1 jul 2026; of a moment, the day that it is in Amsterdam."""
    if isinstance(one, datetime):
        one = one.astimezone(AMSTERDAM).date()
    return f"{one.day} {_MONTHS[language][one.month - 1]} {one.year}"


def exact(at: datetime, language: Language) -> str:
    """1 jul 2026 10:54:07 +02:00: the time in Amsterdam, with its offset."""
    local = at.astimezone(AMSTERDAM)
    return f"{day(local, language)} {local:%H:%M:%S}{_offset(local)}"


def moment(at: datetime, now: datetime, language: Language) -> str:
    """10:42 when that was today, else 1 jul 2026 10:42."""
    return _dated(at, now, language, "%H:%M")


def stamp(at: datetime) -> str:
    """For the `datetime` attribute of a `<time>`."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def share(part: float | None, language: Language) -> str:
    """99,95 %: rounded down, so that 100 % means always; a dash where nothing is known."""
    if part is None:
        return NOTHING
    hundredths = int(part * 10_000 + 1e-6)
    whole, rest = divmod(hundredths, 100)
    if not rest:
        return f"{whole} %"
    mark = "," if language is Language.NL else "."
    return f"{whole}{mark}{rest:02d} %"


def duration(seconds: float | None, language: Language) -> str:
    """182 ms, or 1,24 s; a dash where nothing was measured."""
    if seconds is None:
        return NOTHING
    if seconds < 1:
        return f"{round(seconds * 1_000)} ms"
    text = f"{seconds:.2f} s"
    return text.replace(".", ",") if language is Language.NL else text


def _dated(at: datetime, now: datetime, language: Language, form: str) -> str:
    local = at.astimezone(AMSTERDAM)
    hour = f"{local:{form}}{_which(local)}"
    if local.date() == now.astimezone(AMSTERDAM).date():
        return hour
    return f"{day(local, language)} {hour}"


def _offset(local: datetime) -> str:
    offset = f"{local:%z}"
    return f" {offset[:3]}:{offset[3:]}"


def _which(local: datetime) -> str:
    """The offset, in the one hour of the year that comes twice; else nothing."""
    other = local.replace(fold=1 - local.fold)
    return _offset(local) if other.utcoffset() != local.utcoffset() else ""


def seconds(count: int) -> str:
    """An interval: 30 s, 5 min."""
    return f"{count // 60} min" if not count % 60 else f"{count} s"
