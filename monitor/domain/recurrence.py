"""When something that comes back does so: a part of RFC 5545, on the clock of a time zone.

Understood are FREQ (DAILY, WEEKLY, MONTHLY, YEARLY), INTERVAL, COUNT or UNTIL, WKST, and beside
WEEKLY: BYDAY, BYMONTH; beside MONTHLY: BYMONTHDAY and BYSETPOS too; beside YEARLY: BYYEARDAY
and BYWEEKNO too. So it occurs once a day at most, at the time of day of the first, which always
occurs, and looking for what never does takes little time.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from itertools import chain, islice
from zoneinfo import ZoneInfo

from dateutil.rrule import rrule, rrulestr

HORIZON = timedelta(days=20 * 366)
"""So long after its first occurrence a rule without an end is followed."""
LONGEST_RULE = 200
"""Characters."""

_ALWAYS = frozenset({"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST"})
_WEEKLY = _ALWAYS | {"BYDAY", "BYMONTH"}
_MONTHLY = _WEEKLY | {"BYMONTHDAY", "BYSETPOS"}
_UNDERSTOOD: Mapping[str, frozenset[str]] = {
    "DAILY": _ALWAYS,
    "WEEKLY": _WEEKLY,
    "MONTHLY": _MONTHLY,
    "YEARLY": _MONTHLY | {"BYYEARDAY", "BYWEEKNO"},
}
_HIGHEST: Mapping[str, int] = {"BYMONTH": 12, "BYMONTHDAY": 31, "BYYEARDAY": 366, "BYWEEKNO": 53}
"""None of these is 0 either."""
_NUMBERS = re.compile(r"[+-]?[0-9]{1,3}(,[+-]?[0-9]{1,3})*")
_VALUES: Mapping[str, re.Pattern[str]] = {
    "FREQ": re.compile(r"[A-Z]+"),
    "INTERVAL": re.compile(r"[1-9][0-9]{0,3}"),
    "COUNT": re.compile(r"[1-9][0-9]{0,3}"),
    "UNTIL": re.compile(r"[0-9]{8}(T[0-9]{6}Z?)?"),
    "BYDAY": re.compile(r"([+-]?[0-9]{1,2})?[A-Z]{2}(,([+-]?[0-9]{1,2})?[A-Z]{2})*"),
    "BYMONTHDAY": _NUMBERS,
    "BYMONTH": _NUMBERS,
    "BYYEARDAY": _NUMBERS,
    "BYWEEKNO": _NUMBERS,
    "BYSETPOS": _NUMBERS,
    "WKST": re.compile(r"[A-Z]{2}"),
}


class RecurrenceError(ValueError):
    """A rule that cannot be meant, or is outside of what is understood."""


@dataclass(frozen=True, slots=True)
class Occurrences:
    """Times on the clock of the zone, without one; `until`: nothing is known after it."""

    starts: tuple[datetime, ...]
    until: datetime | None


def tidied(rule: str) -> str:
    """The rule in one way of writing it."""
    return rule.strip().upper().removeprefix("RRULE:")


@lru_cache(maxsize=256)  # a freeze is looked at with every question to the gate
def occurrences(rule: str, first: datetime, zone: ZoneInfo) -> Occurrences:
    """All that a rule comes to from `first` on, a local time; RecurrenceError says why not."""
    parts = _parts(rule)
    count, ends = parts.pop("COUNT", None), parts.pop("UNTIL", None)
    horizon = first + HORIZON
    last = min(_until(ends, zone), horizon) if ends else horizon
    text = ";".join(f"{name}={value}" for name, value in parts.items())
    try:
        found = rrulestr(text, dtstart=first)
        assert isinstance(found, rrule)  # one rule makes no set of them
        later = (one for one in found.replace(until=last) if one > first)
        every: Iterator[datetime] = chain((first,), later)
        starts = tuple(islice(every, int(count)) if count else every)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError) as error:
        raise RecurrenceError(f"{rule} is no rule of RFC 5545: {error}") from error
    ended = (count and len(starts) == int(count)) or (ends and last < horizon)
    return Occurrences(starts, None if ended else horizon)


def instant(local: datetime, zone: ZoneInfo) -> datetime:
    """The moment at which the clock shows it: the first time where it does so twice.

    A time that is skipped is told by the offset before, as RFC 5545 has it.
    """
    return local.replace(tzinfo=zone, fold=0).astimezone(UTC)


def last_instant(local: datetime, zone: ZoneInfo) -> datetime:
    """The same, but the last time where the clock shows it twice."""
    moments = (local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    return max(moments)


def local(at: datetime, zone: ZoneInfo) -> datetime:
    """What the clock of the zone shows."""
    return at.astimezone(zone).replace(tzinfo=None, fold=0)


def _parts(rule: str) -> dict[str, str]:
    if len(rule) > LONGEST_RULE:
        raise RecurrenceError(f"a rule is at most {LONGEST_RULE} characters long")
    parts: dict[str, str] = {}
    for part in rule.split(";"):
        name, _, value = part.partition("=")
        pattern = _VALUES.get(name)
        if pattern is None:
            raise RecurrenceError(f"{part!r} is not understood; there are {', '.join(_VALUES)}")
        if name in parts or not pattern.fullmatch(value) or not _is_within(name, value):
            raise RecurrenceError(f"{part!r} is given twice, or is no value of {name}")
        parts[name] = value
    understood = _UNDERSTOOD.get(parts.get("FREQ", ""))
    if understood is None:
        raise RecurrenceError(f"FREQ is one of {', '.join(_UNDERSTOOD)}")
    if foreign := parts.keys() - understood:
        raise RecurrenceError(f"{', '.join(sorted(foreign))} does not go with {parts['FREQ']}")
    if "COUNT" in parts and "UNTIL" in parts:
        raise RecurrenceError("a rule has COUNT or UNTIL, not both")
    return parts


def _is_within(name: str, value: str) -> bool:
    highest = _HIGHEST.get(name)
    return highest is None or all(1 <= abs(int(one)) <= highest for one in value.split(","))


def _until(text: str, zone: ZoneInfo) -> datetime:
    """The end as the clock of the zone shows it; a day counts as a whole."""
    try:
        if "T" not in text:
            return datetime.combine(datetime.strptime(text, "%Y%m%d").date(), time.max)  # noqa: DTZ007 - local
        at = datetime.strptime(text.removesuffix("Z"), "%Y%m%dT%H%M%S")  # noqa: DTZ007 - local
        return local(at.replace(tzinfo=UTC), zone) if text.endswith("Z") else at
    except (ValueError, OverflowError) as error:
        raise RecurrenceError(f"UNTIL={text} is no time") from error
