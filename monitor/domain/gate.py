"""Has LTO received it, so may PROD get it? (semantics.md, section 6)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from monitor.domain.criterion import Criterion, CriterionName, CriterionOutcome, Fact, ReasonKind
from monitor.domain.gate_arrival import first, received
from monitor.domain.gate_facts import GateFacts
from monitor.domain.gate_health import fresh, not_frozen, quiet, soaked
from monitor.domain.gate_question import GateQuestion, GateQuestionError, ask, origin_of

__all__ = [
    "Answer",
    "Criterion",
    "CriterionName",
    "CriterionOutcome",
    "Decision",
    "Fact",
    "GateFacts",
    "GateQuestion",
    "GateQuestionError",
    "Override",
    "ReasonKind",
    "ask",
    "decide",
    "has_moved",
    "origin_of",
    "override",
]

_CRITERIA = (received, first, soaked, quiet, fresh, not_frozen)


class Answer(StrEnum):
    OPEN = "open"
    CLOSED = "closed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    question: GateQuestion
    decision: Answer
    criteria: tuple[Criterion, ...]  # all six, in order
    evaluated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """A release manager's own answer: kept beside the computed one, never in its place."""

    question: GateQuestion
    at: datetime
    by: str
    reason: str
    decision: Answer  # what was computed at that moment
    objections: tuple[CriterionName, ...] = ()  # what was not met or unknown then


def decide(question: GateQuestion, facts: GateFacts, now: datetime) -> Decision:
    """Answer from all six criteria; never open for lack of data."""
    criteria = tuple(criterion(question, facts, now) for criterion in _CRITERIA)
    outcomes = {one.outcome for one in criteria}
    if CriterionOutcome.NOT_MET in outcomes:
        answer = Answer.CLOSED
    elif CriterionOutcome.UNKNOWN in outcomes:
        answer = Answer.UNKNOWN
    else:
        answer = Answer.OPEN
    return Decision(question=question, decision=answer, criteria=criteria, evaluated_at=now)


def override(decision: Decision, by: str, reason: str, at: datetime) -> Override:
    """What somebody decides by themselves, with what stood against it at that moment."""
    return Override(
        question=decision.question,
        at=at,
        by=by,
        reason=reason,
        decision=decision.decision,
        objections=_objections(decision),
    )


def has_moved(made: Override, decision: Decision) -> bool:
    """Whether the gate answers otherwise, or for other reasons, than when it was overridden."""
    return (made.decision, made.objections) != (decision.decision, _objections(decision))


def _objections(decision: Decision) -> tuple[CriterionName, ...]:
    return tuple(one.name for one in decision.criteria if one.outcome is not CriterionOutcome.MET)
