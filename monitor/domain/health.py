"""How a row of answers becomes a state (semantics.md, section 2)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from checks.outcome import OutcomeClass


class State(StrEnum):
    """The values are the API's."""

    UP = "up"
    DEGRADED = "degraded"
    DOWN = "down"
    MAINTENANCE = "maintenance"
    UNKNOWN = "unknown"
    ABSENT = "absent"
    NOT_CONFIGURED = "notConfigured"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckStanding:
    """What is concluded of one check so far: everything that the next judgement needs."""

    state: State = State.UNKNOWN
    since: datetime | None = None  # of the state
    failures: int = 0  # in a row
    successes: int = 0  # in a row
    slow: tuple[bool, ...] = ()  # of the last 5 ok answers
    states: tuple[State, ...] = ()  # the last 21, oldest first
    flapping: bool = False
    last_slot: datetime | None = None
    last_at: datetime | None = None
    last_class: OutcomeClass | None = None
    last_reason: str = ""
    last_total: float | None = None  # seconds


@dataclass(frozen=True, slots=True)
class StateSpan:
    """A time in which a target was in one state; `until` None: it still is."""

    state: State
    since: datetime
    until: datetime | None = None
