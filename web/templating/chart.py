"""Response times as a drawing: where every line and every word of it goes."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from web.views.uptime import ResponseTimes
from web.words.language import Language
from web.words.moments import AMSTERDAM, duration

WIDTH, HEIGHT = 420, 150
LEFT, RIGHT, TOP, BOTTOM = 58, 8, 12, 24
DRAWN = timedelta(hours=48)
"""Up to now: the days before are told by the bars and by the shares."""
GAP = timedelta(hours=2)
"""A line is broken where nothing was measured for longer than this (points are hourly)."""
_NICE = (0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 20.0, 30.0, 60.0)


@dataclass(frozen=True, slots=True)
class Tick:
    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    p50: str  # the `d` of a path
    p95: str
    heights: tuple[Tick, ...]
    moments: tuple[Tick, ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    bottom: int = HEIGHT - BOTTOM


def chart(points: Sequence[ResponseTimes], now: datetime, language: Language) -> Chart | None:
    """The last hours up to `now`; None where there is nothing to draw."""
    if not points:
        return None
    begin = now - DRAWN
    top = next((nice for nice in _NICE if nice >= max(one.p95 for one in points)), 120.0)

    def across(at: datetime) -> float:
        part = (at - begin) / (now - begin)
        return round(LEFT + max(0.0, min(1.0, part)) * (WIDTH - LEFT - RIGHT), 1)

    def up(seconds: float) -> float:
        return round(HEIGHT - BOTTOM - min(1.0, seconds / top) * (HEIGHT - TOP - BOTTOM), 1)

    return Chart(
        p50=_path(points, across, up, lambda one: one.p50),
        p95=_path(points, across, up, lambda one: one.p95),
        heights=tuple(
            Tick(up(top * part), duration(top * part, language)) for part in (0.0, 0.5, 1.0)
        ),
        moments=tuple(Tick(across(at), f"{at:%H:%M}") for at in _quarters(begin, now)),
    )


def _path(
    points: Sequence[ResponseTimes],
    across: Callable[[datetime], float],
    up: Callable[[float], float],
    value: Callable[[ResponseTimes], float],
) -> str:
    parts = []
    before: datetime | None = None
    for one in points:
        pen = "L" if before and one.start - before <= GAP else "M"
        parts.append(f"{pen}{across(one.start):g} {up(value(one)):g}")
        before = one.start
    return "".join(parts)


def _quarters(begin: datetime, now: datetime) -> Iterator[datetime]:
    """Midnights and noons, well inside the drawing."""
    at = begin.astimezone(AMSTERDAM).replace(hour=0, minute=0, second=0, microsecond=0)
    while (at := at + timedelta(hours=12)) < now - timedelta(hours=2):
        if at > begin + timedelta(hours=2):
            yield at
