"""One line in all its environments, as far as it is known at a moment."""

from collections.abc import Hashable, Mapping
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from monitor.domain.landscape import Line
from monitor.domain.life_cycle import Phase
from monitor.domain.sighting import Mood, Seen, Sighting

NOTHING_PLANNED: Mapping[str, Mapping[str, datetime]] = MappingProxyType({})


class Blind(StrEnum):
    """Why an environment's reading says nothing about now. Blind opens and resolves nothing."""

    NEVER_READ = "neverRead"
    STALE = "stale"
    DOWN = "down"
    REFUSED = "refused"


class Here(NamedTuple):
    """One environment's side of the picture. Only environments with a target have one."""

    environment: str
    mood: Mood = Mood.NEVER
    settled: Sighting | None = None  # `(after, by]` is the arrival of its version
    previous: Sighting | None = None  # what was settled before that
    served_before: Sighting | None = None  # the same, passing over a time without the line
    current: Sighting | None = None  # the run in progress
    recent: tuple[Seen, ...] = ()
    mixed_since: datetime | None = None
    blind: Blind | None = None
    first_day: date | None = None  # None: the catalogue does not say
    sure: Sighting | None = None  # what it runs now, where that is settled and can be seen

    def read_since(self, moment: datetime | None) -> Sighting | None:
        """What it runs now, where that was read at the moment or later."""
        if moment is None or self.current is None or self.current.last < moment:
            return None
        return self.sure


class LinePicture(NamedTuple):
    """All that the rules of drift look at, drawn for one moment.

    `here` is in the order in which a release travels; `planned` holds the times of announced
    rollouts, by version and then by environment.
    """

    line: Line
    phase: Phase | None
    here: tuple[Here, ...]
    must_precede: tuple[tuple[str, str], ...] = ()
    planned: Mapping[str, Mapping[str, datetime]] = NOTHING_PLANNED

    def at(self, environment: str) -> Here | None:
        for one in self.here:
            if one.environment == environment:
                return one
        return None

    @property
    def is_alike(self) -> bool:
        """Whether all is seen to be one and the same, and was so before the newest reading."""
        first: Seen | None = None
        for one in self.here:
            run = one.current if one.sure else None
            if run is None or settled_just_now(one, self.line):
                return False
            first = first or run.seen
            if run.seen != first:
                return False
        return first is not None

    @property
    def key(self) -> Hashable:
        """Equal for two pictures of which the rules say the same at one moment.

        So the rules need no second look while neither the key nor the day changed, and no
        `deadline` went by.
        """
        moved = moved_at(self)
        return (
            self.phase,
            tuple(
                (
                    one.environment,
                    one.mood,
                    one.blind,
                    one.read_since(moved) is None,
                    _run(one.settled),
                    _run(one.previous),
                    one.mixed_since,
                    one.first_day,
                    settled_just_now(one, self.line),
                )
                for one in self.here
            ),
            tuple(self._is_proven(*pair) for pair in self.must_precede),
            tuple((version, tuple(times.items())) for version, times in self.planned.items()),
        )

    def _is_proven(self, first: str, then: str) -> bool:
        """Whether the first was seen without what the other has, after the other got it."""
        before, after = self.at(first), self.at(then)
        if before is None or after is None or after.settled is None:
            return False
        lacking = lacking_until(before)
        return lacking is not None and after.settled.by <= lacking


def moved_at(picture: LinePicture) -> datetime | None:
    """When the newest of all that can be seen was first read."""
    moved: datetime | None = None
    for one in picture.here:
        if one.sure and one.current and (moved is None or one.current.by > moved):
            moved = one.current.by
    return moved


def lacking_until(here: Here) -> datetime | None:
    """The last moment at which an environment was read to run what it was last settled on."""
    if here.current is None or here.settled is None:
        return None
    match here.mood:
        case Mood.SETTLED:
            return here.current.last
        case Mood.SWITCHING:
            return here.current.after
        case Mood.MIXED | Mood.NEVER:
            return None


def settled_just_now(here: Here, line: Line) -> bool:
    """Whether it is the newest reading that settled the run in progress."""
    run = here.current
    return run is not None and run.settled and run.readings == line.policy.confirm_after


def _run(sighting: Sighting | None) -> Hashable:
    return (sighting.seen, sighting.after, sighting.by) if sighting else None
