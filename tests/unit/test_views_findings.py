"""How a finding came and went, step by step."""

from dataclasses import replace
from datetime import timedelta

from monitor.domain.finding import FindingKind, FindingPhase, Severity
from tests.building import landscape
from tests.unit.drifting import Story
from web.views.findings import StepKind, as_it_stood, finding_detail
from web.views.titles import Titles
from web.words.language import Language

DAY = timedelta(days=1)


def test_each_step_says_what_it_was_and_how_the_finding_stood_then() -> None:
    story = Story().tell(lto="1*3 2*9", pre="1*3 2*9", prod="1*12")
    opened = story.one(FindingKind.LAG)
    wider = replace(opened, environments=("lto", "prod"), changed_at=opened.opened_at + DAY)
    overdue = replace(wider, phase=FindingPhase.OVERDUE, severity=Severity.WARNING)
    at = opened.opened_at + 9 * DAY
    over = replace(overdue, phase=FindingPhase.RESOLVED, resolved_at=at, changed_at=at)
    detail = finding_detail(over, [opened, wider, overdue, over], Titles(landscape(), Language.EN))
    assert [one.step for one in detail.history] == list(StepKind)
    stood = [as_it_stood(detail, one) for one in detail.history]
    assert [one.environments for one in stood[:2]] == [opened.environments, ("lto", "prod")]
    assert [one.severity for one in stood] == [Severity.INFO] * 2 + [Severity.WARNING] * 2
    assert [one.resolved_at for one in stood] == [None, None, None, at]
