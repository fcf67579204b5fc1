"""The criteria on how LTO does: soaked, quiet and fresh; and whether PROD is frozen.

What soaks is the asked version itself, not a newer one: a change of version sets the clock
back (semantics.md, section 6). How long it takes goes by the widest step that is known to be
taken with it: from what PROD has, and from what LTO served before. Where neither is
known, as with a whole new line, it is that of an X version.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from checks.version import Order, compare
from monitor.domain.arrivals import arrivals, is_it
from monitor.domain.bulletin import Bulletin
from monitor.domain.criterion import (
    Criterion,
    CriterionName,
    Fact,
    ReasonKind,
    met,
    not_met,
    unknown,
)
from monitor.domain.finding import Finding, FindingKind
from monitor.domain.freeze import FreezeError
from monitor.domain.gate_arrival import is_new_line
from monitor.domain.gate_facts import GateFacts, Side
from monitor.domain.gate_question import GateQuestion
from monitor.domain.incident import Incident, IncidentKind, blinds
from monitor.domain.landscape import TargetId
from monitor.domain.names import HERE
from monitor.domain.soak import SoakClock, soaked_at
from monitor.domain.soak import soaked as ran_for
from monitor.domain.standing import soak_at
from monitor.domain.step import span

_TROUBLE = frozenset(
    {
        FindingKind.CONTRACT_DIFFERS,
        FindingKind.CONTRACT_CHANGED,
        FindingKind.ROLLED_BACK,
        FindingKind.MIXED,
    }
)


def soaked(question: GateQuestion, facts: GateFacts, now: datetime) -> Criterion:
    """LTO's checks were up without a break, on that version, for the soak."""
    name, side = CriterionName.SOAKED, facts.side(facts.origin)
    if never := side.never_seen():
        return unknown(name, never.kind, never.read_at, **never.facts)
    assert side.plan
    assert side.standing
    at = side.standing.last_at
    clock = soak_at(side.standing, side.plan, now)
    match _is_in_soak(clock, side, question, is_new=is_new_line(question, facts, now)):
        case None:
            return unknown(name, ReasonKind.NO_VERSION, at, environment=side.environment)
        case False:
            other = clock.version or (side.settled.seen.version if side.settled else None)
            return not_met(
                name, ReasonKind.OTHER_IN_SOAK, at, environment=side.environment, version=other
            )
        case True:
            return _by_the_clock(clock, side, _needed(question, facts), now)


def quiet(_question: GateQuestion, facts: GateFacts, _now: datetime) -> Criterion:
    """No open incident or telling finding on the line at LTO; where nobody looks, unknown."""
    name, side = CriterionName.QUIET, facts.side(facts.origin)
    at = side.standing.last_at if side.standing else None
    incidents = [one for one in facts.incidents if _concerns(one, facts)]
    findings = [one for one in facts.findings if _tells(one, facts)]
    told = [one for one in facts.bulletins if _is_about(one, facts)]
    if incidents or findings or told:
        since = [one.opened_at for those in (incidents, findings, told) for one in those]
        return not_met(
            name,
            ReasonKind.TROUBLE,
            max(since),
            environment=side.environment,
            incidents=tuple(one.id for one in incidents),
            bulletins=tuple(one.id for one in told),
            announced=tuple(one.title for one in told),
            findings=tuple(one.id for one in findings),
            kinds=tuple(dict.fromkeys(one.kind.value for one in findings)),
            since=min(since),
        )
    if never := side.never_seen():
        return unknown(name, never.kind, never.read_at, **never.facts)
    if since_ := _blind_since(side, facts):
        return unknown(
            name, ReasonKind.ISOLATED, since_, environment=side.environment, since=since_
        )
    return met(name, ReasonKind.QUIET, at, environment=side.environment)


def fresh(_question: GateQuestion, facts: GateFacts, now: datetime) -> Criterion:
    """The newest reading at LTO is younger than 3 intervals, and says something about now."""
    name, side = CriterionName.FRESH, facts.side(facts.origin)
    if blind := side.blindness(now):
        return unknown(name, blind.kind, blind.read_at, **blind.facts)
    at = side.read_at
    return met(
        name, ReasonKind.FRESH, at, environment=side.environment, readAt=at, limit=side.limit
    )


def not_frozen(question: GateQuestion, facts: GateFacts, now: datetime) -> Criterion:
    """No freeze covers now; one that cannot be computed may do so."""
    name, environment = CriterionName.NOT_FROZEN, question.environment
    coming: list[datetime] = []
    unclear: dict[str, Fact] | None = None
    for freeze in facts.freezes:
        if not freeze.concerns(question.line, environment):
            continue
        try:
            within, following = freeze.window(now), freeze.next_window(now)
        except FreezeError as error:
            unclear = {"freeze": freeze.id, "why": str(error)}
            continue
        if within:
            return not_met(
                name,
                ReasonKind.FROZEN,
                now,
                environment=environment,
                freeze=freeze.id,
                why=freeze.reason,
                until=within.end,
            )
        if following:
            coming.append(following.start)
    if unclear:
        return unknown(name, ReasonKind.FREEZE_UNCLEAR, now, environment=environment, **unclear)
    next_at = min(coming, default=None)
    return met(name, ReasonKind.NOT_FROZEN, now, environment=environment, nextAt=next_at)


def _is_in_soak(
    clock: SoakClock, side: Side, question: GateQuestion, *, is_new: bool
) -> bool | None:
    """None: it cannot be told, because no version is."""
    if clock.version is not None:
        return compare(clock.version, question.version) is Order.SAME
    settled = side.settled
    if settled and settled.seen.served and settled.seen.version is None:
        return True if is_new else None
    if clock.ran or clock.running_since:  # of what told no version, before this
        return None
    return not (settled and settled.seen.version) or is_it(settled, question.version)


def _blind_since(side: Side, facts: GateFacts) -> datetime | None:
    """When our own network failed at the last of the locations that ask there."""
    probes = side.plan.probes if side.plan else ()
    began = [
        next((one.opened_at for one in facts.incidents if blinds(one, [place])), None)
        for place in {probe.location for probe in probes if probe.asked} or {HERE}
    ]
    known = [at for at in began if at]
    return max(known) if len(known) == len(began) else None


def _by_the_clock(clock: SoakClock, side: Side, needed: timedelta, now: datetime) -> Criterion:
    name, at = CriterionName.SOAKED, side.standing.last_at if side.standing else None
    ran = ran_for(clock, now)
    told: dict[str, Fact] = {
        "environment": side.environment,
        "version": clock.version,
        "ran": ran,
        "needed": needed,
    }
    if ran >= needed:
        return met(name, ReasonKind.SOAKED, at, **told)
    told["brokenAt"] = clock.broken_at
    told["brokenBy"] = clock.reason.value if clock.reason else None
    done_at = soaked_at(clock, needed)
    if done_at is None:
        return not_met(name, ReasonKind.SOAK_STOPPED, at, **told)
    return not_met(name, ReasonKind.SOAKING, at, **told, doneAt=done_at)


def _needed(question: GateQuestion, facts: GateFacts) -> timedelta:
    spans = facts.line.policy.soak
    steps = [span(spans, old, question.version) for old in _befores(question, facts)]
    return max(steps, default=span(spans, None, question.version))


def _befores(question: GateQuestion, facts: GateFacts) -> Iterator[str | None]:
    """What the version takes the place of; None: there was nothing, or nobody knows what."""
    there = facts.side(question.environment).readings.settled
    if there is None or not there.seen.served:
        yield None
    elif not is_it(there, question.version):
        yield there.seen.version
    step: str | None = None
    before: str | None = None
    for one in arrivals(facts.side(facts.origin).history):
        if is_it(one, question.version):
            step, before = before or step, None
        elif one.seen.version is not None:
            before = one.seen.version
    if step:
        yield step


def _concerns(incident: Incident, facts: GateFacts) -> bool:
    if incident.resolved_at is not None:
        return False
    match incident.kind:
        case IncidentKind.TARGET:
            return incident.subject == str(TargetId(facts.line.id, facts.origin))
        case IncidentKind.ENVIRONMENT:
            return incident.subject == facts.origin
        case IncidentKind.ISOLATED:
            return False


def _is_about(bulletin: Bulletin, facts: GateFacts) -> bool:
    return bulletin.resolved_at is None and bulletin.about.concerns(facts.line.id, facts.origin)


def _tells(finding: Finding, facts: GateFacts) -> bool:
    return (
        finding.is_open
        and finding.kind in _TROUBLE
        and finding.line == facts.line.id
        and facts.origin in finding.environments
    )
