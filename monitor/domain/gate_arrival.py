"""The criteria on where the version is: received by LTO, and there before PROD."""

from datetime import datetime

from checks.version import Order, compare
from monitor.domain.arrivals import Chronicle, is_it
from monitor.domain.criterion import (
    Criterion,
    CriterionName,
    Fact,
    ReasonKind,
    met,
    not_met,
    unknown,
)
from monitor.domain.gate_facts import Blindness, GateFacts, Side
from monitor.domain.gate_question import GateQuestion
from monitor.domain.order_record import Arrival, OrderVerdict, arrived, order_of
from monitor.domain.sighting import Mood, Seen, Sighting

_RECEIVED, _FIRST = CriterionName.RECEIVED, CriterionName.FIRST


def received(question: GateQuestion, facts: GateFacts, now: datetime) -> Criterion:
    """LTO is settled on the version or a newer one; for a whole new line, LTO serves it.

    What was last read stands as evidence of its age, and `fresh` judges that; but of an LTO
    that cannot be seen nobody can say that it has *not* received a version since.
    """
    side = facts.side(facts.origin)
    if never := side.never_seen():
        return _unknown(_RECEIVED, never)
    found = _settled_on(question, facts, now) if side.settled else _unsettled(side)
    blind = side.blindness(now)
    if blind and found.outcome is not found.outcome.MET:
        return _unknown(_RECEIVED, blind)
    return found


def first(question: GateQuestion, facts: GateFacts, now: datetime) -> Criterion:
    """PROD does not have it, or got it certainly after LTO.

    Of a PROD that cannot be seen nobody can say that it does not have it by now. When it got
    what it has remains true, however long ago that was seen.
    """
    side = facts.side(question.environment)
    if never := side.never_seen():
        return _unknown(_FIRST, never)
    if there := _having(side, question.version):
        return _in_order(question, facts, there)
    if blind := side.blindness(now):
        return _unknown(_FIRST, blind)
    environment, at = side.environment, side.read_at
    run = side.settled or side.readings.current
    if run is None or (run.seen.served and run.seen.version is None):
        return unknown(_FIRST, ReasonKind.NO_VERSION, at, environment=environment)
    if not run.seen.served:
        return met(_FIRST, ReasonKind.LINE_NOT_YET, at, environment=environment)
    return met(_FIRST, ReasonKind.NOT_YET, at, environment=environment, version=run.seen.version)


def is_new_line(question: GateQuestion, facts: GateFacts, now: datetime) -> bool:
    """Whether PROD certainly never served the line."""
    side = facts.side(question.environment)
    settled = side.settled
    if side.blindness(now) or settled is None or settled.seen.served:
        return False
    return not any(run.seen.served for run in side.history)


def _settled_on(question: GateQuestion, facts: GateFacts, now: datetime) -> Criterion:
    side = facts.side(facts.origin)
    run = side.settled
    assert run
    at = side.read_at
    told: dict[str, Fact] = {"environment": side.environment, "after": run.after, "by": run.by}
    version = run.seen.version
    if not run.seen.served:
        return not_met(_RECEIVED, ReasonKind.NOT_SERVED, at, **told)
    if version is None and is_new_line(question, facts, now):
        return met(_RECEIVED, ReasonKind.SERVES_LINE, at, **told)
    return _compared(version, question, at, told)


def _compared(
    version: str | None, question: GateQuestion, at: datetime | None, told: dict[str, Fact]
) -> Criterion:
    if version is None:
        return unknown(_RECEIVED, ReasonKind.NO_VERSION, at, **told)
    told["version"] = version
    match compare(version, question.version):
        case Order.SAME:
            return met(_RECEIVED, ReasonKind.HAS_IT, at, **told)
        case Order.NEWER:
            return met(_RECEIVED, ReasonKind.HAS_NEWER, at, **told)
        case Order.OLDER:
            return not_met(_RECEIVED, ReasonKind.HAS_OLDER, at, **told)
        case Order.UNORDERED:
            return unknown(_RECEIVED, ReasonKind.UNORDERED, at, **told)


def _unsettled(side: Side) -> Criterion:
    readings = side.readings
    versions = _versions(readings.recent)
    if readings.mood is Mood.MIXED:
        return not_met(
            _RECEIVED,
            ReasonKind.MIXED,
            side.read_at,
            environment=side.environment,
            versions=versions,
            since=readings.mixed_since,
        )
    return unknown(
        _RECEIVED,
        ReasonKind.SWITCHING,
        side.read_at,
        environment=side.environment,
        versions=versions,
    )


def _in_order(question: GateQuestion, facts: GateFacts, there: Sighting) -> Criterion:
    chronicle = Chronicle(facts.side(facts.origin).history)
    lto, prod = arrived(chronicle, question.version), Arrival(there.after, there.by)
    verdict, lead = order_of(lto, prod)
    told: dict[str, Fact] = {
        "environment": question.environment,
        "origin": facts.origin,
        "originAfter": lto.after,
        "originBy": lto.by,
        "after": prod.after,
        "by": prod.by,
    }
    at = there.last
    match verdict:
        case OrderVerdict.LTO_FIRST:
            return met(_FIRST, ReasonKind.IN_ORDER, at, **told, lead=lead)
        case OrderVerdict.BROKEN:
            return not_met(_FIRST, ReasonKind.ORDER_BROKEN, at, **told, lead=lead)
        case OrderVerdict.TOGETHER:
            return unknown(_FIRST, ReasonKind.TOGETHER, at, **told)
        case OrderVerdict.UNKNOWN:
            return unknown(_FIRST, ReasonKind.ORDER_UNKNOWN, at, **told)


def _having(side: Side, version: str) -> Sighting | None:
    """By which run it has the version now, be it not settled or only on some of its nodes."""
    readings = side.readings
    if side.settled:
        return side.settled if is_it(side.settled, version) else None
    runs = (readings.settled, *readings.appeared, readings.current)
    having = (one for one in runs if one and is_it(one, version))
    return min(having, key=lambda one: one.by, default=None)


def _versions(recent: tuple[Seen, ...]) -> tuple[str, ...]:
    """Each once, in the order in which they were read."""
    return tuple(dict.fromkeys(seen.version for seen in recent if seen.version))


def _unknown(name: CriterionName, blind: Blindness) -> Criterion:
    return unknown(name, blind.kind, blind.read_at, **blind.facts)
