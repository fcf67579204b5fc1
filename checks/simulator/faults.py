"""What goes wrong, where and when."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from checks.simulator.dice import Dice
from checks.simulator.lines import ENVIRONMENTS, LINES, LTO, PRE, PROD

HOUR = timedelta(hours=1)
WEEK = timedelta(weeks=1)
WEEKS_BEFORE = 14
WEEKS_AFTER = 520
LONGEST = timedelta(hours=14)
"""No fault that is written or drawn lasts longer."""


class FaultKind(StrEnum):
    OUTAGE = "outage"  # 500
    HANGUP = "hangup"  # the connection is broken off without an answer
    MAINTENANCE = "maintenance"  # 503 that says so
    REFUSED = "refused"  # 403 for a key that is right
    THROTTLED = "throttled"  # 429
    SLOW = "slow"
    MIXED = "mixed"  # nodes of two versions behind one address
    WIPED = "wiped"  # the national rules are gone


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault in `[begin, end)`; no line: the whole environment."""

    kind: FaultKind
    environment: str
    line: str | None
    begin: datetime
    end: datetime

    def strikes(self, line: str, environment: str) -> bool:
        return self.environment == environment and self.line in {None, line}


class Faults:
    """Those that were written and drawn, quick to look up by moment."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self._by_begin = sorted(faults, key=lambda fault: fault.begin)
        self._begins = [fault.begin for fault in self._by_begin]

    def at(self, moment: datetime) -> tuple[Fault, ...]:
        first = bisect_left(self._begins, moment - LONGEST)
        last = bisect_right(self._begins, moment)
        return tuple(fault for fault in self._by_begin[first:last] if moment < fault.end)


def written(anchor: datetime) -> Iterator[Fault]:
    """Those that always happen. What must be seen at a coarse step lasts 4 hours or more."""

    def fault(kind: FaultKind, where: str, line: str | None, begin: float, lasts: float) -> Fault:
        return Fault(kind, where, line, anchor + begin * HOUR, anchor + (begin + lasts) * HOUR)

    yield fault(FaultKind.HANGUP, PRE, None, -41 * 24, 6)
    yield fault(FaultKind.HANGUP, LTO, None, -11 * 24, 8)
    yield fault(FaultKind.HANGUP, PROD, None, -62 * 24, 5)
    yield fault(FaultKind.REFUSED, PRE, None, -25 * 24, 10)
    yield fault(FaultKind.THROTTLED, LTO, "rtr-gegevens/v2", -17 * 24, 8)
    yield fault(FaultKind.MIXED, PRE, "ontsluiten/v2", -8 * 24, 10)
    yield fault(FaultKind.SLOW, PROD, "presenteren/v8", -5 * 24, 12)
    yield fault(FaultKind.OUTAGE, PROD, "verzoek-indienen/v5", -52, 6)
    yield fault(FaultKind.WIPED, LTO, None, -15 * 24, 9)
    # the one that is going on when the page is opened, and ends while it is looked at
    yield fault(FaultKind.OUTAGE, PROD, "stam/6", -1.2, 1.3)


def drawn(dice: Dice, anchor: datetime) -> Iterator[Fault]:
    """Those by chance and by calendar, but never around the anchor, where the script speaks."""
    midnight = anchor.replace(hour=0, minute=0, second=0, microsecond=0)
    monday = midnight - timedelta(days=anchor.weekday())
    for week in range(-WEEKS_BEFORE, WEEKS_AFTER):
        begin = monday + week * WEEK
        for fault in (*_of_chance(dice, week, begin), *_nights(week, begin)):
            if fault.end < anchor - 14 * HOUR or fault.begin > anchor + 24 * HOUR:
                yield fault


CHANCES = (
    # kind, environments, chance per week, lasts at least and at most (hours)
    (FaultKind.OUTAGE, (LTO, LTO, PRE), 0.8, 4, 9),
    (FaultKind.OUTAGE, (PROD,), 0.25, 4, 6),
    (FaultKind.HANGUP, (LTO, PRE), 0.3, 4, 7),
    (FaultKind.SLOW, ENVIRONMENTS, 0.8, 6, 13),
    (FaultKind.MIXED, ENVIRONMENTS, 0.3, 5, 9),
    (FaultKind.THROTTLED, (LTO, PRE), 0.1, 4, 6),
)


def open_to(kind: FaultKind, environment: str) -> list[str]:
    """The lines on which such a fault shows: two versions only where versions move."""
    return [
        line.key
        for line in LINES
        if environment in line.environments and (line.rolls or kind is not FaultKind.MIXED)
    ]


def _of_chance(dice: Dice, week: int, begin: datetime) -> Iterator[Fault]:
    for kind, environments, chance, least, most in CHANCES:
        about = (kind, environments, week)
        if dice.fraction("whether", *about) >= chance:
            continue
        where = dice.pick(environments, "where", *about)
        line = dice.pick([line.key for line in LINES if where in line.environments], "line", *about)
        at = begin + dice.between(0, 168, "when", *about) * HOUR
        lasts = dice.between(least, most, "lasts", *about) * HOUR
        yield Fault(kind, where, line, at, at + lasts)


def _nights(week: int, monday: datetime) -> Iterator[Fault]:
    """Planned maintenance: LTO and PRE every other week, PROD every fourth."""
    nights = ((LTO, 0, 2, 44), (PRE, 1, 2, 68), (PROD, 3, 4, 142))
    for where, which, every, hour in nights:
        if week % every == which:
            begin = monday + hour * HOUR
            yield Fault(FaultKind.MAINTENANCE, where, None, begin, begin + 6 * HOUR)
