"""Has LTO had this version, so may PROD get it?"""

from collections.abc import Mapping
from datetime import datetime

from monitor.domain.gate import Answer, CriterionName, CriterionOutcome, Fact
from web.views.model import View


class CriterionView(View):
    """`kind` and `facts` are what `reason` is made from, for those who write other words."""

    name: CriterionName
    outcome: CriterionOutcome
    reason: str
    evidence_at: datetime | None
    kind: str
    facts: Mapping[str, Fact]


class OverrideView(View):
    """Somebody's own answer: `decision` and `objections` are what was computed then."""

    at: datetime
    by: str
    reason: str
    decision: Answer
    objections: tuple[CriterionName, ...]


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
