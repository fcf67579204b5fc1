"""All that is concluded of one target: what the wall shows and the next judgement needs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from checks.outcome import OutcomeClass
from monitor.domain.health import CheckStanding, State
from monitor.domain.landscape import TargetId
from monitor.domain.sighting import Readings


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetStanding:
    target: TargetId
    state: State = State.UNKNOWN
    since: datetime | None = None  # of the state
    outcome_class: OutcomeClass | None = None  # of the check that decides the state
    reason: str = ""
    last_at: datetime | None = None  # of the newest observation
    checks: Mapping[str, CheckStanding] = field(default_factory=dict)
    readings: Readings = Readings()
