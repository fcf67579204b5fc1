"""All that is concluded of one target: what the wall shows and the next judgement needs."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from checks.outcome import OutcomeClass
from monitor.domain.ageing import aged, decide, entered, seen_apart
from monitor.domain.event import Event
from monitor.domain.health import CheckStanding, State, StateSpan, excuse, judge, wants_recheck
from monitor.domain.landscape import CheckId, Policy, Probe, TargetId, TargetPlan
from monitor.domain.names import HERE
from monitor.domain.notice import expiry, parting, refusal, unrest
from monitor.domain.observation import Observation
from monitor.domain.set_back import check_until, readings_until, was_set_back
from monitor.domain.sighting import Followed, Readings, Sighting, follow
from monitor.domain.soak import Break, SoakClock, advanced, restored, silenced
from monitor.domain.source import is_heard


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetStanding:
    target: TargetId
    state: State = State.UNKNOWN
    since: datetime | None = None  # of the state
    outcome_class: OutcomeClass | None = None  # of the check that decides the state
    reason: str = ""
    last_at: datetime | None = None  # of the newest observation
    silent_at: datetime | None = None  # of the newest one, when nobody answered it
    silent_from: Mapping[str, datetime] = field(default_factory=dict)  # likewise, by location
    apart: tuple[str, ...] = ()  # locations that see it down or absent, too few for a quorum
    checks: Mapping[str, CheckStanding] = field(default_factory=dict)
    readings: Readings = field(default_factory=Readings)
    soak: SoakClock = field(default_factory=SoakClock)

    @property
    def flapping(self) -> bool:
        return any(check.flapping for check in self.checks.values())

    def silent(self, location: str) -> datetime | None:
        """When the newest observation from there was made, if nobody answered it."""
        return self.silent_from.get(location) if location else self.silent_at


@dataclass(frozen=True, slots=True)
class Conclusion:
    """What one observation comes to. `spans` are the states entered, oldest first."""

    standing: TargetStanding
    spans: tuple[StateSpan, ...] = ()
    sightings: tuple[Sighting, ...] = ()
    events: tuple[Event, ...] = ()
    recheck: bool = False


def conclude(
    before: TargetStanding | None, seen: Observation, plan: TargetPlan, policy: Policy
) -> Conclusion:
    """Judge one observation of a target; the whole pure step.

    An observation of a check that left the plan, or older than what is already concluded
    of its check, moves nothing, unless the clock was set back (set_back.py). A silence longer
    than `stale_after` before it enters the spans as unknown, because that is what was known
    meanwhile.
    """
    known = before or TargetStanding(target=plan.id)
    name = seen.check.name
    probe = plan.probe(name)
    earlier = known.checks.get(name) or CheckStanding()
    if probe is None or _is_late(seen, earlier, probe):
        return Conclusion(known)
    if earlier.last_at and seen.at < earlier.last_at:
        known, earlier = _until(known, seen.at), check_until(earlier, seen.at)
    ours = seen.outcome.outcome_class is OutcomeClass.OURS
    after = earlier if ours else judge(aged(earlier, probe, seen.at), seen, policy)
    heard, check = Followed(known.readings), seen.check.check
    if is_heard(known.readings, check, seen.outcome.reading, plan, seen.at):
        heard = follow(known.readings, check, seen.outcome.reading, seen.at, policy.confirm_after)
    if probe.asked and not ours:
        known = _fell_silent(known, probe.location, seen.at if seen.is_silence else None)
    standing, spans = _restated(known, {name: after}, plan, seen.at, readings=heard.readings)
    return Conclusion(
        standing,
        spans,
        heard.sightings,
        (
            *unrest(seen, was=known.flapping, now=standing.flapping),
            *refusal(seen, earlier.last_class),
            *expiry(seen),
            *parting(seen, standing.reason, was=known.apart, now=standing.apart),
        ),
        recheck=probe.asked and not ours and wants_recheck(after, policy),
    )


def conclude_nothing(
    before: TargetStanding | None, seen: Observation, plan: TargetPlan, reason: str
) -> Conclusion:
    """Take in a silence that is held to be our own network's: the check is unknown."""
    known = before or TargetStanding(target=plan.id)
    name = seen.check.name
    probe = plan.probe(name)
    earlier = known.checks.get(name) or CheckStanding()
    if probe is None or _is_late(seen, earlier, probe):
        return Conclusion(known)
    if earlier.last_at and seen.at < earlier.last_at:
        known, earlier = _until(known, seen.at), check_until(earlier, seen.at)
    after = replace(excuse(earlier, seen.at, reason), last_slot=seen.slot, last_at=seen.at)
    known = _fell_silent(known, probe.location, seen.at)
    return Conclusion(*_restated(known, {name: after}, plan, seen.at, readings=known.readings))


def take_back(
    known: TargetStanding,
    plan: TargetPlan,
    at: datetime,
    begin: datetime,
    reason: str,
    *,
    location: str = HERE,
) -> Conclusion:
    """Excuse what failed last from a location, now that our network there turns out to be gone.

    A target that went down after `begin` did not: its span becomes unknown from its start.
    """
    excused = {
        name: replace(
            excuse(check, at, reason),
            unrecovered=check.unrecovered and not _went_down(check, begin),
        )
        for name, check in known.checks.items()
        if CheckId(plan.id, name).location == location
        and check.last_class is OutcomeClass.FAILED
        and check.last_at
        and check.last_at >= begin
    }
    wrong = known.since if known.state is State.DOWN else None
    standing, spans = _restated(known, excused, plan, at, readings=known.readings)
    if wrong and wrong >= begin and standing.state is not State.DOWN:
        standing, spans = replace(standing, since=wrong), (StateSpan(standing.state, wrong),)
        if known.soak.reason is Break.DOWN and known.soak.broken_at == wrong:
            standing = replace(standing, soak=restored(known.soak))
    return Conclusion(replace(standing, last_at=known.last_at), spans)


def state_at(standing: TargetStanding, plan: TargetPlan, now: datetime) -> StateSpan | None:
    """The state as of `now`: what was concluded, unless it has become too old since.

    None: nothing was ever concluded.
    """
    if standing.since is None or standing.last_at is None:
        return None
    state = StateSpan(standing.state, standing.since)
    return next(
        reversed([*entered(standing.checks, plan, state, standing.last_at, now)]),
        state,
    )


def soak_at(standing: TargetStanding, plan: TargetPlan, now: datetime) -> SoakClock:
    """The soak clock as of `now`: what fell silent since the last answer stopped it."""
    return silenced(standing.soak, standing.checks, plan, now)


def _is_late(seen: Observation, earlier: CheckStanding, probe: Probe) -> bool:
    """Older than what is concluded already, and not because the clock was set back."""
    last = earlier.last_at
    return last is not None and seen.at < last and not was_set_back(last, seen.at, probe)


def _until(known: TargetStanding, at: datetime) -> TargetStanding:
    """Date at `at` what is dated later; a state that began later begins anew."""
    return replace(
        known,
        since=known.since if known.since and known.since <= at else None,
        last_at=min(known.last_at, at) if known.last_at else None,
        readings=readings_until(known.readings, at),
    )


def _fell_silent(known: TargetStanding, location: str, at: datetime | None) -> TargetStanding:
    """With the silence that was met from a location; `at` None: somebody answered."""
    if not location:
        return known if known.silent_at == at else replace(known, silent_at=at)
    others = {name: when for name, when in known.silent_from.items() if name != location}
    return replace(known, silent_from={**others, location: at} if at else others)


def _went_down(check: CheckStanding, begin: datetime) -> bool:
    return check.state is State.DOWN and check.since is not None and check.since >= begin


def _restated(
    known: TargetStanding,
    judged: Mapping[str, CheckStanding],
    plan: TargetPlan,
    at: datetime,
    *,
    readings: Readings,
) -> tuple[TargetStanding, tuple[StateSpan, ...]]:
    """Put the judged checks in place, and tell which states that leads through."""
    now = max(at, known.last_at) if known.last_at else at  # checks may overtake each other
    state, since = known.state, known.since
    spans: tuple[StateSpan, ...] = ()
    if known.last_at and since:
        spans = tuple(entered(known.checks, plan, StateSpan(state, since), known.last_at, now))
        if spans:
            state, since = spans[-1].state, spans[-1].since
    merged = {**known.checks, **judged}
    checks = {  # in the order of the plan, and without what has left it
        probe.id.name: check
        for probe in plan.probes
        if (check := merged.get(probe.id.name)) and check.last_at
    }
    after, decisive = decide(checks, plan, now)
    if since is None or after is not state:
        since = now
        spans = (*spans, StateSpan(after, now))
    return (
        TargetStanding(
            target=known.target,
            state=after,
            since=since,
            outcome_class=decisive.last_class if decisive else None,
            reason=decisive.last_reason if decisive else "",
            last_at=now,
            silent_at=known.silent_at,
            silent_from=known.silent_from,
            apart=seen_apart(checks, plan, now),
            checks=checks,
            readings=readings,
            soak=advanced(
                silenced(known.soak, known.checks, plan, now), checks, plan, readings, now
            ),
        ),
        spans,
    )
