"""Has LTO had this version, so may PROD get it?"""

from collections.abc import Mapping
from datetime import datetime

from monitor.desk.asking import Answered
from monitor.desk.wording import reason
from monitor.domain.gate import (
    Answer,
    Criterion,
    CriterionName,
    CriterionOutcome,
    Decision,
    Fact,
    Override,
    ReasonKind,
    has_moved,
)
from web.views.model import View
from web.views.titles import Titles


class CriterionView(View):
    """`kind` and `facts` are what `reason` is made from, for those who write other words."""

    name: CriterionName
    outcome: CriterionOutcome
    reason: str
    evidence_at: datetime | None
    kind: ReasonKind
    facts: Mapping[str, Fact]


class OverrideView(View):
    """Somebody's own answer: `decision` and `objections` are what was computed then.

    `moved`: the facts are other ones since, so that it is worth thinking about again.
    """

    at: datetime
    by: str
    reason: str
    decision: Answer
    objections: tuple[CriterionName, ...]
    moved: bool


class GateView(View):
    """`override` is the newest one of this very question; None: nobody overrode it."""

    line: str
    title: str
    version: str
    environment: str
    decision: Answer
    evaluated_at: datetime
    criteria: tuple[CriterionView, ...]
    override: OverrideView | None
    overrides: tuple[OverrideView, ...] = ()


class KeyView(View):
    """A public key (RFC 8037)."""

    kty: str
    crv: str
    x: str
    kid: str
    use: str
    alg: str


class KeySetView(View):
    keys: tuple[KeyView, ...]


def gate_view(answered: Answered, titles: Titles) -> GateView:
    decision = answered.decision
    question = decision.question
    overrides = tuple(_override(one, decision) for one in answered.overrides)
    return GateView(
        line=str(question.line),
        title=titles.of_line(question.line),
        version=question.version,
        environment=question.environment,
        decision=decision.decision,
        evaluated_at=decision.evaluated_at,
        criteria=tuple(map(_criterion, decision.criteria)),
        override=overrides[0] if overrides else None,
        overrides=overrides,
    )


def _criterion(one: Criterion) -> CriterionView:
    return CriterionView(
        name=one.name,
        outcome=one.outcome,
        reason=reason(one),
        evidence_at=one.evidence_at,
        kind=one.kind,
        facts=one.facts,
    )


def _override(one: Override, decision: Decision) -> OverrideView:
    return OverrideView(
        at=one.at,
        by=one.by,
        reason=one.reason,
        decision=one.decision,
        objections=one.objections,
        moved=has_moved(one, decision),
    )
