"""What time alone does to a conclusion: no data is unknown, never healthy."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.domain.health import BADNESS, CheckStanding, State, StateSpan
from monitor.domain.landscape import Probe, TargetPlan
from monitor.domain.quorum import TROUBLE, agreed, listed


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
    for its, check in said(checks, plan, now):
        if decisive is None or BADNESS[its] > BADNESS[state]:
            state, decisive = its, check
    return state, decisive


def said(
    checks: Mapping[str, CheckStanding], plan: TargetPlan, now: datetime
) -> Iterator[tuple[State, CheckStanding]]:
    """What each check that was ever asked says at `now`, its locations taken together.

    In the order of the plan; with each the standing that decides it.
    """
    heard: set[str] = set()
    for probe in plan.probes:
        if probe.location:
            if probe.id.check not in heard:
                heard.add(probe.id.check)
                yield from _together(voiced(checks, plan.voices(probe.id.check), now))
        elif (check := checks.get(probe.id.name)) and check.last_at:
            yield _state(check, probe, now), check


@dataclass(frozen=True, slots=True)
class Voice:
    """What one location says of a check."""

    probe: Probe
    check: CheckStanding
    state: State


def voiced(
    checks: Mapping[str, CheckStanding], probes: Iterable[Probe], now: datetime
) -> tuple[Voice, ...]:
    """What each of these probes says, of those that were ever asked."""
    return tuple(
        Voice(probe, check, _state(check, probe, now))
        for probe in probes
        if (check := checks.get(probe.id.name)) and check.last_at
    )


def seen_apart(
    checks: Mapping[str, CheckStanding], plan: TargetPlan, now: datetime
) -> tuple[str, ...]:
    """The locations that see a check down or absent when too few of them do for a quorum."""
    apart: dict[str, None] = {}
    heard: set[str] = set()
    for probe in plan.probes:
        if not probe.location or probe.id.check in heard:
            continue
        heard.add(probe.id.check)
        voices = voiced(checks, plan.voices(probe.id.check), now)
        trouble = [voice.probe.location for voice in voices if voice.state in TROUBLE]
        if 0 < len(trouble) < probe.quorum:
            apart |= dict.fromkeys(trouble)
    return tuple(apart)


def silence_of(checks: Mapping[str, CheckStanding], plan: TargetPlan) -> datetime | None:
    """When the first check will have been silent for too long; None: none was asked.

    A check with locations is not silent while enough of them speak to tell its state.
    """
    moments: list[datetime] = []
    heard: set[str] = set()
    for probe in plan.probes:
        if probe.location:
            if probe.id.check not in heard:
                heard.add(probe.id.check)
                moments.extend(_silence(checks, plan.voices(probe.id.check)))
        elif (check := checks.get(probe.id.name)) and check.last_at:
            moments.append(check.last_at + probe.stale_after)
    return min(moments, default=None)


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


def _state(check: CheckStanding, probe: Probe, now: datetime) -> State:
    return State.UNKNOWN if is_stale(check, probe, now) else check.state


def _together(voices: tuple[Voice, ...]) -> Iterator[tuple[State, CheckStanding]]:
    """The state that the locations agree on, and the worst of them, its reason with whence."""
    if not voices:
        return
    state = agreed([voice.state for voice in voices], voices[0].probe.quorum)
    worst = max(voices, key=lambda voice: BADNESS[voice.state])
    yield state, replace(worst.check, last_reason=_reason(worst, voices))


def _reason(worst: Voice, voices: tuple[Voice, ...]) -> str:
    if worst.state in {State.UP, State.UNKNOWN}:
        return worst.check.last_reason
    same = [voice.probe.location for voice in voices if voice.state is worst.state]
    others = any(voice.state not in {worst.state, State.UNKNOWN} for voice in voices)
    only = " only" if others else ""
    return f"from {listed(same)}{only}: {worst.check.last_reason}"


def _silence(checks: Mapping[str, CheckStanding], probes: tuple[Probe, ...]) -> Iterator[datetime]:
    ends = sorted(
        check.last_at + probe.stale_after
        for probe in probes
        if (check := checks.get(probe.id.name)) and check.last_at
    )
    for moment in ends:
        states = [voice.state for voice in voiced(checks, probes, moment)]
        if agreed(states, probes[0].quorum) is State.UNKNOWN:
            yield moment
            return
