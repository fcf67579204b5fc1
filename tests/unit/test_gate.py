"""The gate as a whole: open only where all six criteria are met, and never for lack of data."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.gate import (
    Answer,
    CriterionName,
    CriterionOutcome,
    GateQuestion,
    decide,
    has_moved,
    override,
)
from tests.building import PRESENTEREN
from tests.unit.answers import quickly
from tests.unit.drifting import watched
from tests.unit.gating import HOUR, GateStory, of, told, unmet

DAY = timedelta(days=1)


def soaked_story() -> GateStory:
    """8.6 is on LTO for two days and an hour, in good order; PROD has 8.5."""
    return GateStory().tell(lto="8.5*3 8.6*50", prod="8.5*53")


def test_the_gate_is_open_for_what_soaked_on_lto_and_is_not_on_prod() -> None:
    decision = soaked_story().gate("8.6.0")
    assert decision.decision is Answer.OPEN
    assert [one.name for one in decision.criteria] == list(CriterionName)
    assert all(one.evidence_at for one in decision.criteria)
    assert told(decision, "received") == "met hasIt"
    assert told(decision, "first") == "met notYet"


def test_the_gate_stays_open_for_what_came_to_prod_in_good_order() -> None:
    decision = soaked_story().tell(lto="8.6*3", prod="8.6*3").gate("8.6.0")
    assert told(decision, "first") == "met inOrder"
    assert of(decision, "first").facts["lead"] == 49 * HOUR + 0.6 * HOUR
    assert decision.decision is Answer.OPEN


def test_the_gate_is_closed_for_a_version_that_nobody_has() -> None:
    decision = soaked_story().gate("8.7.0")
    assert told(decision, "received") == "notMet hasOlder"
    assert decision.decision is Answer.CLOSED


def test_the_gate_is_unknown_where_nobody_ever_looked() -> None:
    decision = GateStory().gate("8.6.0")
    assert decision.decision is Answer.UNKNOWN
    assert unmet(decision) == ["received", "first", "soaked", "quiet", "fresh"]


def test_an_older_version_is_received_but_not_what_soaked() -> None:
    decision = soaked_story().gate("8.4")
    assert told(decision, "received") == "met hasNewer"
    assert told(decision, "soaked") == "notMet otherInSoak"
    assert decision.decision is Answer.CLOSED


def test_a_patch_that_lto_skipped_is_received_but_not_what_soaked() -> None:
    decision = GateStory().tell(lto="8.6.0*3 8.6.2*9", prod="8.6.0*12").gate("8.6.1")
    assert told(decision, "received") == "met hasNewer"
    assert of(decision, "received").facts["version"] == "8.6.2"
    assert unmet(decision) == ["soaked"]


def test_what_only_a_stale_lto_had_leaves_the_gate_unknown() -> None:
    story = soaked_story()
    assert story.gate("8.6.0", later=HOUR).decision is Answer.OPEN
    story.tell(prod="8.5*4")
    decision = story.gate("8.6.0")
    assert decision.decision is Answer.UNKNOWN
    assert unmet(decision) == ["fresh"]
    assert told(decision, "received") == "met hasIt"  # as it was last seen: its age is told


def test_a_reading_that_is_dated_tomorrow_says_nothing_about_now() -> None:
    story = soaked_story()
    assert story.gate("8.6.0", later=-timedelta(seconds=30)).decision is Answer.OPEN
    decision = story.gate("8.6.0", later=-2 * HOUR)
    assert told(decision, "fresh") == "unknown yetToCome"
    assert decision.decision is not Answer.OPEN


def test_a_stale_prod_may_have_it_by_now() -> None:
    decision = soaked_story().tell(lto="8.6*4").gate("8.6.0")
    assert unmet(decision) == ["first"]
    assert told(decision, "first") == "unknown stale"


@pytest.mark.parametrize("zone", ["Europe/Amsterdam", "America/Caracas", "Asia/Kathmandu"])
def test_the_clock_may_be_in_any_time_zone(zone: str) -> None:
    story = soaked_story()
    question = GateQuestion(PRESENTEREN, "8.6.0", "prod")
    there = decide(question, story.facts(), story.now.astimezone(ZoneInfo(zone)))
    assert there == story.gate("8.6.0")


def test_a_target_that_left_the_catalogue_leaves_the_gate_unknown() -> None:
    story = soaked_story()
    for gone in ("lto", "prod"):
        rest = [one for one in ("lto", "pre", "prod") if one != gone]
        less = replace(story, landscape=watched(HOUR, environments=rest))
        decision = less.gate("8.6.0")
        assert decision.decision is Answer.UNKNOWN
        assert "notWatched" in {one.kind for one in decision.criteria}


def test_an_override_keeps_what_stood_against_it_and_changes_no_answer() -> None:
    story = GateStory().tell(lto="8.5*3 8.6*20", prod="8.5*23")
    before = story.gate("8.6.0")
    made = override(before, "R. Manager", "agreed in the release board", story.now)
    assert made.decision is Answer.CLOSED
    assert made.objections == (CriterionName.SOAKED,)
    assert story.gate("8.6.0") == before
    assert not has_moved(made, before)


def test_an_override_is_known_to_be_of_other_facts_when_they_change() -> None:
    story = GateStory().tell(lto="8.5*3 8.6*20", prod="8.5*23")
    made = override(story.gate("8.6.0"), "R. Manager", "agreed", story.now)
    worse = story.tell(lto="8.6*2 mute*3", prod="8.5*5").gate("8.6.0")
    assert worse.decision is Answer.CLOSED
    assert unmet(worse) == ["soaked", "fresh"]
    assert has_moved(made, worse)
    better = story.tell(lto="8.6*52", prod="8.5*52").gate("8.6.0")
    assert better.decision is Answer.OPEN
    assert has_moved(made, better)


WORDS = st.sampled_from(
    (
        "8.5",
        "8.6",
        "8.6/a",
        "8.7",
        "banana",
        "ok",
        "404",
        "403",
        "429",
        "fail",
        "mute",
        "maint",
        "-",
    )
)
ROWS = st.lists(st.tuples(WORDS, st.integers(1, 60)), min_size=1, max_size=5)


def spelled(row: list[tuple[str, int]]) -> str:
    return " ".join(f"{word}*{times}" for word, times in row)


@st.composite
def stories(draw: st.DrawFn) -> GateStory:
    story = GateStory(drifts=False)
    story.tell(lto=spelled([("8.5", 3), *draw(ROWS)]), prod=spelled(draw(ROWS)))
    if draw(st.booleans()):
        story.tell(lto="8.6*55", prod="8.5*55")
    return story


@given(story=stories(), asked=st.sampled_from(("8.5", "8.6.0", "8.7", "9")))
@quickly
def test_an_open_gate_rests_on_readings_that_are_there(story: GateStory, asked: str) -> None:
    decision = story.gate(asked)
    outcome = {one.outcome for one in decision.criteria}
    if CriterionOutcome.NOT_MET in outcome:
        assert decision.decision is Answer.CLOSED
    elif CriterionOutcome.UNKNOWN in outcome:
        assert decision.decision is Answer.UNKNOWN
    else:
        assert decision.decision is Answer.OPEN
        lto, prod = (story.standings[one] for one in sorted(story.standings))
        assert lto.readings.current
        assert lto.readings.settled
        assert prod.readings.current
        assert story.now - lto.readings.current.last < 3 * HOUR
        assert lto.readings.current.seen.version
        assert lto.soak.running_since or lto.soak.ran


@given(story=stories(), asked=st.sampled_from(("8.5", "8.6.0", "8.7")), data=st.data())
@quickly
def test_the_gate_never_opens_for_lack_of_data(
    story: GateStory, asked: str, data: st.DataObject
) -> None:
    question, facts = GateQuestion(PRESENTEREN, asked, "prod"), story.facts()
    for gone in ("lto", "prod"):
        rest = {name: one for name, one in facts.standings.items() if name != gone}
        for runs in ({}, facts.runs):
            less = replace(facts, standings=rest, runs=runs)
            assert decide(question, less, story.now).decision is not Answer.OPEN
    stale = 3 * HOUR + data.draw(st.floats(0, 5000)) * HOUR
    assert decide(question, facts, story.now + stale).decision is not Answer.OPEN
    without = decide(question, replace(facts, runs={}), story.now)
    if told(without, "first").startswith("met"):
        assert told(decide(question, facts, story.now), "first").startswith("met")


@given(story=stories(), asked=st.sampled_from(("8.5", "8.6.0")), who=st.text(), why=st.text())
@quickly
def test_an_override_never_changes_the_computed_answer(
    story: GateStory, asked: str, who: str, why: str
) -> None:
    decision = story.gate(asked)
    made = override(decision, who, why, story.now + DAY)
    assert story.gate(asked) == decision
    assert (made.question, made.decision) == (decision.question, decision.decision)
    assert list(made.objections) == unmet(decision)
    assert (made.objections == ()) == (decision.decision is Answer.OPEN)
    assert not has_moved(made, decision)
