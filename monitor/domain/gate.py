"""Has LTO received it, so may PROD get it? (semantics.md, section 6)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from monitor.domain.landscape import LineId


class GateQuestionError(ValueError):
    """The question itself is wrong: an unknown line, a malformed version (exit code 2)."""


class Answer(StrEnum):
    OPEN = "open"
    CLOSED = "closed"
    UNKNOWN = "unknown"


class CriterionName(StrEnum):
    """In the order of semantics.md."""

    RECEIVED = "received"
    FIRST = "first"
    SOAKED = "soaked"
    QUIET = "quiet"
    FRESH = "fresh"
    NOT_FROZEN = "notFrozen"


class CriterionOutcome(StrEnum):
    MET = "met"
    NOT_MET = "notMet"
    UNKNOWN = "unknown"


Fact = str | datetime | timedelta | tuple[str, ...] | None
"""What a reason is made of; words are made of it in both languages elsewhere."""


@dataclass(frozen=True, slots=True)
class Criterion:
    """One of six; `kind` with `facts` is its reason, `evidence_at` the evidence's moment."""

    name: CriterionName
    outcome: CriterionOutcome
    kind: str  # see the functions in criteria.py for every kind and its facts
    facts: Mapping[str, Fact] = field(default_factory=dict)
    evidence_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class GateQuestion:
    """May `version` of `line` go to `environment`?"""

    line: LineId
    version: str
    environment: str


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
