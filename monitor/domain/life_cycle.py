"""Where a line is on its way from planned to retired, on a given day.

Days are the catalogue's, so those of Europe/Amsterdam; both ends are inclusive. What the
catalogue does not say is not filled in: a line without any first day is taken to have begun
long ago wherever it lives, one without a last day to go on, one without an end of run-out to be up but
unsupported for as long as it answers.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum
from functools import cmp_to_key

from checks.version import Order, compare
from monitor.domain.landscape import Interface, Landscape, Line, LineId


class Phase(StrEnum):
    """In the order in which a line passes through them. The values are the API's."""

    PLANNED = "planned"  # begun nowhere
    NEXT = "next"  # X+1: begun, but not yet where releases end up
    LATEST = "latest"  # supported
    PREVIOUS = "previous"  # supported beside a newer one: the last but one, or kept longer
    UNSUPPORTED = "unsupported"  # up, past its last supported day
    RETIRED = "retired"  # past its run-out


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
