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
