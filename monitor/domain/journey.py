"""How far a version is on its way through the environments (semantics.md, section 5).

A rollout opens by an announcement or by the first settled sighting of a version newer than
every environment's. What happens to it depends on the standings and the moment alone, so
that looking more often makes no difference.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from checks.version import Order, compare, readable
from monitor.domain.day import day_of
from monitor.domain.landscape import Line
from monitor.domain.rollout import Announcement, Rollout, Stage, rollout_id
from monitor.domain.sighting import Mood, Sighting
from monitor.domain.stage import Place, following, is_over, moment_of
from monitor.domain.standing import TargetStanding
from monitor.domain.step import span

Sides = Mapping[str, TargetStanding]
"""The standings of a line by environment; any may be missing."""

NAMED_FOR = timedelta(minutes=15)
"""So long after an arrival all that goes wrong names the rollout (semantics.md, section 5)."""


class RolloutError(ValueError):
    """The announcement cannot be meant; the text says why and what to write instead."""


def infer(line: Line, sides: Sides, known: Iterable[Rollout], now: datetime) -> Rollout | None:
    """Open the rollout of a version that arrived and is newer than every environment's.

    A first sight ever opens none: it may have been there for years.
    """
    runs = {where: run for where, side in sides.items() if (run := _settled(side))}
    known = tuple(known)
    for where, run in runs.items():
        version = run.seen.version
        if version is None or run.after is None or find(known, version):
            continue
        others = [one.seen.version for place, one in runs.items() if place != where]
        before = sides[where].readings.previous
        if before:
            others.append(before.seen.version)
        if all(other is None or _is_newer(version, other) for other in others):
            return _opened(line, version, now)
    return None


def announce(
    line: Line, version: str, announcement: Announcement, known: Rollout | None
) -> Rollout:
    """Make a rollout, or adopt the one that was inferred; the same key again changes nothing.

    Raises RolloutError. Call `advance` with the answer.
    """
    if readable(version) is None:
        raise RolloutError(
            f"{version!r} is no version; write letters, digits, dots, +, _ and - only, "
            "64 of them at most, as in 8.6.0"
        )
    if not line.targets:
        raise RolloutError(f"{line.id} is watched nowhere; give it a target in the catalogue first")
    if strangers := sorted(announcement.planned.keys() - line.targets.keys()):
        raise RolloutError(
            f"{line.id} is not watched in {', '.join(strangers)}; "
            f"planned may name {', '.join(line.targets)}"
        )
    if known and known.announced and known.announced.key == announcement.key:
        return known
    rollout = known or _opened(line, version, announcement.at)
    missing = {where: Stage() for where in announcement.planned if where not in rollout.stages}
    stages = {**rollout.stages, **missing}
    ordered = {where: stages[where] for where in line.targets if where in stages}
    return replace(rollout, announced=announcement, stages={**stages, **ordered})


def find(known: Iterable[Rollout], version: str) -> Rollout | None:
    """The rollout of that version: `v8.6.0` is `8.6.0`."""
    return next((one for one in known if _is_same(one.version, version)), None)


def advance(rollout: Rollout, line: Line, sides: Sides, now: datetime) -> Rollout:
    """The rollout as of `now`; the same object when nothing changed."""
    stages = dict(rollout.stages)
    for where in (*stages, *stages):  # an arrival sets the term of all others: once more
        stages[where] = _followed(replace(rollout, stages=stages), where, line, sides, now)
    over = all(where not in line.targets or is_over(one, now) for where, one in stages.items())
    done_at = (rollout.done_at or now) if over else None
    if stages == rollout.stages and done_at == rollout.done_at:
        return rollout
    return replace(rollout, stages=stages, done_at=done_at)


def next_moment(rollout: Rollout, line: Line, sides: Sides, now: datetime) -> datetime | None:
    """When time alone changes a stage, if nothing comes between."""
    moments = (
        moment_of(stage, rollout.version, Place(line, where, sides.get(where)), now)
        for where, stage in rollout.stages.items()
        if where in line.targets
    )
    return min((one for one in moments if one and one > now), default=None)


def just_arrived(rollouts: Iterable[Rollout], environment: str, now: datetime) -> Rollout | None:
    """The rollout that what goes wrong there now is to name: the newest arrival."""
    arrived = [
        (stage.arrived_by, rollout.id, rollout)
        for rollout in rollouts
        if (stage := rollout.stages.get(environment))
        and stage.arrived_by
        and timedelta() <= now - stage.arrived_by <= NAMED_FOR
    ]
    return max(arrived)[2] if arrived else None


def _opened(line: Line, version: str, now: datetime) -> Rollout:
    today, first_days = day_of(now), line.life_cycle.first_days
    awaited = (where for where in line.targets if first_days.get(where, today) <= today)
    return Rollout(
        id=rollout_id(line.id, version),
        line=line.id,
        version=version,
        opened_at=now,
        stages={where: Stage() for where in awaited},
    )


def _followed(rollout: Rollout, where: str, line: Line, sides: Sides, now: datetime) -> Stage:
    stage = rollout.stages[where]
    if where not in line.targets:
        return stage  # it left the catalogue: nothing more is learned of it
    due = _due(rollout, where, line, sides)
    stage = stage if stage.due_at == due else replace(stage, due_at=due)
    return following(stage, rollout.version, Place(line, where, sides.get(where)), now)


def _due(rollout: Rollout, where: str, line: Line, sides: Sides) -> datetime | None:
    """The planned time; else the first arrival anywhere and the grace of that step."""
    planned = rollout.announced.planned.get(where) if rollout.announced else None
    arrivals = [one.arrived_by for one in rollout.stages.values() if one.arrived_by]
    if planned or not arrivals:
        return planned
    stage = rollout.stages[where]
    if stage.arrived_by:
        return stage.due_at  # what it was due at is history now
    run = _settled(sides[where]) if where in sides else None
    return min(arrivals) + span(
        line.policy.grace, run.seen.version if run else None, rollout.version
    )


def _settled(side: TargetStanding) -> Sighting | None:
    return side.readings.settled if side.readings.mood is Mood.SETTLED else None


def _is_newer(version: str, other: str) -> bool:
    return compare(version, other) is Order.NEWER


def _is_same(one: str, other: str) -> bool:
    return one == other or compare(one, other) is Order.SAME
