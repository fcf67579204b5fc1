"""Which version runs where, since when, and how sure that is (semantics.md, section 3)."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from itertools import pairwise

from checks.outcome import Reading, ReadingKind
from checks.version import Order, compare
from monitor.domain.landscape import TargetPlan

REMEMBERED = 5
"""Readings in which changes are counted (semantics.md, section 3)."""
MANY = 2
"""Changes within those: from here on the target is mixed."""


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
    settled: bool = False  # the target was settled on it at least once


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """The memory of a target's readings: the run in progress and the last five.

    `settled` is the newest settled run, but its `(after, by]` is the arrival of the
    *version*: neither a flicker nor a changed contract makes a version arrive again.
    """

    recent: tuple[Seen, ...] = ()  # the last 5, oldest first
    current: Sighting | None = None  # the run in progress
    settled: Sighting | None = None  # the run that is, or last was, settled
    previous: Sighting | None = None  # the settled run before it: another version or contract
    served_before: Sighting | None = None  # the last settled before that served the line
    appeared: tuple[Sighting, ...] = ()  # first runs of what came up since and is not settled
    mood: Mood = Mood.NEVER
    mixed_since: datetime | None = None
    source: str | None = None  # the check that is believed about the version, see source.py
    source_at: datetime | None = None  # when it was last heard
    versioned: bool = False  # whether that check ever yielded a version


@dataclass(frozen=True, slots=True)
class Followed:
    """The new memory, and the rows that are new or say something new, in order."""

    readings: Readings
    sightings: tuple[Sighting, ...] = ()


def follow(
    before: Readings, check: str, reading: Reading, at: datetime, confirm_after: int
) -> Followed:
    """Take in one reading that is heard (source.py decides); it must not be unreadable.

    A take-over by another check is no change of version: where it shows something else
    the story starts anew, with an arrival that tells nothing about order.
    """
    seen = seen_in(reading)
    current = before.current
    if current and at < current.last:
        at = current.last  # checks of one target may overtake each other by a moment
    if current is None or not _same(current.seen, seen):
        closed = (current,) if current else ()
        if current is None or _starts_anew(before, current, check, seen):
            before = Readings()
            run = Sighting(seen=seen, after=None, by=at, last=at)
        else:
            run = Sighting(seen=seen, after=current.last, by=at, last=at)
    else:
        closed = ()
        run = _longer(current, seen, at)
    recent = (*before.recent[1 - REMEMBERED :], run.seen)
    mood = _mood(recent, run, confirm_after)
    if mood is Mood.SETTLED and not run.settled:
        run = replace(run, settled=True)
    told = current is None or (run.by, run.seen, run.settled) != _row(current)
    return Followed(
        Readings(
            recent=recent,
            current=run,
            settled=_settled(before, run) if mood is Mood.SETTLED else before.settled,
            previous=_previous(before, run) if mood is Mood.SETTLED else before.previous,
            served_before=_served_before(before, run)
            if mood is Mood.SETTLED
            else before.served_before,
            appeared=() if mood is Mood.SETTLED else _appeared(before, run),
            mood=mood,
            mixed_since=(before.mixed_since or at) if mood is Mood.MIXED else None,
            source=check,
            source_at=at,
            versioned=seen.version is not None or (before.versioned and before.source == check),
        ),
        (*closed, run) if told else (),
    )


def seen_in(reading: Reading) -> Seen:
    if reading.kind is ReadingKind.SERVED:
        return Seen(served=True, version=reading.version, fingerprint=reading.fingerprint)
    return Seen(served=False)


def same_version(a: Seen, b: Seen) -> bool:
    """Whether two readings show one version: `v8.5.2` is `8.5.2`, and so is `8.5.2+b7`."""
    if a.served is not b.served:
        return False
    if a.version is None or b.version is None:
        return a.version is b.version
    return a.version == b.version or compare(a.version, b.version) is Order.SAME


def stale(readings: Readings, plan: TargetPlan, now: datetime) -> bool:
    """Whether the newest reading is older than 3 intervals of the check that made it."""
    if readings.current is None:
        return False
    probe = plan.reader(readings.source)
    return probe is None or now - readings.current.last > probe.stale_after


def _longer(run: Sighting, seen: Seen, at: datetime) -> Sighting:
    return Sighting(  # written out, because this is done for every reading
        seen=_merged(run.seen, seen),
        after=run.after,
        by=run.by,
        last=at,
        readings=run.readings + 1,
        settled=run.settled,
    )


def _same(a: Seen, b: Seen) -> bool:
    """Equal readings; a check that reads no contract does not contradict one that does."""
    if a == b:
        return True
    contracts = a.fingerprint == b.fingerprint or None in (a.fingerprint, b.fingerprint)
    return contracts and same_version(a, b)


def _merged(old: Seen, new: Seen) -> Seen:
    """The newest text, because build metadata is kept for display."""
    if old == new or (new.fingerprint is None and old.version == new.version):
        return old
    return replace(new, fingerprint=new.fingerprint or old.fingerprint)


def _starts_anew(before: Readings, current: Sighting, check: str, seen: Seen) -> bool:
    if current.seen.served and current.seen.version is None and seen.version is not None:
        return True  # it showed no other version before, it showed none
    taken_over = before.source is not None and before.source != check
    return taken_over and (before.versioned or current.seen.served)


def _mood(recent: tuple[Seen, ...], run: Sighting, confirm_after: int) -> Mood:
    if run.readings >= len(recent):
        changes = 0
    else:
        changes = sum(not _same(old, new) for old, new in pairwise(recent))
    if changes >= MANY:
        return Mood.MIXED
    return Mood.SETTLED if run.readings >= confirm_after else Mood.SWITCHING


def _settled(before: Readings, run: Sighting) -> Sighting:
    """The run, dated by the arrival of its version."""
    if before.settled and same_version(before.settled.seen, run.seen):
        first = before.settled
    else:
        first = next((one for one in before.appeared if same_version(one.seen, run.seen)), run)
    if first.by == run.by:
        return run
    return replace(run, after=first.after, by=first.by)


def _previous(before: Readings, run: Sighting) -> Sighting | None:
    if before.settled is None or _same(before.settled.seen, run.seen):
        return before.previous
    return before.settled


def _served_before(before: Readings, run: Sighting) -> Sighting | None:
    """As `previous`, but a line that was gone in between is passed over."""
    previous = _previous(before, run)
    if previous is before.previous:
        return before.served_before
    return previous if previous and previous.seen.served else before.served_before


def _appeared(before: Readings, run: Sighting) -> tuple[Sighting, ...]:
    if any(same_version(one.seen, run.seen) for one in before.appeared):
        return before.appeared
    if before.settled and same_version(before.settled.seen, run.seen):
        return before.appeared
    return (*before.appeared[1 - REMEMBERED :], run)


def _row(sighting: Sighting) -> tuple[datetime, Seen, bool]:
    return sighting.by, sighting.seen, sighting.settled
