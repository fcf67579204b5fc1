"""The life cycles of all lines as a drawing: where every bar and every word of it goes."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from web.views.life_cycles import LifeCyclesView, LineLifeCycle

WIDTH = 1_080
LEFT, RIGHT, TOP, BOTTOM = 350, 12, 40, 8
ROW, BAR = 24, 14
AHEAD = timedelta(days=730)
"""How far beyond today is drawn, at least and where no end is planned."""
BEHIND = timedelta(days=550)
"""How much of the past is drawn at most: a plan looks forward."""
_FIRST_OF_YEAR = (1, 1)


@dataclass(frozen=True, slots=True)
class Bar:
    """A part of a line's life: `kind` is lto, supported, open (no end is planned) or runOut."""

    kind: str
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Lane:
    line: LineLifeCycle
    y: float  # of the bars
    middle: float  # of the words
    bars: tuple[Bar, ...]
    name: str


@dataclass(frozen=True, slots=True)
class Year:
    x: float
    text: str


@dataclass(frozen=True, slots=True)
class Roadmap:
    lanes: tuple[Lane, ...]
    years: tuple[Year, ...]
    today: float
    width: int
    height: int
    top: int = TOP
    bar: int = BAR
    left: int = LEFT
    right: int = WIDTH - RIGHT


def roadmap(view: LifeCyclesView, destinations: Sequence[str] = ("prod",)) -> Roadmap | None:
    """None where there is nothing to draw."""
    if not view.items:
        return None
    begin, end = _scale(view)

    def across(day: date) -> float:
        part = (day - begin) / (end - begin)
        return round(LEFT + max(0.0, min(1.0, part)) * (WIDTH - LEFT - RIGHT), 1)

    lanes = []
    for place, line in enumerate(view.items):
        y = TOP + 8 + place * ROW
        bars = tuple(
            Bar(kind, across(first), round(across(last) - across(first), 1))
            for kind, first, last in _spans(line, begin, end, destinations)
            if last > begin and first < end
        )
        lanes.append(Lane(line, y, y + BAR - 3, bars, _short(line.title)))
    return Roadmap(
        lanes=tuple(lanes),
        years=tuple(Year(across(day), str(day.year)) for day in _years(begin, end)),
        today=across(view.today),
        width=WIDTH,
        height=TOP + 8 + len(lanes) * ROW + BOTTOM,
    )


def _scale(view: LifeCyclesView) -> tuple[date, date]:
    days = [day for line in view.items for day in _days(line)]
    begin = max(min(days, default=view.today), view.today - BEHIND)
    end = max(max(days, default=view.today) + timedelta(days=90), view.today + AHEAD)
    return min(begin, view.today), min(end, view.today + 3 * AHEAD)


def _days(line: LineLifeCycle) -> Iterator[date]:
    yield from line.first_days.values()
    yield from (day for day in (line.supported_until, line.run_out_until) if day)


def _spans(
    line: LineLifeCycle, begin: date, end: date, destinations: Sequence[str]
) -> Iterable[tuple[str, date, date]]:
    """Each part with its first day and the day after its last."""
    first = min(line.first_days.values(), default=begin)
    reached = min(
        (day for place, day in line.first_days.items() if place in destinations), default=None
    )
    if reached is None:
        reached = end if line.phase in {"next", "planned"} else first
    over = line.supported_until + timedelta(days=1) if line.supported_until else None
    gone = line.run_out_until + timedelta(days=1) if line.run_out_until else None
    marks = [("lto", first), ("supported", reached), ("runOut", over or end), ("", gone or end)]
    if over and not gone:
        marks[-1] = ("", over)
    for (kind, since), (_, until) in pairwise(marks):
        if since < until:
            open_ended = kind == "supported" and over is None
            yield "open" if open_ended else kind, since, until


def _years(begin: date, end: date) -> Iterator[date]:
    for year in range(begin.year + 1, end.year + 1):
        yield date(year, *_FIRST_OF_YEAR)


def _short(name: str, most: int = 44) -> str:
    return name if len(name) <= most else f"{name[: most - 1]}\N{HORIZONTAL ELLIPSIS}"
