"""Which version runs where, since when, and how sure that is (semantics.md, section 3)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Mood(StrEnum):
    """How sure we are of what a target runs."""

    NEVER = "never"  # never read
    SWITCHING = "switching"
    SETTLED = "settled"
    MIXED = "mixed"


@dataclass(frozen=True, slots=True)
class Seen:
    """What equal readings have in common: the identity of a sighting."""

    served: bool
    version: str | None = None
    fingerprint: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """A run of equal readings of one target, kept as one row.

    It arrived in `(after, by]`; `after` None: unbounded, the first ever, which tells
    nothing about order. `by` is also the first time it was seen.
    """

    seen: Seen
    after: datetime | None
    by: datetime
    last: datetime
    readings: int = 1
    settled: bool = False  # read `confirm_after` times in a row at least once


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """The memory of a target's readings: the run in progress and the last five."""

    recent: tuple[Seen, ...] = ()  # the last 5, oldest first
    current: Sighting | None = None  # the run in progress
    settled: Sighting | None = None  # the run that is, or last was, settled
    mood: Mood = Mood.NEVER
    mixed_since: datetime | None = None
    source: str | None = None  # the check that yields the version
    source_at: datetime | None = None
