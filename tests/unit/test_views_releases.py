"""What pages say of differences, rollouts and life cycles."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest

from monitor.domain.finding import Finding, FindingKind, Json
from monitor.domain.health import State
from monitor.domain.landscape import LifeCycle, LineId
from monitor.domain.life_cycle import BreachKind, Phase
from monitor.domain.rollout import StageState
from tests.e2e.releases import CHANGED, DAY, HOUR, OPEN, ORDER, RESOLVED, UNDER_WAY, lag
from tests.e2e.street import NOON, board, landscape
from web.context import Reader, Theme
from web.live.judgements import Judgements
from web.templating.choices import ending
from web.templating.comparisons import remark
from web.templating.environment import render
from web.templating.evidence import told
from web.templating.release_filters import day_of, finding_look, is_link
from web.templating.release_terms import BREACH
from web.templating.roadmap import roadmap
from web.templating.stages import stages
from web.views.comparison import (
    Comparison,
    ComparisonKind,
    compare_environments,
    comparison_holds_until,
    worst_first,
)
from web.views.findings import FindingView, finding_view
from web.views.life_cycles import LifeCyclesView, LineLifeCycle, life_cycles_view
from web.views.rollouts import rollout_view
from web.views.target import TargetView
from web.views.titles import Titles
from web.words.language import Language
from web.words.speech import Speech

NL, EN = Language.NL, Language.EN
TITLES = Titles(landscape(), NL)


def viewed(finding: Finding) -> FindingView:
    return finding_view(finding, TITLES)


def targets(*versions: str | None, **facts: object) -> list[TargetView]:
    return [
        TargetView.model_validate(
            {
                "environment": environment,
                "state": State.UP,
                "version": version,
                "settled": version is not None,
                **facts,
            }
        )
        for environment, version in zip(("lto", "pre", "prod"), versions, strict=False)
    ]


def compared(
    seen: Sequence[TargetView], *findings: Finding, phase: Phase = Phase.LATEST
) -> Comparison:
    return compare_environments(phase, seen, findings, NOON)


def said(one: Comparison, language: Language = NL) -> str:
    return remark(one, language).text


@pytest.mark.parametrize(
    ("begun", "text"),
    [
        (timedelta(minutes=1), "uitrol, dag 1 van 3"),
        (timedelta(hours=23), "uitrol, dag 1 van 3"),
        (timedelta(hours=25), "uitrol, dag 2 van 3"),
        (timedelta(hours=71), "uitrol, dag 3 van 3"),
        (timedelta(hours=72), "PROD is te laat"),
        (timedelta(hours=97), "PROD is 25 u te laat"),
        (timedelta(hours=72 + 100), "PROD is 4 d te laat"),
    ],
)
def test_a_rollout_is_counted_in_days_from_its_first_arrival(begun: timedelta, text: str) -> None:
    assert said(compared(targets("1", "1", "0"), lag(begun, NOON - begun + 3 * DAY))) == text


def test_the_count_of_days_says_when_it_goes_on() -> None:
    rolling = lag(25 * HOUR, NOON + 47 * HOUR)
    until = comparison_holds_until([rolling], NOON)
    assert until == NOON + 23 * HOUR

    def at(moment: timedelta) -> str:
        return said(compare_environments(Phase.LATEST, [], [rolling], NOON + moment))

    assert at(23 * HOUR - timedelta(seconds=1)) == at(timedelta())
    assert at(23 * HOUR) != at(timedelta())
    assert comparison_holds_until([ORDER], NOON) is None
    late = lag(5 * DAY, NOON - 90 * timedelta(minutes=1))
    assert comparison_holds_until([late], NOON) == NOON + timedelta(minutes=30)
    assert comparison_holds_until([], NOON) is None


def test_the_gravest_finding_speaks_and_the_others_are_counted() -> None:
    one = compared(targets("1", "1", "0"), CHANGED, lag(HOUR, NOON + DAY), ORDER)
    assert said(one) == "PROD kreeg 5.2.0 vóór LTO"
    assert remark(one, NL).more == "en nog 2"
    assert worst_first([CHANGED, ORDER]) == [ORDER, CHANGED]


@pytest.mark.parametrize(
    ("seen", "phase", "text"),
    [
        (targets("5.0.1", "5.0.1", "5.0.1"), Phase.LATEST, "gelijk"),
        (targets("5", "5.0.0", "v5"), Phase.LATEST, "gelijk"),
        (targets("5.1", "5.0", "5.0"), Phase.LATEST, "er wisselt een versie"),
        (targets("5.1", "5.1", None), Phase.LATEST, "niet overal te zien"),
        (targets("5.1", "5.1", state=State.DOWN), Phase.LATEST, "niet overal te zien"),
        (targets(None, None, None), Phase.LATEST, "noemt geen versie"),
        (targets(None, state=State.UNKNOWN), Phase.LATEST, "niet overal te zien"),
        ([], Phase.LATEST, "niet overal te zien"),
        (targets("9.0"), Phase.NEXT, "alleen LTO, zoals bedoeld"),
        (targets("9.0", "9.0"), Phase.NEXT, "tot nu toe op LTO en PRE"),
        (targets(None, state=State.ABSENT), Phase.NEXT, "nog niet op LTO"),
        (targets("4.5"), Phase.PREVIOUS, "alleen op LTO"),
        (targets("4.5"), Phase.RETIRED, "vervallen"),
        (targets(), Phase.PLANNED, "gepland"),
    ],
)
def test_without_a_finding_it_says_why_there_is_none(
    seen: list[TargetView], phase: Phase, text: str
) -> None:
    assert said(compared(seen, phase=phase)) == text


def test_equal_is_said_only_of_what_is_expected_there() -> None:
    seen = targets("5", "5") + targets("4", expected=False)
    assert compared(seen).kind is ComparisonKind.SAME


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("finding", [*OPEN, RESOLVED], ids=lambda one: one.kind.value)
def test_every_kind_is_told_in_both_languages(finding: Finding, language: Language) -> None:
    about = told(viewed(finding), NOON, language)
    assert finding.kind is FindingKind.DIFFERS or about.sentences
    for sentence in (*about.sentences, said(compared([], finding), language)):
        assert "%(" not in sentence
        assert "None" not in sentence


def test_evidence_of_a_shape_that_is_not_known_is_no_fault() -> None:
    odd_ones: list[dict[str, Json]] = [
        {},
        {"groups": 1, "behind": ["x"], "paths": [], "shown": [None]},
    ]
    for kind in FindingKind:
        for evidence in odd_ones:
            odd = viewed(replace(ORDER, kind=kind, evidence=evidence))
            assert told(odd, NOON, NL).paths is None
            said(compared([], replace(ORDER, kind=kind, evidence=evidence, environments=())))


def test_a_changed_contract_is_told_path_by_path() -> None:
    paths = told(viewed(CHANGED), NOON, NL).paths
    assert paths
    assert paths.removed == ("GET /conclusie query toestand",)
    assert paths.changed == ("schema Conclusie property tekst: type string -> number",)
    words = " ".join(told(viewed(CHANGED), NOON, NL).sentences)
    assert "1 plek kwam erbij; 1 plek verviel; 1 plek veranderde." in words


def test_a_tolerated_rollout_looks_like_no_trouble() -> None:
    assert finding_look(viewed(lag(HOUR, NOON + DAY))) == "rollingOut"
    assert finding_look(viewed(lag(2 * DAY, NOON - DAY))) == "warning"
    assert finding_look(viewed(ORDER)) == "critical"


def test_a_finding_appears_on_its_row_and_on_no_other() -> None:
    street = board()
    judgements = Judgements(street, NL)
    judgements.refresh(NOON)
    before = {line: judgements.row(line) for line in judgements.views}
    street.findings = {ORDER.id: ORDER}
    judgements.refresh(NOON)
    changed = [line for line, row in before.items() if judgements.row(line) is not row]
    assert changed == [LineId("swf", "v5")]
    street.findings = {}
    judgements.refresh(NOON)
    row = judgements.row(LineId("swf", "v5"))
    assert row
    assert "5.2.0 vóór" not in row.html


def test_a_rollout_is_drawn_for_every_environment_there_is() -> None:
    drawn = stages(rollout_view(UNDER_WAY, TITLES), ("kato", "lto", "prod"))
    assert [one.state for one in drawn] == [None, StageState.VERIFIED, StageState.PLANNED]
    assert drawn[2].at == NOON + 2 * DAY


TODAY = date(2026, 9, 30)


def line(phase: Phase = Phase.LATEST, **facts: object) -> LineLifeCycle:
    until = facts.get("supported_until")
    left = (until - TODAY).days if isinstance(until, date) else None
    return LineLifeCycle.model_validate(
        {
            "line": "stam/5",
            "title": "STAM 5",
            "interface": "stam",
            "interface_title": "STAM",
            "phase": phase,
            "first_days": {},
            "supported_until": None,
            "run_out_until": None,
            "days_left": left,
            **facts,
        }
    )


@pytest.mark.parametrize(
    ("one", "kinds"),
    [
        (line(), ["open"]),
        (line(first_days={"lto": date(2026, 1, 1), "prod": date(2026, 3, 1)}), ["lto", "open"]),
        (line(supported_until=date(2027, 1, 1)), ["supported"]),
        (
            line(supported_until=date(2026, 6, 1), run_out_until=date(2027, 1, 1)),
            ["supported", "runOut"],
        ),
        (line(Phase.NEXT, first_days={"lto": date(2026, 1, 1)}), ["lto"]),
        (line(Phase.RETIRED, supported_until=date(2020, 1, 1)), []),
    ],
)
def test_a_life_cycle_is_drawn_in_its_parts(one: LineLifeCycle, kinds: list[str]) -> None:
    drawn = roadmap(LifeCyclesView(today=TODAY, items=(one,)))
    assert drawn
    assert [bar.kind for bar in drawn.lanes[0].bars] == kinds
    for bar in drawn.lanes[0].bars:
        assert drawn.left <= bar.x
        assert bar.width > 0
        assert bar.x + bar.width <= drawn.right + 0.2


def test_an_empty_catalogue_draws_no_roadmap() -> None:
    assert roadmap(LifeCyclesView(today=TODAY, items=())) is None


def test_a_line_that_is_supported_for_too_long_is_told() -> None:
    whole = landscape()
    stam = whole.interface("stam")
    assert stam
    older, newer = stam.lines
    begun = {"lto": date(2024, 1, 1), "pre": date(2024, 1, 1), "prod": date(2024, 1, 1)}
    lines = (
        replace(older, life_cycle=LifeCycle(begun)),
        replace(newer, life_cycle=LifeCycle(begun)),
    )
    kept = replace(whole, interfaces=(replace(stam, lines=lines),))
    view = life_cycles_view(kept, TODAY, TITLES)
    assert [(one.kind, one.lines) for one in view.breaches] == [(BreachKind.TOO_LONG, ("stam/4",))]
    page = render(
        "roadmap.html",
        NL,
        reader=Reader(NL, Theme.AUTO),
        at_home=False,
        view=view,
        ending=(),
        drawn=roadmap(view),
        environments=("lto",),
    )
    assert "de voorlaatste wordt langer dan een jaar ondersteund (4)" in page
    assert BREACH.keys() == set(BreachKind)


def test_what_ends_is_counted_down_the_soonest_first() -> None:
    soon = line(supported_until=TODAY)
    running_out = line(
        Phase.UNSUPPORTED, supported_until=date(2026, 9, 1), run_out_until=date(2026, 12, 31)
    )
    far = line(supported_until=date(2030, 1, 1))
    over = line(Phase.RETIRED, supported_until=date(2026, 1, 1), run_out_until=date(2026, 2, 1))
    found = ending(LifeCyclesView(today=TODAY, items=(far, running_out, over, soon)))
    assert [(one.days, one.supported) for one in found] == [(0, True), (92, False)]


def test_places_are_joined_as_people_do() -> None:
    assert Speech(NL, NOON).places(["lto"]) == "LTO"
    assert Speech(NL, NOON).places(["lto", "pre", "prod"]) == "LTO, PRE en PROD"
    assert Speech(EN, NOON).places([]) == ""


def test_a_day_is_as_short_as_it_can_be() -> None:
    assert day_of(NOON, NOON, NL) == "14:00"
    assert day_of(NOON - DAY, NOON, NL) == "29 sep"
    assert day_of(NOON - 300 * DAY, NOON, EN) == "4 Dec 2025"


def test_only_what_a_browser_may_follow_is_a_link() -> None:
    assert is_link("https://example.org/notes")
    assert not is_link("javascript:alert(1)")
    assert not is_link("//example.org")


def test_a_remark_is_escaped() -> None:
    evil = replace(ORDER, evidence={"version": "<b>5</b>"}, id='"><b>')
    html = render("remark.html", NL, remark=remark(compared([], evil), NL))
    assert "<b>" not in html
