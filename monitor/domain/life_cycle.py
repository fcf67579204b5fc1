"""Where a line is on its way from planned to retired, on a given day.

Days are the catalogue's, so those of Europe/Amsterdam; both ends are inclusive. What the
catalogue does not say is not filled in: a line without any first day is taken to have begun
long ago wherever it lives, one without a last day to go on, one without an end of run-out to
be up but unsupported for as long as it answers.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cmp_to_key
from itertools import pairwise

from checks.version import Order, compare
from monitor.domain.landscape import Interface, Landscape, Line, LineId

SUPPORTED = 2
"""Lines of an interface that are supported at once: the last and the last but one."""


class Phase(StrEnum):
    """In the order in which a line passes through them. The values are the API's."""

    PLANNED = "planned"  # begun nowhere
    NEXT = "next"  # X+1: begun, but not yet where releases end up
    LATEST = "latest"  # supported
    PREVIOUS = "previous"  # supported beside a newer one: the last but one, or kept longer
    UNSUPPORTED = "unsupported"  # up, past its last supported day
    RETIRED = "retired"  # past its run-out


class BreachKind(StrEnum):
    """The values are the API's."""

    TOO_MANY = "tooMany"  # more than two supported lines at once
    TOO_LONG = "tooLong"  # supported for longer than a year beside a newer one


@dataclass(frozen=True, slots=True)
class Breach:
    """A promise of the supply chain that the catalogue does not keep: to be shown, not refused.

    `lines` newest first; `since` None: the catalogue does not say from which day on.
    """

    kind: BreachKind
    interface: str
    lines: tuple[LineId, ...]
    since: date | None


def phases(landscape: Landscape, today: date) -> Mapping[LineId, Phase]:
    """The phase of every line."""
    return {
        line: phase
        for interface in landscape.interfaces
        for line, phase in _phases(interface, landscape, today)
    }


def expected(landscape: Landscape, line: LineId, environment: str, today: date) -> bool:
    """Whether the catalogue promises the line in this environment on this day.

    Where it gives no first day there, it does by having a target. After the last day, run-out
    included, nothing is promised. An unknown line is promised nowhere.
    """
    one = landscape.lines.get(line)
    if one is None:
        return False
    last = one.life_cycle.gone or one.life_cycle.until
    if last and today > last:
        return False
    first = one.life_cycle.first_days.get(environment)
    return today >= first if first else environment in one.targets


def supported_until(line: Line) -> date | None:
    """The last supported day; None: the phase-out is not planned."""
    return line.life_cycle.until


def days_left(line: Line, today: date) -> int | None:
    """Days of support after `today`: 0 on the last, negative when it is over."""
    return (line.life_cycle.until - today).days if line.life_cycle.until else None


def destinations(landscape: Landscape) -> frozenset[str]:
    """Where releases end up: what others must precede, or else the last environment."""
    later = frozenset(after for _, after in landscape.must_precede)
    return later or frozenset(one.id for one in landscape.environments[-1:])


def _phases(
    interface: Interface, landscape: Landscape, today: date
) -> Iterator[tuple[LineId, Phase]]:
    goal = destinations(landscape)
    supported = []
    for line in interface.lines:
        days = line.life_cycle
        begun = {one.id for one in landscape.environments if _has_begun(line, one.id, today)}
        if days.gone and today > days.gone:
            yield line.id, Phase.RETIRED
        elif days.until and today > days.until:
            yield line.id, Phase.UNSUPPORTED
        elif not begun:
            yield line.id, Phase.PLANNED
        elif not begun & goal:
            yield line.id, Phase.NEXT
        else:
            supported.append(line.id)
    for place, line_id in enumerate(newest_first(supported)):
        yield line_id, Phase.PREVIOUS if place else Phase.LATEST


def breaches(landscape: Landscape, today: date) -> tuple[Breach, ...]:
    """Where more lines are supported than promised, or one for longer; in catalogue order.

    Promised are the last line and the last but one, that one for a year at most from the day
    on which the last begins where releases end up. Where no such day is given nothing is held.
    """
    return tuple(
        breach
        for interface in landscape.interfaces
        for rule in (_too_many, _too_long)
        for breach in rule(interface, landscape, today)
    )


def _supported(interface: Interface, landscape: Landscape, today: date) -> list[LineId]:
    """Newest first."""
    phase = dict(_phases(interface, landscape, today))
    return [line for line, its in phase.items() if its in {Phase.LATEST, Phase.PREVIOUS}]


def _too_many(interface: Interface, landscape: Landscape, today: date) -> Iterator[Breach]:
    lines = _supported(interface, landscape, today)
    if len(lines) <= SUPPORTED:
        return
    since = today
    for day in sorted(_turns(interface, today), reverse=True):
        if len(_supported(interface, landscape, day)) <= SUPPORTED:
            yield Breach(BreachKind.TOO_MANY, interface.id, tuple(lines), since)
            return
        since = day
    yield Breach(BreachKind.TOO_MANY, interface.id, tuple(lines), None)  # for as long as is told


def _turns(interface: Interface, today: date) -> set[date]:
    """The days on which a phase may have changed, and the day before each."""
    days: set[date] = set()
    for line in interface.lines:
        life = line.life_cycle
        days.update(life.first_days.values())
        days.update(last + timedelta(days=1) for last in (life.until, life.gone) if last)
    return {one for day in days if day <= today for one in (day, day - timedelta(days=1))}


def _too_long(interface: Interface, landscape: Landscape, today: date) -> Iterator[Breach]:
    """Each line that is supported, though a newer one has been there for more than a year."""
    goal = destinations(landscape)
    began = {
        line.id: _first_day(line, goal)
        for line in interface.lines
        if any(_has_begun(line, one, today) for one in goal)
    }
    supported = _supported(interface, landscape, today)
    for newer, line in pairwise(newest_first(list(began))):
        first = began[newer]
        if line in supported and first and today > _a_year_after(first):
            since = _a_year_after(first) + timedelta(days=1)
            yield Breach(BreachKind.TOO_LONG, interface.id, (line,), since)


def _first_day(line: Line, environments: frozenset[str]) -> date | None:
    days = line.life_cycle.first_days
    return min((days[one] for one in environments if one in days), default=None)


def _a_year_after(day: date) -> date:
    if (day.month, day.day) == (2, 29):
        return date(day.year + 1, 3, 1)
    return day.replace(year=day.year + 1)


def newest_first(lines: list[LineId]) -> list[LineId]:
    """By version; where that cannot be told, the later in the catalogue is the newer."""
    later_first = list(reversed(lines))
    return sorted(later_first, key=cmp_to_key(_newer_first))


def _newer_first(a: LineId, b: LineId) -> int:
    match compare(a.line, b.line):
        case Order.NEWER:
            return -1
        case Order.OLDER:
            return 1
        case Order.SAME | Order.UNORDERED:
            return 0


def _has_begun(line: Line, environment: str, today: date) -> bool:
    if line.environments is not None and environment not in line.environments:
        return False
    days = line.life_cycle.first_days
    if not days:
        return True
    first = days.get(environment)
    return today >= first if first else environment in line.targets
