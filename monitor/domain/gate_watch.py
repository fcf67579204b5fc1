"""Which gates somebody waits for, and what was told of them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from checks.version import Order, compare
from monitor.domain.event import Event, EventType
from monitor.domain.gate import Answer, Decision
from monitor.domain.gate_question import GateQuestion, gated
from monitor.domain.landscape import Landscape, Line
from monitor.domain.rollout import Rollout
from monitor.domain.sighting import Mood, Sighting
from monitor.domain.standing import TargetStanding

Sides = Mapping[str, TargetStanding]
"""The standings of a line by environment; any may be missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldGate:
    """What was last told of a gate. `turn` counts how often it turned."""

    question: GateQuestion
    is_open: bool
    turn: int
    at: datetime


def awaited(
    landscape: Landscape, line: Line, sides: Sides, rollouts: Iterable[Rollout]
) -> Iterator[GateQuestion]:
    """The gates of what is on its way: of live rollouts, and of what runs only before them.

    What has arrived behind the gate waits for nothing any more.
    """
    live = [one.version for one in rollouts if one.line == line.id and one.done_at is None]
    for environment, origin in gated(landscape).items():
        if environment not in line.targets:
            continue
        there = _settled(sides, environment)
        coming: list[str] = []
        for version in (*live, *_ahead(_settled(sides, origin), there)):
            if not _has(there, version) and not any(is_same(version, one) for one in coming):
                coming.append(version)
                yield GateQuestion(line.id, version, environment)


def turned(told: ToldGate | None, decision: Decision) -> ToldGate | None:
    """What is to be told now; None: nothing new.

    Unknown is never told to be open, and what was told to be open and is unknown now is not.
    """
    is_open = decision.decision is Answer.OPEN
    if is_open is (told is not None and told.is_open):
        return None
    return ToldGate(
        question=told.question if told else decision.question,
        is_open=is_open,
        turn=told.turn + 1 if told else 1,
        at=decision.evaluated_at,
    )


def of_gate(told: ToldGate, decision: Decision) -> Event:
    """Whoever turns a gate tells it by the same key: so one of several is heard."""
    asked = told.question
    subject = f"{asked.line}@{asked.environment}"
    kind = EventType.GATE_OPENED if told.is_open else EventType.GATE_CLOSED
    objections = ",".join(one.name.value for one in decision.criteria if one.outcome != "met")
    facts = {
        "line": str(asked.line),
        "version": asked.version,
        "environment": asked.environment,
        "decision": decision.decision.value,
    }
    return Event(
        type=kind,
        subject=subject,
        at=told.at,
        key=f"{kind}:{subject} {asked.version}:{told.turn}",
        facts={**facts, "objections": objections} if objections else facts,
        story=f"gate:{subject} {asked.version}",
    )


def is_same(one: str, other: str) -> bool:
    """Whether two texts are one version: `v8.6.0` is `8.6.0`."""
    return compare(one, other) is Order.SAME


def _ahead(first: Sighting | None, then: Sighting | None) -> Iterator[str]:
    """What the one runs that the other has yet to get."""
    if first is None or then is None or first.seen.version is None:
        return
    there = then.seen.version
    if not then.seen.served or (there and compare(first.seen.version, there) is Order.NEWER):
        yield first.seen.version


def _has(there: Sighting | None, version: str) -> bool:
    """Whether it runs the version, or a newer one."""
    if there is None or there.seen.version is None:
        return False
    return compare(version, there.seen.version) in {Order.SAME, Order.OLDER}


def _settled(sides: Sides, environment: str) -> Sighting | None:
    side = sides.get(environment)
    if side is None or side.readings.mood is not Mood.SETTLED:
        return None
    return side.readings.settled
