"""One version, two contracts: between environments, and in one environment over time."""

from monitor.domain.finding import FindingKind, Severity
from tests.unit.drifting import Story

DIFFERS = FindingKind.CONTRACT_DIFFERS
CHANGED = FindingKind.CONTRACT_CHANGED


def test_one_version_with_another_contract_is_a_finding_at_once() -> None:
    story = Story().tell(lto="1/a*3", pre="1/a*3", prod="1/b*3")
    assert story.kinds == ["contract-differs"]
    finding = story.one(DIFFERS)
    assert finding.severity is Severity.WARNING
    assert finding.environments == ("lto", "pre", "prod")
    assert finding.evidence["groups"] == [
        {"version": "1", "fingerprint": "a", "environments": ["lto", "pre"]},
        {"version": "1", "fingerprint": "b", "environments": ["prod"]},
    ]
    assert finding.contracts == ("a", "b")


def test_the_paths_that_are_added_later_stay_until_the_contracts_change() -> None:
    story = Story().tell(lto="1/a*3", prod="1/b*3")
    finding = story.one(DIFFERS)
    told = finding.with_paths({"added": ["GET /x: added"], "removed": [], "changed": []})
    assert told.contracts is None
    story.findings[finding.id] = told
    story.tell(lto="1/a*3", prod="1/b*3")
    assert story.one(DIFFERS) == told
    story.tell(lto="1/c*3", prod="1/b*3")
    assert story.one(DIFFERS).contracts == ("c", "b")


def test_two_spellings_of_one_version_have_one_contract_to_keep() -> None:
    assert Story().tell(lto="v1/a*3", prod="1.0.0+x/b*3").kinds == ["contract-differs"]


def test_the_same_contract_is_no_finding() -> None:
    assert Story().tell(lto="1/a*3", prod="1/a*3").ever == []


def test_another_contract_of_another_version_is_no_news() -> None:
    assert Story().tell(lto="1/a*2 2/b*3", prod="1/a*5").ever == ["lag"]


def test_a_contract_that_is_not_read_differs_from_nothing() -> None:
    assert Story().tell(lto="1/a*3", prod="1*3").ever == []


def test_a_contract_without_a_version_is_compared_with_nobody() -> None:
    assert Story().tell(lto="ok*3", prod="1/b*3").ever == []


def test_contracts_that_agree_again_resolve_it_once_both_are_seen() -> None:
    story = Story().tell(lto="1/a*3", prod="1/b*3")
    story.tell(lto="fail*6", prod="1/a*6")
    assert "contract-differs" in story.kinds
    story.tell(lto="1/a*3", prod="1/a*3")
    assert "contract-differs" not in story.kinds
    assert story.because(DIFFERS) == "agree"


def test_a_blind_environment_opens_no_contract_finding() -> None:
    assert Story().tell(lto="1/a*3 fail*6", prod="1/a*5 1/b*4").ever == ["contract-changed prod"]


def test_a_silent_change_is_told_until_the_version_moves() -> None:
    story = Story().tell(prod="1/a*3 1/b*4")
    assert story.kinds == ["contract-changed prod"]
    finding = story.one(CHANGED)
    assert (finding.evidence["before"], finding.evidence["after"]) == ("a", "b")
    assert finding.evidence["changedAfter"] == "2026-06-15T12:02:36Z"
    assert finding.evidence["changedBy"] == "2026-06-15T12:03:36Z"
    story.tell(prod="1/b*30")
    assert len(story.changes) == 1
    story.tell(prod="1.1/b*3")
    assert story.kinds == []
    assert story.because(CHANGED) == "versionMoved"


def test_a_contract_that_moves_with_its_version_is_no_silent_change() -> None:
    assert Story().tell(prod="1/a*3 1.1/b*4").ever == []


def test_a_second_silent_change_is_the_same_finding_with_other_evidence() -> None:
    story = Story().tell(prod="1/a*3 1/b*4 1/c*4")
    assert story.ever == ["contract-changed prod"]
    assert story.one(CHANGED).contracts == ("b", "c")


def test_a_flicker_of_the_contract_is_no_change() -> None:
    assert Story().tell(prod="1/a*3 1/b 1/a*9").ever == []


def test_a_line_that_was_away_moved_nowhere() -> None:
    story = Story().tell(prod="1/a*3 1/b*4 404*3")
    assert "contract-changed prod" in story.kinds
    story.tell(prod="1/b*3")
    assert story.kinds == ["contract-changed prod"]


def test_a_silent_change_in_two_environments_is_told_of_each() -> None:
    story = Story().tell(lto="1/a*3 1/b*4", prod="1/a*3 1/b*4")
    assert story.kinds == ["contract-changed lto", "contract-changed prod"]
