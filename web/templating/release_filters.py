"""What the pages on differences, rollouts and gates need in their templates."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from monitor.domain.finding import FindingPhase, Severity
from web.templating import release_terms
from web.templating.comparisons import remark
from web.templating.evidence import Paths, paths_of, told
from web.templating.gates import ANSWER_SHAPE, ORDER_LOOK, OUTCOME_SHAPE, gate_href, lead
from web.templating.reasons import reason
from web.templating.stages import stage_drawn, stages
from web.views.findings import FindingView
from web.views.rollouts import ContractChange
from web.words.language import Language
from web.words.moments import AMSTERDAM, day
from web.words.translation import translations

_LOOKS: Mapping[Severity, str] = {
    Severity.CRITICAL: "critical",
    Severity.WARNING: "warning",
    Severity.INFO: "info",
}


def release_filters(language: Language) -> Mapping[str, Callable[..., object]]:
    text = translations(language).gettext

    def said(words: Mapping[Any, str]) -> Callable[[Any], str]:
        return lambda term: text(words[term]) if term in words else str(term)

    return {
        "finding_kind": said(release_terms.FINDING),
        "finding_phase": said(release_terms.FINDING_PHASE),
        "finding_step": said(release_terms.STEP),
        "severity": said(release_terms.SEVERITY),
        "stage": said(release_terms.STAGE),
        "answer": said(release_terms.ANSWER),
        "criterion": said(release_terms.CRITERION),
        "criterion_outcome": said(release_terms.OUTCOME),
        "order": said(release_terms.ORDER),
        "breach": said(release_terms.BREACH),
        "disagreement": said(release_terms.DISAGREEMENT),
        "evidence": partial(told, language=language),
        "finding_look": finding_look,
        "contract_paths": contract_paths,
        "remark": partial(remark, language=language),
        "stage_drawn": stage_drawn,
        "stages": stages,
        "anchor": anchor,
        "line_name": line_name,
        "local": local,
        "day_of": partial(day_of, language=language),
        "is_link": is_link,
        "reason": partial(reason, language=language),
        "answer_shape": ANSWER_SHAPE.__getitem__,
        "outcome_shape": OUTCOME_SHAPE.__getitem__,
        "order_look": ORDER_LOOK.__getitem__,
        "gate_href": gate_href,
        "lead": partial(lead, language=language),
    }


def finding_look(finding: FindingView) -> str:
    """The name of its shape and colour."""
    if finding.phase is FindingPhase.ROLLING_OUT:
        return "rollingOut"
    return _LOOKS[finding.severity]


def contract_paths(change: ContractChange) -> Paths:
    return paths_of(change.added, change.removed, change.changed)


def anchor(line: str) -> str:
    """Where a line is told of, after /interfaces/: presenteren#v8."""
    return line.replace("/", "#", 1)


def line_name(line: str) -> str:
    """The line of an interface that was named already: v8."""
    return line.rpartition("/")[2]


def local(at: datetime) -> str:
    """For a field of the type datetime-local: the time in Amsterdam."""
    return f"{at.astimezone(AMSTERDAM):%Y-%m-%dT%H:%M}"


def day_of(at: datetime, now: datetime, language: Language) -> str:
    """The time where that was today, else the day; its year only where it is another."""
    here, today = at.astimezone(AMSTERDAM), now.astimezone(AMSTERDAM)
    if here.date() == today.date():
        return f"{here:%H:%M}"
    told = day(here, language)
    return told.removesuffix(f" {here.year}") if here.year == today.year else told


def is_link(text: str) -> bool:
    """Whether a browser may be sent there."""
    return text.startswith(("https://", "http://"))
