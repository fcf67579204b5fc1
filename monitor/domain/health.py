"""How a row of answers becomes a state (semantics.md, section 2)."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from checks.outcome import Outcome, OutcomeClass
from monitor.domain.flapping import is_flapping
from monitor.domain.landscape import Policy
from monitor.domain.observation import Observation

SLOW_WINDOW = 5
"""How many ok answers count for `degraded` (semantics.md, section 2)."""
SLOW_ENOUGH = 3
REMEMBERED_STATES = 21


class State(StrEnum):
    """The values are the API's."""

    UP = "up"
    DEGRADED = "degraded"
    DOWN = "down"
    MAINTENANCE = "maintenance"
    UNKNOWN = "unknown"
    ABSENT = "absent"
    NOT_CONFIGURED = "notConfigured"


BADNESS = {
    State.NOT_CONFIGURED: 0,
    State.UP: 1,
    State.UNKNOWN: 2,
    State.MAINTENANCE: 3,
    State.DEGRADED: 4,
    State.ABSENT: 5,
    State.DOWN: 6,
}
"""A target is as bad as its worst check. Unknown hides no trouble, and is no health."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckStanding:
    """What is concluded of one check so far: everything that the next judgement needs."""

    state: State = State.UNKNOWN
    since: datetime | None = None  # of the state
    failures: int = 0  # in a row
    successes: int = 0  # in a row
    absences: int = 0  # in a row
    unrecovered: bool = False  # was down and not up since: outlives unknown and maintenance
    slow: tuple[bool, ...] = ()  # of the last 5 ok answers
    states: tuple[State, ...] = ()  # what the last 21 answers spoke for, oldest first
    flapping: bool = False
    last_slot: datetime | None = None
    last_at: datetime | None = None  # of the newest answer; a check that broke gave none
    last_class: OutcomeClass | None = None
    last_reason: str = ""
    last_total: float | None = None  # seconds


@dataclass(frozen=True, slots=True)
class StateSpan:
    """A time in which a target was in one state; `until` None: it still is."""

    state: State
    since: datetime
    until: datetime | None = None


def judge(before: CheckStanding, seen: Observation, policy: Policy) -> CheckStanding:
    """Conclude what one more answer makes of a check.

    Down and back up take `failure_threshold` and `success_threshold` answers in a row.
    Absent takes `confirm_after` in a row, because a gateway may hiccup, unless nothing was
    known; one answer that is served ends it, because no gateway makes that up.
    An observation of the class `ours` says nothing about the supplier and moves nothing.
    """
    outcome = seen.outcome
    match outcome.outcome_class:
        case OutcomeClass.OURS:
            return before
        case OutcomeClass.OK | OutcomeClass.UNAUTHENTICATED:
            return _served(before, seen, policy)
        case OutcomeClass.FAILED:
            return _failed(before, seen, policy)
        case OutcomeClass.NOT_SERVED:
            return _not_served(before, seen, policy)
        case OutcomeClass.MAINTENANCE:
            return _told(before, seen, State.MAINTENANCE)
        case OutcomeClass.REFUSED | OutcomeClass.THROTTLED:
            return _told(before, seen, State.UNKNOWN)


def excuse(before: CheckStanding, at: datetime, reason: str) -> CheckStanding:
    """Take back failures that were our own network's: nothing is known of the check."""
    return replace(
        before,
        state=State.UNKNOWN,
        since=before.since if before.state is State.UNKNOWN else at,
        failures=0,
        successes=0,
        absences=0,
        last_class=OutcomeClass.OURS,
        last_reason=reason,
    )


def wants_recheck(after: CheckStanding, policy: Policy) -> bool:
    """Whether to look again soon: a first failure or absence waits to be confirmed."""
    if after.last_class is OutcomeClass.FAILED:
        return after.failures == 1 < policy.failure_threshold and after.state is not State.DOWN
    if after.last_class is OutcomeClass.NOT_SERVED:
        return after.absences == 1 < policy.confirm_after and after.state is not State.ABSENT
    return False


def _served(before: CheckStanding, seen: Observation, policy: Policy) -> CheckStanding:
    slow = before.slow
    if seen.outcome.outcome_class is OutcomeClass.OK:
        slow = (*slow[1 - SLOW_WINDOW :], _is_slow(seen.outcome, policy))
    successes = before.successes + 1
    if before.unrecovered and successes < policy.success_threshold:
        state = before.state
    else:
        state = State.DEGRADED if sum(slow) >= SLOW_ENOUGH else State.UP
    return _stand(
        before,
        seen,
        state,
        spoke_for=State.UP,
        successes=successes,
        slow=slow,
        unrecovered=before.unrecovered and state not in {State.UP, State.DEGRADED},
    )


def _failed(before: CheckStanding, seen: Observation, policy: Policy) -> CheckStanding:
    failures = before.failures + 1
    down = failures >= policy.failure_threshold
    return _stand(
        before,
        seen,
        State.DOWN if down else before.state,
        spoke_for=State.DOWN,
        failures=failures,
        slow=before.slow,
        unrecovered=down or before.unrecovered,
    )


def _not_served(before: CheckStanding, seen: Observation, policy: Policy) -> CheckStanding:
    absences = before.absences + 1
    sure = absences >= policy.confirm_after or (
        before.state is State.UNKNOWN and not before.unrecovered
    )
    return _stand(
        before,
        seen,
        State.ABSENT if sure else before.state,
        spoke_for=State.ABSENT,
        absences=absences,
        slow=before.slow,
        unrecovered=before.unrecovered and not sure,
    )


def _told(before: CheckStanding, seen: Observation, state: State) -> CheckStanding:
    """The answer itself says which state this is: nothing to confirm."""
    return _stand(
        before,
        seen,
        state,
        spoke_for=state,
        slow=before.slow,
        unrecovered=before.unrecovered,
    )


def _stand(
    before: CheckStanding,
    seen: Observation,
    state: State,
    *,
    spoke_for: State,
    slow: tuple[bool, ...],
    unrecovered: bool,
    failures: int = 0,
    successes: int = 0,
    absences: int = 0,
) -> CheckStanding:
    states = before.states
    if spoke_for is not State.UNKNOWN:  # our key or our haste makes nobody unstable
        states = (*states[1 - REMEMBERED_STATES :], spoke_for)
    return CheckStanding(
        state=state,
        since=before.since if state is before.state and before.since else seen.at,
        failures=failures,
        successes=successes,
        absences=absences,
        unrecovered=unrecovered,
        slow=slow,
        states=states,
        flapping=is_flapping(states, already=before.flapping),
        last_slot=seen.slot,
        last_at=seen.at,
        last_class=seen.outcome.outcome_class,
        last_reason=seen.outcome.reason,
        last_total=seen.outcome.phases.total,
    )


def _is_slow(outcome: Outcome, policy: Policy) -> bool:
    total = outcome.phases.total
    return total is not None and total > policy.degraded_after.total_seconds()
