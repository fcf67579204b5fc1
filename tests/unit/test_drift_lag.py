"""A version on its way: within the grace that is the normal course, after it is overdue."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from monitor.domain.finding import Finding, FindingKind, FindingPhase, Severity
from monitor.domain.landscape import ByChange
from tests.building import NOON
from tests.unit.drifting import Story, life_cycle, watched

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
LAG = FindingKind.LAG
DIFFERS = FindingKind.DIFFERS


def hourly() -> Story:
    """Asked every hour, so that days go by in a test."""
    return Story(watched(HOUR))


def tolerated(story: Story, kind: FindingKind = LAG) -> timedelta:
    """From the arrival of the newest on, at 02:00 of the story."""
    until = story.one(kind).tolerated_until
    assert until
    return until - (NOON + 2 * HOUR)


def phases(changes: list[Finding]) -> list[FindingPhase]:
    return [one.phase for one in changes]


def test_lto_ahead_within_the_grace_is_rolling_out() -> None:
    story = hourly().tell(lto="8.5.2 8.5.2 8.6.0*3", pre="8.5.2*5", prod="8.5.2*5")
    assert story.kinds == ["lag"]
    finding = story.one(LAG)
    assert (finding.phase, finding.severity) == (FindingPhase.ROLLING_OUT, Severity.INFO)
    assert finding.environments == ("lto", "pre", "prod")
    assert finding.evidence["newest"] == "8.6.0"
    assert finding.evidence["arrivedBy"] == "2026-06-15T14:00:00Z"
    assert finding.evidence["groups"] == [
        {"version": "8.6.0", "environments": ["lto"], "arrivedBy": "2026-06-15T14:00:00Z"},
        {"version": "8.5.2", "environments": ["pre", "prod"], "arrivedBy": "2026-06-15T12:18:00Z"},
    ]


@pytest.mark.parametrize(
    ("old", "new", "grace"),
    [
        ("8.5.2", "8.5.3", 2 * DAY),
        ("8.5.2", "8.6.0", 3 * DAY),
        ("8.5.2", "9.0.0", 5 * DAY),
        ("1.9", "1.10", 3 * DAY),
    ],
)
def test_the_grace_goes_by_the_class_of_change(old: str, new: str, grace: timedelta) -> None:
    story = hourly().tell(lto=f"{old}*2 {new}*3", prod=f"{old}*5")
    assert tolerated(story) == grace


def test_prod_following_in_the_grace_resolves_it() -> None:
    story = hourly().tell(lto="1 1 1.1*9", pre="1*4 1.1*7", prod="1*6 1.1*5")
    assert story.ever == ["lag"]
    assert phases(story.changes) == [
        FindingPhase.ROLLING_OUT,
        FindingPhase.ROLLING_OUT,  # PRE got it
        FindingPhase.RESOLVED,
    ]
    assert story.because(LAG) == "agree"


def test_it_becomes_overdue_at_its_deadline_and_not_before() -> None:
    story = hourly().tell(lto="1.0.0*2 1.0.1*60", prod="1.0.0*62")
    finding = story.one(LAG)
    assert (finding.phase, finding.severity) == (FindingPhase.OVERDUE, Severity.WARNING)
    assert finding.changed_at == finding.tolerated_until == NOON + 2 * HOUR + 2 * DAY
    assert phases(story.changes) == [FindingPhase.ROLLING_OUT, FindingPhase.OVERDUE]


def test_time_alone_makes_it_overdue() -> None:
    story = hourly().tell(lto="1.0.0*2 1.0.1*3", prod="1.0.0*5")
    story.wait(NOON + 2 * HOUR + 2 * DAY - timedelta(microseconds=1))
    assert story.one(LAG).phase is FindingPhase.ROLLING_OUT
    story.wait(NOON + 2 * HOUR + 2 * DAY)
    assert story.one(LAG).phase is FindingPhase.OVERDUE


def test_each_environment_that_is_behind_has_its_own_time() -> None:
    story = hourly().tell(lto="1.1.0*2 1.1.1*3", pre="1.1.0*5", prod="1.0.0*5")
    behind = story.one(LAG).evidence["behind"]
    assert behind == [
        {
            "environment": "pre",
            "version": "1.1.0",
            "change": "patch",
            "planned": False,
            "toleratedUntil": "2026-06-17T14:00:00Z",
        },
        {
            "environment": "prod",
            "version": "1.0.0",
            "change": "minor",
            "planned": False,
            "toleratedUntil": "2026-06-18T14:00:00Z",
        },
    ]
    assert tolerated(story) == 2 * DAY


@pytest.mark.parametrize("announced", ["1.1.0", "v1.1", "1.1.0+kato"])
def test_an_announced_time_replaces_the_grace(announced: str) -> None:
    planned: dict[str, dict[str, datetime]] = {announced: {"prod": NOON + 10 * DAY}}
    story = Story(watched(HOUR), planned).tell(lto="1.0.0*2 1.1.0*3", prod="1.0.0*5")
    assert story.one(LAG).tolerated_until == NOON + 10 * DAY


def test_a_time_announced_for_another_version_does_not() -> None:
    planned = {"1.2.0": {"prod": NOON + 10 * DAY}}
    story = Story(watched(HOUR), planned).tell(lto="1.0.0*2 1.1.0*3", prod="1.0.0*5")
    assert tolerated(story) == 3 * DAY


def test_an_announcement_while_it_is_open_moves_its_deadline() -> None:
    story = hourly().tell(lto="1.0.0*2 1.0.1*60", prod="1.0.0*62")
    story.planned = {"1.0.1": {"prod": NOON + 10 * DAY}}
    story.look(story.now)
    assert story.one(LAG).phase is FindingPhase.ROLLING_OUT
    assert story.ever == ["lag"]


def test_a_patch_that_is_overtaken_is_one_finding() -> None:
    story = hourly().tell(lto="1.0.1*2 1.0.2*20 1.0.3*9", prod="1.0.1*31")
    assert story.ever == ["lag"]
    assert story.one(LAG).evidence["newest"] == "1.0.3"
    assert tolerated(story) == 20 * HOUR + 2 * DAY  # from the arrival of what is newest now


def test_a_patch_that_prod_skips_leaves_nothing_open() -> None:
    story = hourly().tell(lto="1.0.1*2 1.0.2*4 1.0.3*9", prod="1.0.1*9 1.0.3*6")
    assert story.ever == ["lag"]
    assert story.kinds == []


def test_lto_going_on_while_prod_follows_is_not_resolved_by_its_switching() -> None:
    story = hourly().tell(lto="1*2 1.1*9", prod="1*9 1.1 1")
    assert story.kinds == ["lag"]


@pytest.mark.parametrize(
    ("one", "other"), [("v8.5.2", "8.5.2"), ("8.5.2+a", "8.5.2+b"), ("5", "5.0.0")]
)
def test_one_version_in_two_spellings_does_not_lag(one: str, other: str) -> None:
    assert Story().tell(lto=f"{one}*4", prod=f"{other}*4").ever == []


def test_build_metadata_that_changes_all_the_time_is_no_news() -> None:
    story = Story().tell(lto="2*12", prod="1+a 1+a 1+b 1+c 1+d 1+e*7")
    assert len(story.changes) == 1


def test_nothing_read_twice_is_no_version_yet() -> None:
    assert Story().tell(lto="1*3 2", prod="1*4").ever == []


def test_an_x1_line_on_lto_only_is_no_finding() -> None:
    days = life_cycle(lto=date(2026, 1, 1), pre=date(2027, 1, 1), prod=date(2027, 1, 1))
    everywhere = Story(watched(life_cycle=days)).tell(lto="9*4", pre="404*4", prod="404*4")
    assert everywhere.ever == []
    on_lto = Story(watched(life_cycle=days, environments=("lto",))).tell(lto="9*4")
    assert on_lto.ever == []


def test_what_is_not_promised_there_yet_lags_behind_nothing() -> None:
    days = life_cycle(lto=date(2026, 1, 1), pre=date(2026, 1, 1), prod=date(2027, 1, 1))
    story = Story(watched(life_cycle=days)).tell(lto="9.1*4", pre="9.1*4", prod="9.0*4")
    assert story.ever == ["early prod"]


def test_a_blind_environment_neither_opens_nor_resolves() -> None:
    story = Story().tell(lto="2*12", pre="2*12", prod="fail*12")
    assert story.ever == []
    story.tell(lto="2*3", pre="2*3", prod="1*3")
    assert story.kinds == ["lag"]
    story.tell(lto="2*8", pre="2*8", prod="fail*8")
    assert story.kinds == ["lag"]
    changes = len(story.changes)
    story.tell(lto="2*3", pre="2*3", prod="2*3")
    assert story.kinds == []
    assert len(story.changes) == changes + 1


def test_the_newest_going_blind_changes_nothing() -> None:
    story = Story().tell(lto="2*4", prod="1*4")
    before = story.one(LAG) if story.ever == ["lag"] else None
    story.tell(lto="fail*9", pre="1*9", prod="1*9")
    assert before is not None
    assert story.one(LAG).evidence["newest"] == "2"
    assert story.one(LAG).tolerated_until == before.tolerated_until


def test_prod_getting_it_while_lto_is_blind_waits_for_lto() -> None:
    story = Story().tell(lto="2*4 fail*8", prod="1*4 2*8")
    assert story.kinds == ["lag"]
    story.tell(lto="2*3", prod="2*3")
    assert story.kinds == []


def test_versions_that_cannot_be_ordered_differ_without_direction() -> None:
    story = hourly().tell(lto="zomer*2 herfst*3", prod="zomer*5")
    assert story.kinds == ["differs"]
    finding = story.one(DIFFERS)
    assert finding.evidence["newest"] is None
    assert finding.phase is FindingPhase.ROLLING_OUT
    assert tolerated(story, DIFFERS) == 5 * DAY


def test_one_version_that_cannot_be_ordered_takes_the_direction_away() -> None:
    story = hourly().tell(lto="1.0.0*2 1.1.0*12", pre="1.0.0*8 daily-77*6", prod="1.0.0*14")
    assert story.ever == ["lag", "differs"]
    assert story.kinds == ["differs"]
    assert story.because(LAG) == "notOrdered"
    story.tell(lto="1.1.0*3", pre="1.1.0*3", prod="1.0.0*3")
    assert story.kinds == ["lag"]
    assert story.because(DIFFERS) == "ordered"


def test_a_line_that_answers_without_a_version_is_compared_with_nobody() -> None:
    assert Story().tell(lto="ok*4", prod="1*4").ever == []


def test_another_grace_in_the_catalogue_counts_at_once() -> None:
    story = hourly().tell(lto="1.0.0*2 1.0.1*3", prod="1.0.0*5")
    patient = ByChange(major=9 * DAY, minor=9 * DAY, patch=9 * DAY)
    presenteren, *others = story.landscape.interfaces
    (line,) = presenteren.lines
    line = replace(line, policy=replace(line.policy, grace=patient))
    story.landscape = replace(
        story.landscape, interfaces=(replace(presenteren, lines=(line,)), *others)
    )
    story.look(story.now)
    assert tolerated(story) == 9 * DAY
    assert story.ever == ["lag"]


def test_a_first_day_that_is_put_off_ends_the_lag_there() -> None:
    story = hourly().tell(lto="1.0.0*2 1.0.1*3", prod="1.0.0*5")
    days = life_cycle(lto=date(2025, 1, 1), pre=date(2025, 1, 1), prod=date(2027, 1, 1))
    story.landscape = watched(HOUR, life_cycle=days)
    story.look(story.now)
    assert story.kinds == ["early prod"]
    assert story.because(LAG) == "agree"


def test_a_target_that_leaves_the_catalogue_takes_its_lag_along() -> None:
    story = hourly().tell(lto="1.0.0*2 1.0.1*3", pre="1.0.0*2 1.0.1*3", prod="1.0.0*5")
    story.landscape = watched(HOUR, environments=("lto", "pre"))
    story.look(story.now)
    assert story.kinds == []
