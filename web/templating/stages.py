"""How far a rollout is in an environment, as it is drawn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.domain.rollout import StageState
from web.views.rollouts import RolloutView, StageView

_LOOKS: Mapping[StageState, tuple[str, str]] = {
    StageState.PLANNED: ("notYet", "planned"),
    StageState.ARRIVED: ("rollingOut", "arrived"),
    StageState.VERIFIED: ("up", "up"),
    StageState.OVERDUE: ("warning", "warning"),
    StageState.SKIPPED: ("notYet", "skipped"),
    StageState.ROLLED_BACK: ("warning", "rolledBack"),
}
"""Colour and shape."""


@dataclass(frozen=True, slots=True)
class StageDrawn:
    """`state` None: the rollout does not go there. `at`: arrived, or else awaited by."""

    environment: str
    look: str = "notYet"
    shape: str = "notYet"
    state: StageState | None = None
    at: datetime | None = None


def stage_drawn(stage: StageView) -> StageDrawn:
    look, shape = _LOOKS[stage.state]
    at = stage.arrived_by or stage.planned or stage.due_at
    return StageDrawn(stage.environment, look, shape, stage.state, at)


def stages(rollout: RolloutView, environments: Sequence[str]) -> tuple[StageDrawn, ...]:
    """One for each environment, in their order."""
    known = {one.environment: stage_drawn(one) for one in rollout.stages}
    return tuple(known.get(one) or StageDrawn(one) for one in environments)
