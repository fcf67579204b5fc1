"""One cell of the wall: what it draws, what it says, and since when."""

from dataclasses import dataclass
from datetime import datetime

from web.views.target import Look, TargetView, look_of
from web.words.language import Language
from web.words.moments import ago

_ARRIVAL_COUNTS = frozenset({Look.UP, Look.MIXED})
"""Here the age is that of the version; elsewhere that of the state."""

_WORDLESS = frozenset({Look.UP})
"""Drawn without a visible word where a version stands in its place."""


@dataclass(frozen=True, slots=True)
class Cell:
    environment: str
    look: Look
    version: str | None
    word_shown: bool
    since: datetime | None
    age: str | None
    at_least: bool  # the version was there before we first looked
    down_from: tuple[str, ...] = ()  # titles of locations, too few for an outage


def cell(target: TargetView, now: datetime, language: Language) -> Cell:
    look = look_of(target)
    arrived = look in _ARRIVAL_COUNTS and target.version is not None
    since = target.arrived_by if arrived else target.since
    if look in {Look.NOT_YET, Look.GONE, Look.NOT_CONFIGURED}:
        since = None
    return Cell(
        environment=target.environment,
        look=look,
        version=target.version,
        word_shown=look not in _WORDLESS or target.version is None,
        since=since,
        age=ago(since, now, language) if since else None,
        at_least=arrived and target.arrived_after is None,
        down_from=tuple(one.title for one in target.locations if one.location in target.down_from),
    )
