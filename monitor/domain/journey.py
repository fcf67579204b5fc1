"""How far a version is on its way through the environments (semantics.md, section 5).

A rollout opens by an announcement or by the first settled sighting of a version newer than
every environment's. What happens to it depends on the standings and the moment alone, so
that looking more often makes no difference.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from checks.version import Order, compare, readable
from monitor.domain.landscape import Line
from monitor.domain.rollout import Announcement, Rollout, Stage, StageState, rollout_id
from monitor.domain.sighting import Mood
from monitor.domain.stage import Place, following, is_given_up, is_over, moment_of
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
    known = tuple(known)
    for where, side in sides.items():
        run = side.readings.settled if side.readings.mood is Mood.SETTLED else None
        if run is None or run.after is None or run.seen.version is None:
            continue
        version = run.seen.version
        others = [one.readings.settled for place, one in sides.items() if place != where]
        older = (one.seen.version for one in (*others, side.readings.previous) if one)
        if all(other is None or _is_newer(version, other) for other in older) and not find(
            known, version
        ):
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
    stages = {  # what was planned before is planned anew, or no more
        where: stage if stage.arrived_by else replace(stage, due_at=None)
        for where, stage in _complete(rollout.stages, line).items()
    }
    return replace(rollout, announced=announcement, stages=stages)


def find(known: Iterable[Rollout], version: str) -> Rollout | None:
    """The rollout of that version: `v8.6.0` is `8.6.0`."""
    return next((one for one in known if _is_same(one.version, version)), None)


def advance(rollout: Rollout, line: Line, sides: Sides, now: datetime) -> Rollout:
    """The rollout as of `now`; the same object when nothing changed."""
    stages = _complete(rollout.stages, line)
    for where in (*stages, *stages):  # an arrival sets the term of all others: once more
        stages[where] = _followed(replace(rollout, stages=stages), where, line, sides, now)
    left = [stage for where, stage in stages.items() if where in line.targets]
    over = is_given_up(left, now) or all(is_over(one, now) for one in left)
    done_at = (rollout.done_at or now) if over else None
    if stages == rollout.stages and done_at == rollout.done_at:
        return rollout
    return replace(rollout, stages=stages, done_at=done_at)


def next_moment(rollout: Rollout, line: Line, sides: Sides, now: datetime) -> datetime | None:
    """When time alone changes a stage, if nothing comes between."""
    moments = (
        moment_of(
            stage, rollout.version, Place(line, where, sides.get(where), rollout.opened_at), now
        )
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
    return Rollout(
        id=rollout_id(line.id, version),
        line=line.id,
        version=version,
        opened_at=now,
        stages=_complete({}, line),
    )


def _complete(stages: Mapping[str, Stage], line: Line) -> dict[str, Stage]:
    """A stage wherever the line is watched, in order; and where it was watched before."""
    return {where: stages.get(where, Stage()) for where in line.targets} | {
        where: stage for where, stage in stages.items() if where not in line.targets
    }


def _followed(rollout: Rollout, where: str, line: Line, sides: Sides, now: datetime) -> Stage:
    stage = rollout.stages[where]
    if where not in line.targets:
        return stage  # it left the catalogue: nothing more is learned of it
    due = _due(rollout, where, line, sides)
    stage = stage if stage.due_at == due else replace(stage, due_at=due)
    place = Place(line, where, sides.get(where), rollout.opened_at)
    return following(stage, rollout.version, place, now)


def _due(rollout: Rollout, where: str, line: Line, sides: Sides) -> datetime | None:
    """The planned time; else the first arrival anywhere and the grace of that step.

    Where nothing of the line is yet (X+1), or nobody has the version any more, there is no
    term; and what cannot be seen for a while keeps the one it had.
    """
    stage = rollout.stages[where]
    if stage.arrived_by:
        return stage.due_at  # what it was due at is history now
    planned = rollout.announced.planned.get(where) if rollout.announced else None
    arrivals = [
        one.arrived_by
        for one in rollout.stages.values()
        if one.arrived_by and one.state is not StageState.ROLLED_BACK
    ]
    if planned or not arrivals:
        return planned
    run = sides[where].readings.settled if where in sides else None
    if run is None or run.seen.version is None:
        return stage.due_at
    return min(arrivals) + span(line.policy.grace, run.seen.version, rollout.version)


def _is_newer(version: str, other: str) -> bool:
    return compare(version, other) is Order.NEWER


def _is_same(one: str, other: str) -> bool:
    return one == other or compare(one, other) is Order.SAME
