"""Which version leads wherever it is, whom a time concerns, and what time alone does."""

from datetime import datetime

from monitor.domain.finding import FindingKind, FindingPhase, Severity
from tests.building import MINUTE, NOON
from tests.unit.drifting import Story, watched

HOUR = 60 * MINUTE
DAY = 24 * HOUR


def test_the_newest_version_leads_wherever_it_is() -> None:
    story = Story(watched(HOUR)).tell(lto="1.0.0*5", pre="1.0.0*2 1.1.0*3", prod="1.0.0*5")
    assert story.one(FindingKind.LAG).evidence["newest"] == "1.1.0"


def test_where_nothing_can_be_ordered_what_came_last_leads() -> None:
    story = Story(watched(HOUR)).tell(lto="apple*6", prod="pear*2 plum*4")
    evidence = story.one(FindingKind.DIFFERS).evidence
    assert evidence["newest"] is None
    assert isinstance(behind := evidence["behind"], list)
    assert [one["environment"] for one in behind if isinstance(one, dict)] == ["lto"]


def test_a_time_announced_for_one_environment_is_no_time_of_another() -> None:
    planned: dict[str, dict[str, datetime]] = {"1.1.0": {"pre": NOON + 10 * DAY}}
    story = Story(watched(HOUR), planned).tell(lto="1.0.0*2 1.1.0*3", prod="1.0.0*5")
    finding = story.one(FindingKind.LAG)
    assert isinstance(behind := finding.evidence["behind"], list)
    assert [one["planned"] for one in behind if isinstance(one, dict)] == [False]
    assert finding.tolerated_until == NOON + 2 * HOUR + 3 * DAY


def test_a_lag_that_goes_out_of_sight_is_overdue_at_its_time_all_the_same() -> None:
    story = Story(watched(HOUR)).tell(lto="1.0.0*2 1.1.0*3", prod="1.0.0*5")
    story.tell(lto="mute*3", prod="mute*3").wait(NOON + 4 * DAY)
    finding = story.one(FindingKind.LAG)
    assert (finding.phase, finding.severity) == (FindingPhase.OVERDUE, Severity.WARNING)
    assert finding.changed_at == finding.tolerated_until == NOON + 2 * HOUR + 3 * DAY


def test_a_target_that_stays_mixed_is_found_when_its_hour_is_over_and_not_later() -> None:
    story = Story(watched(40 * MINUTE)).tell(lto="1 1 2 1 2")  # mixed since 14:00
    assert not story.findings
    story.wait(NOON + 195 * MINUTE)
    finding = story.one(FindingKind.MIXED)
    assert NOON + 180 * MINUTE <= finding.opened_at < NOON + 181 * MINUTE
