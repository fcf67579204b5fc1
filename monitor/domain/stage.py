"""How far a rollout is in one environment, and what may happen to it there next."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from checks.version import Order, compare
from monitor.domain.landscape import Line
from monitor.domain.rollout import Stage, StageState
from monitor.domain.sighting import Mood, Sighting, same_version
from monitor.domain.soak import SoakClock, soaked, soaked_at
from monitor.domain.standing import TargetStanding, soak_at
from monitor.domain.step import span

REPENTANCE = timedelta(hours=24)
"""So long a version that was rolled back may come up again (semantics.md, section 4)."""

_AWAITED = frozenset({StageState.PLANNED, StageState.OVERDUE})
_THERE = frozenset({StageState.ARRIVED, StageState.VERIFIED})


@dataclass(frozen=True, slots=True)
class Place:
    """One environment of a line, and what is concluded there; `side` None: nothing yet."""

    line: Line
    environment: str
    side: TargetStanding | None
    opened_at: datetime  # of the rollout

    @property
    def settled(self) -> Sighting | None:
        """What is settled and tells a version; absent is not another version."""
        if self.side is None or self.side.readings.mood is not Mood.SETTLED:
            return None
        run = self.side.readings.settled
        return run if run and run.seen.version is not None else None

    def soak(self, now: datetime) -> SoakClock:
        if self.side is None:
            return SoakClock()
        return soak_at(self.side, self.line.targets[self.environment], now)


def following(stage: Stage, version: str, place: Place, now: datetime) -> Stage:
    """The stage as of `now`, by the version that is settled there; a blind side moves nothing."""
    run = place.settled
    order = _order(run, version)
    there = stage.state in _THERE and stage.left_at is None
    if order is Order.SAME and run and place.side and not there:
        return _arrived(stage, run, place.side, now)
    if there:
        return _while_there(stage, version, place, now)
    if run and _takes_the_place(order, run, place.opened_at):
        return _replaced(stage, now)
    if stage.state is StageState.PLANNED and stage.due_at and stage.due_at <= now:
        return replace(stage, state=StageState.OVERDUE, changed_at=now)
    if stage.state is StageState.OVERDUE and (stage.due_at is None or stage.due_at > now):
        return replace(stage, state=StageState.PLANNED, changed_at=now)  # planned anew
    return stage


def is_over(stage: Stage, now: datetime) -> bool:
    """Whether nothing more is awaited of it."""
    if stage.left_at and stage.state is not StageState.ROLLED_BACK:
        return True
    match stage.state:
        case StageState.VERIFIED | StageState.SKIPPED:
            return True
        case StageState.ROLLED_BACK:
            is_past = stage.changed_at is None or now >= stage.changed_at + REPENTANCE
            return is_past or _is_replaced(stage)
        case StageState.PLANNED | StageState.ARRIVED | StageState.OVERDUE:
            return False


def is_given_up(stages: Collection[Stage], now: datetime) -> bool:
    """Whether it was rolled back wherever it was, and is planned nowhere any more."""
    there = [stage for stage in stages if stage.arrived_by]
    return (
        bool(there)
        and all(one.state is StageState.ROLLED_BACK and is_over(one, now) for one in there)
        and all(one.due_at is None or is_over(one, now) for one in stages if not one.arrived_by)
    )


def moment_of(stage: Stage, version: str, place: Place, now: datetime) -> datetime | None:
    """When time alone would change it."""
    match stage.state:
        case StageState.PLANNED:
            return stage.due_at
        case StageState.ROLLED_BACK:
            return stage.changed_at + REPENTANCE if stage.changed_at else None
        case StageState.ARRIVED if stage.left_at is None:
            return soaked_at(place.soak(now), _needed(stage, version, place.line))
        case _:
            return None


def _takes_the_place(order: Order | None, run: Sighting, opened_at: datetime) -> bool:
    """Whether another version has come in its stead: a newer one, or one that nobody can order.

    What cannot be ordered and was there before may be what the version is on its way to replace.
    """
    return order is Order.NEWER or (order is Order.UNORDERED and run.by > opened_at)


def _replaced(stage: Stage, now: datetime) -> Stage:
    if stage.state in _AWAITED:
        return replace(stage, state=StageState.SKIPPED, changed_at=now)
    if stage.state is StageState.ROLLED_BACK and not _is_replaced(stage):
        return replace(stage, left_at=now)
    return stage


def _is_replaced(stage: Stage) -> bool:
    """Whether something came after it was rolled back that makes its coming again no news."""
    return bool(stage.left_at and stage.changed_at and stage.left_at > stage.changed_at)


def _arrived(stage: Stage, run: Sighting, side: TargetStanding, now: datetime) -> Stage:
    before = side.readings.previous
    if before and same_version(before.seen, run.seen):
        before = None  # its contract changed since: what it came after is forgotten
    return Stage(
        state=StageState.ARRIVED,
        changed_at=now,
        due_at=stage.due_at,
        version_before=before.seen.version if before else None,
        arrived_after=run.after,
        arrived_by=run.by,
        contract_before=before.seen.fingerprint if before else None,
        contract_after=run.seen.fingerprint,
    )


def _while_there(stage: Stage, version: str, place: Place, now: datetime) -> Stage:
    run = place.settled
    order = _order(run, version)
    if run is None or order is None:
        return stage
    match order:
        case Order.OLDER:
            return replace(stage, state=StageState.ROLLED_BACK, changed_at=now, left_at=run.by)
        case Order.NEWER | Order.UNORDERED:
            return replace(stage, left_at=run.by)
        case Order.SAME:
            return _soaking(stage, version, place, now)


def _soaking(stage: Stage, version: str, place: Place, now: datetime) -> Stage:
    if stage.state is StageState.VERIFIED:
        return stage
    if soaked(place.soak(now), now) < _needed(stage, version, place.line):
        return stage
    return replace(stage, state=StageState.VERIFIED, changed_at=now, verified_at=now)


def _needed(stage: Stage, version: str, line: Line) -> timedelta:
    return span(line.policy.soak, stage.version_before, version)


def _order(run: Sighting | None, version: str) -> Order | None:
    """How what runs there compares with the version on its way."""
    if run is None or run.seen.version is None:
        return None
    if run.seen.version == version:
        return Order.SAME
    return compare(run.seen.version, version)
