"""What time alone does to a conclusion: no data is unknown, never healthy."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from monitor.domain.health import BADNESS, CheckStanding, State, StateSpan
from monitor.domain.landscape import Probe, TargetPlan


def is_stale(check: CheckStanding, probe: Probe, now: datetime) -> bool:
    return check.last_at is not None and now - check.last_at >= probe.stale_after


def aged(check: CheckStanding, probe: Probe, now: datetime) -> CheckStanding:
    """The check as it stands after its silence: unknown, once that lasted too long."""
    if check.last_at is None or not is_stale(check, probe, now):
        return check
    return replace(check, state=State.UNKNOWN, since=check.last_at + probe.stale_after)


def decide(
    checks: Mapping[str, CheckStanding], plan: TargetPlan, now: datetime
) -> tuple[State, CheckStanding | None]:
    """The state of a target, and the check that decides it: the worst, first in order.

    A check that was never asked does not count; where none was, the state is unknown.
    """
    state, decisive = State.UNKNOWN, None
    for probe in plan.probes:
        check = checks.get(probe.id.name)
        if check is None or check.last_at is None:
            continue
        its = State.UNKNOWN if is_stale(check, probe, now) else check.state
        if decisive is None or BADNESS[its] > BADNESS[state]:
            state, decisive = its, check
    return state, decisive


def entered(
    checks: Mapping[str, CheckStanding],
    plan: TargetPlan,
    known: StateSpan,
    begin: datetime,
    end: datetime,
) -> Iterator[StateSpan]:
    """The states that a target came into in `(begin, end]` because its checks fell silent."""
    state = known.state
    for moment in sorted(_falling_silent(checks, plan, begin, end)):
        after, _ = decide(checks, plan, moment)
        if after is not state:
            state = after
            yield StateSpan(state, moment)


def _falling_silent(
    checks: Mapping[str, CheckStanding], plan: TargetPlan, begin: datetime, end: datetime
) -> Iterator[datetime]:
    for probe in plan.probes:
        check = checks.get(probe.id.name)
        if check and check.last_at and begin < check.last_at + probe.stale_after <= end:
            yield check.last_at + probe.stale_after
