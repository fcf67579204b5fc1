"""What happened, in the past tense. Written once, never changed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class EventType(StrEnum):
    """The values become `nl.ketenwacht.<value>.v1` in a CloudEvent."""

    OUTAGE_OPENED = "outage.opened"
    OUTAGE_RESOLVED = "outage.resolved"
    UNSTABLE_STARTED = "unstable.started"
    UNSTABLE_ENDED = "unstable.ended"
    DRIFT_OPENED = "drift.opened"
    DRIFT_OVERDUE = "drift.overdue"
    DRIFT_RESOLVED = "drift.resolved"
    ROLLOUT_ANNOUNCED = "rollout.announced"
    ROLLOUT_ARRIVED = "rollout.arrived"
    ROLLOUT_VERIFIED = "rollout.verified"
    ROLLOUT_OVERDUE = "rollout.overdue"
    ROLLOUT_ROLLED_BACK = "rollout.rolledBack"
    GATE_OPENED = "gate.opened"
    GATE_CLOSED = "gate.closed"
    GATE_OVERRIDDEN = "gate.overridden"
    NOTICE_REFUSED = "notice.refused"
    NOTICE_ISOLATED = "notice.isolated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """`key` is unique: the same happening told twice is one event."""

    type: EventType
    subject: str  # "presenteren/v8@prod", or an environment
    at: datetime
    key: str
    facts: Mapping[str, str] = field(default_factory=dict)
