"""The words for differences, rollouts, gates and life cycles, each marked for translation."""

from collections.abc import Mapping

from monitor.domain.deprecation import Disagreement
from monitor.domain.finding import FindingKind, FindingPhase, Severity
from monitor.domain.gate import Answer, CriterionName, CriterionOutcome
from monitor.domain.life_cycle import BreachKind
from monitor.domain.order_record import OrderVerdict
from monitor.domain.rollout import StageState
from web.views.findings import StepKind
from web.words.translation import marked as _

FINDING: Mapping[FindingKind, str] = {
    FindingKind.ORDER_BROKEN: _("wrong order"),
    FindingKind.LAG: _("rollout under way"),
    FindingKind.DIFFERS: _("versions differ"),
    FindingKind.CONTRACT_DIFFERS: _("same version, different contract"),
    FindingKind.CONTRACT_CHANGED: _("contract changed, version did not"),
    FindingKind.MISSING: _("missing"),
    FindingKind.NOT_RETIRED: _("still there after its last day"),
    FindingKind.EARLY: _("there before its first day"),
    FindingKind.ROLLED_BACK: _("rolled back"),
    FindingKind.MIXED: _("mixed versions"),
}

SEVERITY: Mapping[Severity, str] = {
    Severity.CRITICAL: _("critical"),
    Severity.WARNING: _("warning"),
    Severity.INFO: _("for information"),
}

FINDING_PHASE: Mapping[FindingPhase, str] = {
    FindingPhase.ROLLING_OUT: _("rolling out"),
    FindingPhase.OVERDUE: _("overdue"),
    FindingPhase.OPEN: _("open"),
    FindingPhase.RESOLVED: _("resolved"),
}

STEP: Mapping[StepKind, str] = {
    StepKind.OPENED: _("found"),
    StepKind.CHANGED: _("changed"),
    StepKind.OVERDUE: _("overdue"),
    StepKind.RESOLVED: _("resolved"),
}

BECAUSE: Mapping[str, str] = {
    "agree": _("the environments agree again"),
    "begun": _("its first day has come"),
    "caughtUp": _("the environment that should be first has it too"),
    "dayOver": _("a day went by"),
    "expected": _("the catalogue promises it again"),
    "notExpected": _("the catalogue promises it no longer"),
    "notOrdered": _("the versions can no longer be ordered"),
    "notRequired": _("the catalogue no longer asks for this order"),
    "notServed": _("it answers no longer"),
    "notWatched": _("it is watched no longer"),
    "orderBroken": _("it proved to be a wrong order"),
    "ordered": _("the versions can be ordered now"),
    "overtaken": _("the environment that should be first has a newer one"),
    "retired": _("the line is retired"),
    "served": _("it answers"),
    "settled": _("one version answers again"),
    "takenBack": _("it was taken back"),
    "upAgain": _("the version is back, or newer"),
    "versionMoved": _("the version changed"),
}
"""Why a finding is over: the words of monitor/drift/*."""

STAGE: Mapping[StageState, str] = {
    StageState.PLANNED: _("awaited"),
    StageState.ARRIVED: _("arrived"),
    StageState.VERIFIED: _("verified"),
    StageState.OVERDUE: _("overdue"),
    StageState.SKIPPED: _("skipped"),
    StageState.ROLLED_BACK: _("rolled back"),
}

ANSWER: Mapping[Answer, str] = {
    Answer.OPEN: _("cleared for production"),
    Answer.CLOSED: _("not cleared"),
    Answer.UNKNOWN: _("cannot be told"),
}

CRITERION: Mapping[CriterionName, str] = {
    CriterionName.RECEIVED: _("Received"),
    CriterionName.FIRST: _("In the right order"),
    CriterionName.SOAKED: _("Soaked"),
    CriterionName.QUIET: _("Quiet"),
    CriterionName.FRESH: _("Seen recently"),
    CriterionName.NOT_FROZEN: _("Not frozen"),
}

OUTCOME: Mapping[CriterionOutcome, str] = {
    CriterionOutcome.MET: _("met"),
    CriterionOutcome.NOT_MET: _("not met"),
    CriterionOutcome.UNKNOWN: _("unknown"),
}

ORDER: Mapping[OrderVerdict, str] = {
    OrderVerdict.LTO_FIRST: _("LTO first"),
    OrderVerdict.TOGETHER: _("together, within what we can tell"),
    OrderVerdict.BROKEN: _("wrong order"),
    OrderVerdict.UNKNOWN: _("unknown"),
}

DISAGREEMENT: Mapping[Disagreement, str] = {
    Disagreement.ENDS_SOONER: _("earlier than promised"),
    Disagreement.ENDS_LATER: _("later than promised"),
    Disagreement.NO_END_PROMISED: _("no end is promised"),
}
BREACH: Mapping[BreachKind, str] = {
    BreachKind.TOO_MANY: _("more than two supported versions at once"),
    BreachKind.TOO_LONG: _("the last but one is supported for longer than a year"),
}
