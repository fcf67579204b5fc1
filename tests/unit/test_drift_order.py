"""Did LTO have it before PROD: certainly, certainly not, or within what probing can tell."""

from datetime import UTC, date, tzinfo
from zoneinfo import ZoneInfo

import pytest

from monitor.domain.finding import Finding, FindingKind, FindingPhase, Severity
from monitor.domain.landscape import CheckId, TargetId
from monitor.drift.picture import Blind
from monitor.drift.reconcile import reconcile
from tests.building import MINUTE, NOON, PRESENTEREN
from tests.unit.answers import answer
from tests.unit.drifting import Story, life_cycle, watched

ORDER = FindingKind.ORDER_BROKEN
BROKEN = "order-broken lto prod"


def test_lto_first_and_then_prod_breaks_no_order() -> None:
    story = Story().tell(lto="1 1 2*9", pre="1*6 2*5", prod="1*8 2*3")
    assert story.ever == ["lag"]
    assert story.kinds == []


def test_prod_first_is_critical_at_once() -> None:
    story = Story().tell(lto="1*6", pre="1*6", prod="1 1 2 2 2 2")
    assert story.kinds == [BROKEN]
    finding = story.one(ORDER)
    assert (finding.severity, finding.phase) == (Severity.CRITICAL, FindingPhase.OPEN)
    assert finding.tolerated_until is None
    assert finding.environments == ("lto", "prod")
    assert finding.id == "presenteren~v8~order-broken~lto~prod~20260615T120336.000000Z"


def test_the_evidence_says_what_was_read_and_when_it_arrived() -> None:
    evidence = Story().tell(lto="1*6", prod="1 1 2 2 2 2").one(ORDER).evidence
    assert evidence["version"] == "2"
    assert evidence["wholeLine"] is False
    assert evidence["lackingAt"] == "2026-06-15T12:03:00Z"
    assert evidence["readings"] == [
        {
            "environment": "lto",
            "served": True,
            "version": "1",
            "fingerprint": None,
            "arrivedAfter": None,
            "arrivedBy": "2026-06-15T12:00:00Z",
        },
        {
            "environment": "prod",
            "served": True,
            "version": "2",
            "fingerprint": None,
            "arrivedAfter": "2026-06-15T12:01:36Z",
            "arrivedBy": "2026-06-15T12:02:36Z",
        },
    ]


def test_it_resolves_once_lto_has_caught_up() -> None:
    story = Story().tell(lto="1*6 2*6", prod="1 1 2*10")
    assert story.ever == [BROKEN]
    assert story.because(ORDER) == "caughtUp"
    assert [one.phase for one in story.changes] == [FindingPhase.OPEN, FindingPhase.RESOLVED]


def test_lto_overtaking_prod_resolves_it_and_prod_is_behind() -> None:
    story = Story().tell(lto="1*6 3*6", prod="1 1 2*10")
    assert story.because(ORDER) == "overtaken"
    assert story.kinds == ["lag"]


def test_one_reading_of_it_on_lto_does_not_resolve_it() -> None:
    assert Story().tell(lto="1*6 2 1 1", prod="1 1 2*7").kinds == [BROKEN]


def test_prod_going_back_resolves_it() -> None:
    story = Story().tell(lto="1*9", prod="1 1 2 2 2 1 1 1 1 1 1")
    assert BROKEN not in story.kinds
    assert BROKEN in story.ever


def test_prod_going_on_while_lto_stays_is_the_same_finding() -> None:
    story = Story().tell(lto="1*12", prod="1 1 2*4 3*6")
    assert story.ever == [BROKEN]
    assert story.one(ORDER).evidence["version"] == "3"


def test_a_broken_order_takes_the_place_of_lag() -> None:
    story = Story().tell(lto="1*12", pre="1 1 2*10", prod="1*6 2*6")
    assert story.kinds == [BROKEN]
    assert story.because(FindingKind.LAG) == "orderBroken"


def test_prod_first_while_lto_is_blind_proves_nothing() -> None:
    story = Story().tell(lto="1 1 fail*8", prod="1 1 2*8")
    assert story.ever == []


def test_prod_first_while_lto_is_blind_and_back_with_the_old_version_is_broken() -> None:
    story = Story().tell(lto="1 1 fail*8 1 1 1", prod="1 1 2*11")
    assert story.kinds == [BROKEN]


def test_prod_first_while_lto_is_blind_and_back_with_the_new_version_is_together() -> None:
    story = Story().tell(lto="1 1 fail*8 2*5", prod="1 1 2*13")
    assert story.ever == []


def test_prod_first_while_nobody_looked_at_lto() -> None:
    assert Story().tell(lto="1 1 -*8 2*5", prod="1 1 2*13").ever == []
    assert Story().tell(lto="1 1 -*8 1*5", prod="1 1 2*13").kinds == [BROKEN]


@pytest.mark.parametrize("refused", ["403", "429", "maint", "ours"])
def test_an_lto_that_cannot_be_read_proves_nothing(refused: str) -> None:
    assert Story().tell(lto=f"1 1 {refused}*8", prod="1 1 2*8").ever == []


def test_both_within_one_interval_is_together() -> None:
    assert Story().tell(lto="1 1 1 2 2 2", prod="1 1 2 2 2 2").ever == []


def test_lto_missing_one_reading_is_not_proof_that_it_is_behind() -> None:
    story = Story()
    story.tell(lto="1 1 1", prod="1 1 1")
    story.tell(lto="- - 2 2", prod="2 2 2 2")
    assert story.ever == []


def test_prod_seen_first_within_the_probing_of_both_is_certain_when_lto_was_read_in_between() -> (
    None
):
    story = Story().tell(lto="1 1 1 1 2 2", prod="1 1 2 fail 2 2")
    assert story.ever == [BROKEN]
    assert story.because(ORDER) == "caughtUp"


def test_a_broken_order_that_shows_when_lto_has_it_already_opens_and_resolves_at_once() -> None:
    story = Story().tell(lto="1 1 1 1 2 2 2", prod="1 1 2 fail - - 2")
    assert story.ever == [BROKEN]
    opened, resolved = story.changes
    assert (opened.phase, resolved.phase) == (FindingPhase.OPEN, FindingPhase.RESOLVED)
    assert opened.id == resolved.id
    story.tell(lto="2 2", prod="2 2")
    assert story.ever == [BROKEN]


def test_first_sight_ever_of_one_version_tells_nothing_about_order() -> None:
    assert Story().tell(lto="- - 2 2", prod="2 2 2 2").ever == []


def test_first_sight_ever_with_lto_behind_is_broken_now() -> None:
    assert Story().tell(lto="1 1 1", prod="2 2 2").kinds == [BROKEN]


def test_lto_that_had_it_and_went_back_broke_no_order() -> None:
    story = Story().tell(lto="1 1 2*6 1*6", prod="1*5 2*9")
    assert BROKEN not in story.ever
    assert story.kinds == ["lag", "rolled-back lto"]


def test_lto_that_had_it_went_back_and_changed_its_contract_is_not_held_to_be_late() -> None:
    story = Story().tell(lto="1 1 2*6 1/a*6 1/b*6", prod="1*5 2*15")
    assert BROKEN not in story.ever


def test_prod_moving_on_after_lto_went_back_is_broken() -> None:
    story = Story().tell(lto="1 1 2*6 1*9", prod="1*5 2*6 3*6")
    assert BROKEN in story.kinds


def test_the_line_itself_on_prod_before_lto() -> None:
    days = life_cycle(lto=date(2027, 1, 1), prod=date(2027, 2, 1))
    story = Story(watched(life_cycle=days)).tell(lto="404*5", prod="404 404 1 1 1")
    assert story.kinds == [BROKEN]
    assert story.one(ORDER).evidence["wholeLine"] is True


def test_a_line_on_prod_before_its_day_is_early_until_lto_is_known_to_lack_it() -> None:
    days = life_cycle(lto=date(2027, 1, 1), prod=date(2027, 2, 1))
    story = Story(watched(life_cycle=days)).tell(lto="fail*3", prod="1*3")
    assert story.kinds == ["early prod"]
    story.tell(lto="404*4", prod="1*4")
    assert story.kinds == [BROKEN]
    assert story.because(FindingKind.EARLY) == "orderBroken"


def test_a_line_past_its_days_breaks_no_order_by_leaving_lto_first() -> None:
    days = life_cycle(lto=date(2024, 1, 1), prod=date(2024, 1, 1), gone=date(2026, 6, 1))
    assert Story(watched(life_cycle=days)).tell(lto="404*4", prod="1*4").kinds == [
        "not-retired prod"
    ]


def test_a_line_that_leaves_lto_broke_no_order_there() -> None:
    story = Story().tell(lto="1*3 404*3", prod="1*6")
    assert story.kinds == ["missing lto"]


def test_versions_that_cannot_be_ordered_break_no_order() -> None:
    story = Story().tell(lto="zomer*4", prod="zomer winter*6")
    assert BROKEN not in story.ever


@pytest.mark.parametrize(
    ("lto", "prod", "broken"),
    [
        ("1.9.0", "1.10.0", True),
        ("1.10.0", "1.9.0", False),
        ("v8.5.2", "8.5.2", False),
        ("8.5.2", "8.5.2+build.7", False),
        ("8.5.3-rc.1", "8.5.3", True),
    ],
)
def test_versions_are_ordered_as_people_do(lto: str, prod: str, *, broken: bool) -> None:
    assert (Story().tell(lto=f"{lto}*4", prod=f"{prod}*4").kinds == [BROKEN]) is broken


def test_a_clock_in_another_time_zone_makes_no_difference() -> None:
    def told(zone: tzinfo) -> list[Finding]:
        story = Story()
        for minute, lto, prod in ((0, "1", "1"), (1, "1", "2"), (2, "1", "2"), (3, "1", "2")):
            for environment, word in (("lto", lto), ("prod", prod)):
                check = CheckId(TargetId(PRESENTEREN, environment), "openapi_document")
                story.hear(answer(word, check, (NOON + minute * MINUTE).astimezone(zone)))
        return story.changes

    here, there = told(UTC), told(ZoneInfo("Europe/Amsterdam"))
    assert [one.kind for one in here] == [ORDER]
    assert here == there
    assert [one.id for one in here] == [one.id for one in there]


def test_an_lto_without_an_orderable_version_does_not_resolve_it() -> None:
    story = Story().tell(lto="1*6 zomer*4", prod="1 1 2*8")
    assert story.kinds == [BROKEN]


def test_a_broken_order_out_of_sight_still_takes_the_place_of_lag() -> None:
    story = Story().tell(lto="1*6 fail*6", pre="1*12", prod="1 1 2*10")
    assert story.ever == [BROKEN]


def test_an_lto_that_cannot_be_seen_opens_nothing_though_it_was_read_in_time() -> None:
    story = Story().tell(lto="1*6", prod="1 1 2 2")
    hidden = story.picture(story.now).here[0]._replace(blind=Blind.DOWN, sure=None)
    picture = story.picture(story.now)
    assert reconcile((), picture._replace(here=(hidden, *picture.here[1:])), story.now) == ()


def test_taking_the_rule_out_of_the_catalogue_resolves_it() -> None:
    story = Story().tell(lto="1*6", prod="1 1 2 2 2 2")
    story.landscape = watched(environments=("pre", "prod"))
    story.look(story.now + MINUTE)
    assert story.because(ORDER) == "notRequired"
