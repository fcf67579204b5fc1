"""The first screen says what is critically different, in one banner."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from monitor.board import Board
from monitor.domain.finding import Finding, FindingKind, Severity
from monitor.domain.landscape import LineId
from tests.e2e.releases import CHANGED, DAY, HOUR, ORDER, finding
from tests.e2e.street import NOON, board
from web.live.wall import Wall
from web.views.summary import Summary, summary
from web.words.language import Language

NL, EN = Language.NL, Language.EN
QUIET = timedelta(minutes=1)


def missing(line: str, environment: str, ago: timedelta) -> Finding:
    return finding(
        FindingKind.MISSING,
        LineId.parse(line),
        (environment,),
        {"expectedBy": "2024-01-01", "next": False},
        severity=Severity.CRITICAL,
        ago=ago,
    )


def walled(*findings: Finding, calm: bool = True) -> tuple[Wall, Board]:
    street = board()
    if calm:
        street.incidents.clear()
    street.findings = {one.id: one for one in findings}
    street.touch()
    return Wall(street, "e"), street


def banner(wall: Wall, language: Language) -> str:
    """What the banner of critical differences says; empty where there is none."""
    heading = "Kritiek verschil:" if language is NL else "Critical difference:"
    found = re.search(
        f"<div[^>]*>\\s*<h2>{heading}.*?</div>", wall.headline(language, NOON), re.DOTALL
    )
    return found[0] if found else ""


def items(told: str) -> Sequence[str]:
    texts = re.findall("<li>(.*?)</li>", told, re.DOTALL)
    return [" ".join(re.sub("<[^>]*>", "", text).split()) for text in texts]


def widget(wall: Wall, street: Board) -> Summary:
    return summary(wall.view(EN, NOON), street, "https://ketenwacht.test", "i")


def test_a_broken_order_is_told_above_the_wall_with_a_link_to_its_evidence() -> None:
    wall, _ = walled(replace(ORDER, opened_at=NOON - 12 * QUIET))
    assert f'href="/drift/{ORDER.id}"' in banner(wall, NL)
    assert items(banner(wall, NL)) == [
        "Samenwerkfunctionaliteit v5: PROD kreeg 5.2.0 vóór LTO, sinds 13:48 (12 min)"
    ]
    assert items(banner(wall, EN)) == [
        "Collaboration function v5: PROD got 5.2.0 before LTO, since 13:48 (12 min)"
    ]


def test_what_is_not_critical_waits_until_morning() -> None:
    wall, _ = walled(CHANGED)
    assert wall.view(NL, NOON).alarms == ()
    assert banner(wall, NL) == ""


def test_a_line_that_is_missing_from_two_places_is_one_sentence() -> None:
    wall, _ = walled(missing("stam/5", "prod", HOUR), missing("stam/5", "pre", HOUR))
    (told,) = items(banner(wall, EN))
    assert "missing on PRE and PROD, since" in told


def test_another_critical_one_of_the_same_line_is_counted() -> None:
    wall, _ = walled(ORDER, missing("swf/v5", "pre", HOUR), replace(CHANGED, line=ORDER.line))
    (told,) = items(banner(wall, EN))
    assert "PROD got 5.2.0 before LTO and 1 more, since" in told


def test_three_are_named_the_newest_first_and_the_others_are_counted() -> None:
    lines = ("stam/5", "swf/v4", "presenteren/v8", "downloaden/v1", "catalogus/v3")
    wall, _ = walled(*(missing(line, "prod", (5 - n) * HOUR) for n, line in enumerate(lines)))
    assert [one.line for one in wall.view(NL, NOON).alarms] == list(reversed(lines))
    told = items(banner(wall, NL))
    assert len(told) == 4  # three, and how many more
    assert told[-1] == "en nog 2"


def test_one_banner_only_is_read_out_at_once() -> None:
    wall, _ = walled(ORDER)
    assert 'role="alert"' in banner(wall, NL)
    troubled, _ = walled(ORDER, calm=False)
    assert troubled.headline(NL, NOON).count('role="alert"') == 1
    assert 'role="alert"' not in banner(troubled, NL)


def test_a_widget_is_told_of_it_and_sees_that_not_all_is_well() -> None:
    wall, street = walled(ORDER)
    (told,) = widget(wall, street).incidents
    assert (told.name, told.status, told.impact) == (
        "swf/v5: order-broken (LTO, PROD)",
        "identified",
        "minor",
    )
    assert told.created_at == NOON - 2 * DAY
    assert told.shortlink == f"https://ketenwacht.test/drift/{ORDER.id}"


def test_a_critical_difference_alone_makes_the_indicator_minor() -> None:
    def indicator(*findings: Finding) -> str:
        wall, street = walled(*findings)
        fine = {
            target: standing
            for target, standing in street.standings.items()
            if standing.state.value == "up"
        }
        street.standings.clear()
        street.standings.update(fine)
        street.touch()
        return widget(wall, street).status.indicator

    assert indicator() == "none"
    assert indicator(ORDER) == "minor"
