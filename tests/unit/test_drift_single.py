"""What one environment shows by itself: absent, too early, too late, back, or of two minds."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from monitor.domain.finding import FindingKind, FindingPhase, Severity
from monitor.drift.picture import Blind
from monitor.drift.reconcile import withdraw
from tests.building import MINUTE, NOON
from tests.unit.drifting import Story, life_cycle, watched

HOUR = timedelta(hours=1)
LONG_AGO = date(2025, 1, 1)


def test_a_supported_line_that_is_not_served_is_critical_at_once() -> None:
    story = Story().tell(prod="1*3 404*3")
    assert story.kinds == ["missing prod"]
    assert story.one(FindingKind.MISSING).severity is Severity.CRITICAL
    story.tell(prod="fail*6")
    assert story.kinds == ["missing prod"]
    story.tell(prod="1*3")
    assert story.because(FindingKind.MISSING) == "served"


def test_one_404_is_not_missing() -> None:
    assert Story().tell(prod="1*3 404 1*9").ever == []


def test_an_outage_is_not_missing() -> None:
    assert Story().tell(prod="1*3 fail*9").ever == []


def test_an_x1_line_is_missing_on_lto_from_its_day_on_and_not_critical() -> None:
    days = life_cycle(lto=date(2026, 6, 16), prod=date(2027, 1, 1))
    story = Story(watched(HOUR, life_cycle=days)).tell(lto="404*9")
    assert story.ever == []
    story.wait(NOON + 10.5 * HOUR)  # nothing is asked; a day begins
    assert story.kinds == ["missing lto"]
    finding = story.one(FindingKind.MISSING)
    assert finding.severity is Severity.WARNING
    assert finding.evidence["expectedBy"] == "2026-06-16"
    assert finding.opened_at == datetime(2026, 6, 15, 22, tzinfo=UTC)  # midnight in Amsterdam
    assert finding.tolerated_until == finding.opened_at


def test_an_x1_line_without_a_day_comes_when_it_comes() -> None:
    days = life_cycle(pre=date(2027, 1, 1), prod=date(2027, 1, 1))
    assert Story(watched(life_cycle=days)).tell(lto="404*5").ever == []


def test_a_first_day_that_is_put_off_resolves_it() -> None:
    days = life_cycle(lto=LONG_AGO, prod=date(2027, 1, 1))
    story = Story(watched(life_cycle=days)).tell(lto="404*5")
    assert story.kinds == ["missing lto"]
    later = life_cycle(lto=date(2026, 9, 1), prod=date(2027, 1, 1))
    story.landscape = watched(life_cycle=later)
    story.look(story.now)
    assert story.because(FindingKind.MISSING) == "notExpected"


def test_a_line_is_not_missing_after_its_last_day() -> None:
    days = life_cycle(prod=LONG_AGO, until=date(2026, 1, 1), gone=date(2026, 6, 15))
    story = Story(watched(HOUR, life_cycle=days)).tell(prod="404*9")
    assert story.kinds == ["missing prod"]
    story.tell(prod="404*9")
    assert story.because(FindingKind.MISSING) == "notExpected"


@pytest.mark.parametrize(
    ("until", "gone", "retired"),
    [
        (date(2026, 6, 14), date(2026, 6, 14), True),
        (date(2026, 6, 14), date(2026, 6, 15), False),  # run-out, its last day included
        (date(2026, 6, 14), None, True),
        (date(2026, 6, 15), None, False),
        (None, None, False),
    ],
)
def test_a_line_that_answers_after_its_last_day_is_not_retired(
    until: date | None, gone: date | None, *, retired: bool
) -> None:
    days = life_cycle(until, gone, prod=LONG_AGO)
    story = Story(watched(life_cycle=days)).tell(prod="1*3")
    assert story.kinds == (["not-retired prod"] if retired else [])


def test_a_line_that_some_nodes_serve_after_its_last_day_is_not_retired() -> None:
    story = Story(watched(life_cycle=life_cycle(gone=LONG_AGO, prod=LONG_AGO)))
    story.tell(prod="1 404 1 404 1 404")
    assert story.kinds == ["not-retired prod"]
    story.tell(prod="1 404 404")
    story.tell(prod="404*4")
    assert story.because(FindingKind.NOT_RETIRED) == "notServed"
    story.tell(prod="1 404 1 404 fail*4")
    assert story.ever == ["not-retired prod"] * 2  # going on while nobody can see


def test_not_retired_begins_at_midnight_and_ends_when_it_is_gone() -> None:
    days = life_cycle(prod=LONG_AGO, gone=date(2026, 6, 15))
    story = Story(watched(HOUR, life_cycle=days)).tell(prod="1*12")
    finding = story.one(FindingKind.NOT_RETIRED)
    assert finding.opened_at == datetime(2026, 6, 15, 22, tzinfo=UTC)
    assert finding.severity is Severity.INFO
    story.tell(prod="fail*6")
    assert story.kinds == ["not-retired prod"]
    story.tell(prod="404*3")
    assert story.because(FindingKind.NOT_RETIRED) == "notServed"


def test_early_ends_when_its_day_has_come() -> None:
    days = life_cycle(lto=LONG_AGO, pre=date(2026, 6, 16), prod=date(2027, 1, 1))
    story = Story(watched(HOUR, life_cycle=days)).tell(pre="1*9")
    assert story.kinds == ["early pre"]
    assert story.one(FindingKind.EARLY).severity is Severity.INFO
    story.tell(pre="1*9")
    assert story.because(FindingKind.EARLY) == "begun"
    assert story.one(FindingKind.EARLY).resolved_at == datetime(2026, 6, 15, 22, tzinfo=UTC)


def test_a_version_that_went_down_is_told_for_a_day() -> None:
    story = Story(watched(HOUR)).tell(prod="1.1*3 1.0*4")
    assert story.kinds == ["rolled-back prod"]
    evidence = story.one(FindingKind.ROLLED_BACK).evidence
    assert (evidence["from"], evidence["to"]) == ("1.1", "1.0")
    story.wait(NOON + 40 * HOUR)
    assert story.ever == ["rolled-back prod"]
    assert story.because(FindingKind.ROLLED_BACK) == "dayOver"
    resolved_at = story.one(FindingKind.ROLLED_BACK).resolved_at
    assert resolved_at == NOON + 3.6 * HOUR + timedelta(days=1)


def test_an_older_version_after_a_time_without_the_line_was_rolled_back_too() -> None:
    story = Story().tell(prod="2*3 404*3")
    assert story.kinds == ["missing prod"]
    story.tell(prod="1*3")
    assert story.kinds == ["rolled-back prod"]
    assert story.one(FindingKind.ROLLED_BACK).evidence["from"] == "2"
    assert Story().tell(prod="1*3 404*3 2*3 404*3 2*3").ever == ["missing prod"] * 2


def test_rolled_back_and_forth_resolves_it_and_back_again_is_another() -> None:
    story = Story().tell(prod="1.1*3 1.0*4 1.1*4")
    assert story.because(FindingKind.ROLLED_BACK) == "upAgain"
    story.tell(prod="1.0*6")
    assert story.ever == ["rolled-back prod"] * 2


def test_falling_further_is_the_same_finding_from_where_it_began() -> None:
    story = Story().tell(prod="1.2*3 1.1*6 1.0*6")
    assert story.ever == ["rolled-back prod"]
    evidence = story.one(FindingKind.ROLLED_BACK).evidence
    assert (evidence["from"], evidence["to"]) == ("1.2", "1.0")
    story.tell(prod="1.1*6")
    assert story.kinds == ["rolled-back prod"]
    story.tell(prod="1.3*6")
    assert story.kinds == []


def test_versions_that_cannot_be_ordered_were_not_rolled_back() -> None:
    assert Story().tell(prod="zomer*3 herfst*3").ever == []


def test_a_load_balancer_with_two_versions_for_two_hours() -> None:
    story = Story().tell(prod="1*3" + " 2 1" * 25)
    assert story.ever == []
    story.tell(prod="2 1 " * 35)
    assert story.kinds == ["mixed prod"]
    finding = story.one(FindingKind.MIXED)
    assert finding.severity is Severity.WARNING
    assert finding.phase is FindingPhase.OPEN
    assert finding.opened_at == finding.tolerated_until
    assert finding.evidence["since"] == "2026-06-15T12:04:36Z"
    assert finding.opened_at == NOON + timedelta(minutes=64.6)
    assert len(story.changes) == 1
    story.tell(prod="fail*6")
    assert story.kinds == ["mixed prod"]
    story.tell(prod="2*8")
    assert story.kinds == []
    assert story.because(FindingKind.MIXED) == "settled"


@pytest.mark.parametrize(
    ("row", "blind"),
    [
        ("", Blind.NEVER_READ),
        ("1*3", None),
        ("1*3 -*2", None),
        ("1*3 -*4", Blind.STALE),
        ("1*3 fail", None),
        ("1*3 fail fail", Blind.DOWN),
        ("1*3 403", Blind.REFUSED),
        ("404*3", None),
    ],
)
def test_what_makes_an_environment_blind(row: str, blind: Blind | None) -> None:
    story = Story()
    if row:
        story.tell(prod=row)
    story.wait(NOON + story.minutes * MINUTE)
    prod = story.picture(story.now).at("prod")
    assert prod
    assert prod.blind is blind


def test_a_mixed_target_has_no_version_to_compare() -> None:
    story = Story().tell(lto="1*20", prod="1*3 2 1 2 2 1 1 2 1 2 1 2 1 2 1 2 1 2")
    assert story.ever == []


def test_a_line_that_leaves_the_catalogue_takes_its_findings_along() -> None:
    story = Story().tell(prod="1*3 404*3")
    (gone,) = withdraw(story.open, story.now)
    assert gone.phase is FindingPhase.RESOLVED
    assert gone.id == story.one(FindingKind.MISSING).id
    assert withdraw([gone], story.now) == ()


def test_a_target_that_leaves_the_catalogue_takes_its_findings_along() -> None:
    story = Story().tell(lto="1*6", prod="1*3 404*3")
    story.landscape = watched(environments=("lto", "pre"))
    story.look(story.now)
    assert story.because(FindingKind.MISSING) == "notWatched"


def test_a_finding_has_one_identity_and_each_opening_its_own_name() -> None:
    story = Story().tell(prod="1*3 404*3 1*3 404*3")
    first, second = story.findings.values()
    assert first.key == second.key == "presenteren~v8~missing~prod"
    assert first.id != second.id
    assert replace(first).resolved_at is not None
