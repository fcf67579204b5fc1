"""Each criterion of the gate by itself: what meets it, what does not, and what leaves it open."""

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.domain.bulletin import Phase, opened
from monitor.domain.event import Reach
from monitor.domain.finding import FindingKind
from monitor.domain.freeze import Freeze
from monitor.domain.gate import Answer, GateQuestion, decide
from monitor.domain.incident import Incident, IncidentKind, open_incident
from tests.building import MINUTE, NOON, PRESENTEREN
from tests.unit.drifting import watched
from tests.unit.gating import HOUR, GateStory, of, told, unmet

DAY = timedelta(days=1)


def after(version: str = "8.6.0", **rows: str) -> GateStory:
    story = GateStory(drifts=False).tell(**rows)
    assert story.gate(version)
    return story


def outcome(name: str, version: str = "8.6.0", **rows: str) -> str:
    return told(after(version, **rows).gate(version), name)


@pytest.mark.parametrize(
    ("lto", "then"),
    [
        ("8.5*3 8.6*2", "met hasIt"),
        ("8.5*3 v8.6.0*2", "met hasIt"),
        ("8.5*3 8.6.0+b7*2", "met hasIt"),
        ("8.5*3 8.10*2", "met hasNewer"),  # 8.10 comes after 8.9, and so after 8.6
        ("8.5*3 8.7.0-rc.1*2", "met hasNewer"),
        ("8.5*3 8.6.0-rc.1*2", "notMet hasOlder"),
        ("8.5*3", "notMet hasOlder"),
        ("8.5*3 8.6", "unknown switching"),
        ("8.6*3 8.5*2", "notMet hasOlder"),  # taken back
        ("8.5*3 8.6 8.5 8.6", "notMet mixed"),
        ("8.6*3 404*2", "notMet notServed"),
        ("8.5*3 banana*2", "unknown unordered"),
        ("ok*3", "unknown noVersion"),
        ("8.6*3 mute*2", "met hasIt"),  # as it was last seen: `fresh` tells the rest
        ("8.5*3 mute*2", "unknown down"),
        ("8.5*3 403", "unknown refused"),
        ("8.5*3 429*3", "unknown stale"),
        ("404*3 mute*2", "unknown down"),
        ("mute*3", "unknown neverRead"),
    ],
)
def test_received_is_what_lto_is_settled_on(lto: str, then: str) -> None:
    assert outcome("received", lto=lto, prod="8.5*5") == then


def test_1_10_is_newer_than_1_9() -> None:
    assert outcome("received", "1.9", lto="1.10*2", prod="1.8*2") == "met hasNewer"
    assert outcome("received", "1.10", lto="1.9*2", prod="1.8*2") == "notMet hasOlder"


def test_what_cannot_be_ordered_is_received_as_its_own_text_only() -> None:
    assert outcome("received", "banana", lto="8.5*3 banana*2", prod="8.5*5") == "met hasIt"
    assert outcome("received", "banana", lto="banana*3 8.5*2", prod="8.5*5") == "unknown unordered"


def test_a_whole_new_line_that_tells_no_version_is_received_when_lto_serves_it() -> None:
    story = after("8", lto="ok*122", prod="404*122")
    decision = story.gate("8")
    assert told(decision, "received") == "met servesLine"
    assert decision.decision is Answer.OPEN
    assert outcome("received", "8", lto="ok*3", prod="ok*3") == "unknown noVersion"
    assert outcome("received", "8", lto="ok*3", prod="mute*3") == "unknown noVersion"
    assert outcome("received", "8", lto="ok*5", prod="ok*3 404*2") == "unknown noVersion"


@pytest.mark.parametrize(
    ("lto", "prod", "then"),
    [
        ("8.6*9", "8.5*9", "met notYet"),
        ("8.6*9", "8.7*9", "met notYet"),  # it has another one: not this one
        ("8.6*9", "404*9", "met lineNotYet"),
        ("8.6*9", "ok*9", "unknown noVersion"),
        ("8.6*9", "mute*9", "unknown neverRead"),
        ("8.6*9", "8.5*6 mute*3", "unknown down"),
        ("8.6*9", "8.5*6 429*3", "unknown stale"),
        ("8.5*3 8.6*6", "8.5*5 8.6*4", "met inOrder"),
        ("8.6*9", "8.5*5 8.6*4", "met inOrder"),  # LTO had it when we first looked
        ("8.5*3 8.6*6", "8.5*5 8.6*2 mute*2", "met inOrder"),  # that remains true
        ("8.5*3 8.6.2*6", "8.5*5 8.6.0*4", "met inOrder"),  # skipped on LTO: it had a newer one
        ("8.5*3 8.6*2 8.5*4", "8.5*6 8.6*3", "met inOrder"),  # taken back there since
        ("8.5*3 8.6*6", "8.5*4 8.6 8.5 8.6*3", "met inOrder"),  # on some of its nodes before
        ("8.5*9", "8.5*5 8.6*4", "notMet orderBroken"),
        ("8.5*7 8.6*2", "8.5*3 8.6*6", "notMet orderBroken"),  # it stays so when LTO catches up
        ("8.5*7 8.6*2", "8.6*9", "notMet orderBroken"),
        ("404*9", "404*5 8.6*4", "notMet orderBroken"),
        ("8.5*9", "8.5*8 8.6", "unknown orderUnknown"),  # LTO was not seen to get it
        ("8.5*3 8.6*6", "8.5*3 8.6*6", "unknown together"),
        ("8.6*9", "8.6*9", "unknown orderUnknown"),
        ("8.5*3 8.6*6", "8.6*9", "notMet orderBroken"),
        ("mute*9", "8.5*5 8.6*4", "unknown orderUnknown"),
        ("8.5*3 mute*6", "8.5*5 8.6*4", "unknown orderUnknown"),
        ("8.5*3 mute*3 8.6*3", "8.5*5 8.6*4", "unknown together"),
        ("8.5*3 mute*3 8.5*3", "8.5*5 8.6*4", "notMet orderBroken"),
    ],
)
def test_first_is_what_lto_certainly_had_before(lto: str, prod: str, then: str) -> None:
    assert outcome("first", lto=lto, prod=prod) == then


def test_rolled_back_and_forth_the_newest_arrival_counts() -> None:
    broken = after(lto="8.5*9", prod="8.5*3 8.6*6")
    assert told(broken.gate("8.6.0"), "first") == "notMet orderBroken"
    back = broken.tell(lto="8.6*6", prod="8.5*6")
    assert told(back.gate("8.6.0"), "first") == "met notYet"
    forth = back.tell(lto="8.6*3", prod="8.6*3")
    assert told(forth.gate("8.6.0"), "first") == "met inOrder"


def test_what_some_nodes_of_prod_have_came_when_the_first_of_them_had_it() -> None:
    found = of(after(lto="8.5*3 8.6*6", prod="8.5*5 8.6 8.5 8.6").gate("8.6.0"), "first")
    assert found.kind == "inOrder"
    assert found.facts["by"] == NOON + 5.6 * HOUR


def soak(version: str, lto: str, prod: str) -> str:
    return outcome("soaked", version, lto=lto, prod=prod)


@pytest.mark.parametrize(
    ("step", "version", "hours"),
    [("8.5.0", "9.0.0", 120), ("8.5.0", "8.6.0", 48), ("8.5.0", "8.5.1", 4)],
)
def test_the_soak_lasts_as_long_as_the_change_is_wide(step: str, version: str, hours: int) -> None:
    # two readings settle it, and the clock runs from the second
    less, enough = f"{step}*3 {version}*{hours + 1}", f"{step}*3 {version}*{hours + 2}"
    assert soak(version, less, f"{step}*{hours + 4}") == "notMet soaking"
    assert soak(version, enough, f"{step}*{hours + 5}") == "met soaked"


def test_the_widest_step_that_is_known_counts() -> None:
    patches = "8.5.0*3 8.6.0*3 8.6.1*20"  # a patch to LTO, and a Y version to PROD
    needed = of(after("8.6.1", lto=patches, prod="8.5.0*26").gate("8.6.1"), "soaked").facts[
        "needed"
    ]
    assert needed == 2 * DAY
    level = after("8.6.1", lto=patches, prod="8.5.0*20 8.6.1*6")
    assert of(level.gate("8.6.1"), "soaked").facts["needed"] == timedelta(hours=4)
    behind = after("8.6.1", lto="8.5.0*3 8.6.1*20", prod="8.5.0*3 8.6.0*20")
    assert of(behind.gate("8.6.1"), "soaked").facts["needed"] == 2 * DAY


def test_where_nothing_was_before_the_soak_is_that_of_a_new_line() -> None:
    for prod in ("404*9", "mute*9", "8.6*9"):
        decision = after(lto="8.6*9", prod=prod).gate("8.6.0")
        assert of(decision, "soaked").facts["needed"] == 5 * DAY
    story = after("8.0.0", lto="404*3 8.0.0*121", prod="404*124")
    assert told(story.gate("8.0.0"), "soaked") == "notMet soaking"
    assert story.tell(lto="8.0.0", prod="404").gate("8.0.0").decision is Answer.OPEN


def test_maintenance_in_the_middle_of_the_soak_stops_the_clock() -> None:
    before = "8.5.0*3 8.5.1*4"
    assert soak("8.5.1", f"{before} maint*5 8.5.1*1", "8.5.0*13") == "notMet soaking"
    assert soak("8.5.1", f"{before} maint*5 8.5.1*2", "8.5.0*14") == "met soaked"
    assert soak("8.5.1", f"{before} 429*2 8.5.1*1", "8.5.0*10") == "notMet soaking"
    assert soak("8.5.1", f"{before} 429*2 8.5.1*2", "8.5.0*11") == "met soaked"


def test_a_clock_that_stands_still_tells_no_end() -> None:
    story = after("8.5.1", lto="8.5.0*3 8.5.1*4 maint*2", prod="8.5.0*9")
    found = of(story.gate("8.5.1"), "soaked")
    assert found.kind == "soakStopped"
    assert "doneAt" not in found.facts
    running = after("8.5.1", lto="8.5.0*3 8.5.1*4", prod="8.5.0*7")
    assert of(running.gate("8.5.1"), "soaked").facts["doneAt"] == NOON + 8 * HOUR


def test_an_outage_one_minute_before_the_soak_ends_sets_the_clock_back() -> None:
    story = GateStory(watched(MINUTE), drifts=False)
    story.tell(lto="8.5.0*3 8.5.1*240", prod="8.5.0*243")
    assert of(story.gate("8.5.1"), "soaked").facts["ran"] == 238.6 * MINUTE
    assert told(story.gate("8.5.1"), "soaked") == "notMet soaking"
    story.tell(lto="fail*2 8.5.1*10", prod="8.5.0*12")
    found = of(story.gate("8.5.1"), "soaked")
    assert found.facts["brokenBy"] == "down"
    assert found.facts["ran"] == 8.6 * MINUTE
    assert unmet(story.gate("8.5.1")) == ["soaked"]


def test_a_version_that_changed_again_during_the_soak_begins_anew() -> None:
    story = after("8.5.2", lto="8.5.0*3 8.5.1*9 8.5.2*3", prod="8.5.0*15")
    assert told(story.gate("8.5.2"), "soaked") == "notMet soaking"
    assert of(story.gate("8.5.2"), "soaked").facts["brokenBy"] == "version"
    assert told(story.gate("8.5.1"), "soaked") == "notMet otherInSoak"


def test_silence_does_not_soak() -> None:
    story = after("8.5.1", lto="8.5.0*3 8.5.1*2", prod="8.5.0*5")
    late = story.gate("8.5.1", later=100 * HOUR)
    assert told(late, "soaked") == "notMet soakStopped"
    assert of(late, "soaked").facts["ran"] == 3 * HOUR  # until the last answer was too old


def test_a_standing_that_never_ran_a_clock_has_soaked_nothing() -> None:
    story = after(lto="8.6*200", prod="8.5*200")
    facts = story.facts()
    old = replace(facts.standings["lto"], soak=type(facts.standings["lto"].soak)())
    facts = replace(facts, standings={**facts.standings, "lto": old})
    decision = decide(GateQuestion(PRESENTEREN, "8.6.0", "prod"), facts, story.now)
    assert told(decision, "soaked") == "notMet soakStopped"


def quiet(story: GateStory, version: str = "8.6.0") -> str:
    return told(story.gate(version), "quiet")


def test_a_line_with_which_nothing_is_the_matter_is_quiet() -> None:
    assert quiet(GateStory().tell(lto="8.5/a*3 8.6/b*6", prod="8.5/a*9")) == "met quiet"


def test_the_same_version_with_another_contract_is_not_quiet() -> None:
    story = GateStory().tell(lto="8.6/a*9", prod="8.6/b*9")
    found = of(story.gate("8.6.0"), "quiet")
    assert found.facts["kinds"] == ("contract-differs",)
    assert found.facts["findings"] == tuple(
        one.id for one in story.open if one.kind is FindingKind.CONTRACT_DIFFERS
    )


def test_a_contract_that_differs_elsewhere_is_not_at_lto() -> None:
    story = GateStory().tell(lto="8.7/a*9", pre="8.6/a*9", prod="8.6/b*9")
    assert FindingKind.CONTRACT_DIFFERS in {one.kind for one in story.open}
    assert quiet(story, "8.7.0") == "met quiet"


def test_a_silent_change_of_the_contract_is_not_quiet() -> None:
    story = GateStory().tell(lto="8.6/a*5 8.6/b*3", prod="8.5/a*8")
    assert of(story.gate("8.6.0"), "quiet").facts["kinds"] == ("contract-changed",)


def test_a_version_that_was_rolled_back_is_not_quiet_for_a_day() -> None:
    story = GateStory().tell(lto="8.5*3 8.6*3 8.5*3", prod="8.5*9")
    assert of(story.gate("8.5.0"), "quiet").facts["kinds"] == ("rolled-back",)
    assert quiet(story.tell(lto="8.5*24", prod="8.5*24"), "8.5.0") == "met quiet"


def test_two_versions_behind_a_load_balancer_for_two_hours_close_the_gate() -> None:
    story = GateStory(watched(10 * MINUTE))
    decision = story.tell(lto=" ".join(["8.5*3", *["8.6 8.5"] * 7]), prod="8.5*17").gate("8.6.0")
    assert decision.decision is Answer.CLOSED
    assert told(decision, "received") == "notMet mixed"
    assert of(decision, "quiet").facts["kinds"] == ("mixed",)


def test_lag_is_no_trouble_but_the_course_of_a_rollout() -> None:
    story = GateStory().tell(lto="8.5*3 8.6*90", prod="8.5*93")
    assert {one.kind for one in story.open} == {FindingKind.LAG}
    assert quiet(story) == "met quiet"


def incident(kind: IncidentKind, subject: str) -> Incident:
    return open_incident(kind, subject, NOON, "answered 500")


@pytest.mark.parametrize(
    ("kind", "subject", "then"),
    [
        (IncidentKind.TARGET, "presenteren/v8@lto", "notMet trouble"),
        (IncidentKind.ENVIRONMENT, "lto", "notMet trouble"),
        (IncidentKind.TARGET, "presenteren/v8@prod", "met quiet"),
        (IncidentKind.TARGET, "stam/5@lto", "met quiet"),
        (IncidentKind.ENVIRONMENT, "prod", "met quiet"),
        (IncidentKind.ISOLATED, "monitor", "unknown isolated"),
    ],
)
def test_an_open_incident_at_lto_is_not_quiet(kind: IncidentKind, subject: str, then: str) -> None:
    story = after(lto="8.5*3 8.6*6", prod="8.5*9")
    found = incident(kind, subject)
    assert told(story.gate("8.6.0", incidents=[found]), "quiet") == then
    over = replace(found, resolved_at=NOON + HOUR)
    assert told(story.gate("8.6.0", incidents=[over]), "quiet") == "met quiet"


@pytest.mark.parametrize(
    ("about", "then"),
    [
        (Reach(), "notMet trouble"),  # about everything
        (Reach(lines=(PRESENTEREN,)), "notMet trouble"),
        (Reach(environments=("lto",), interfaces=("presenteren",)), "notMet trouble"),
        (Reach(environments=("prod",), lines=(PRESENTEREN,)), "met quiet"),
        (Reach(interfaces=("stam",)), "met quiet"),
    ],
)
def test_an_incident_that_an_operator_opened_on_lto_is_not_quiet(about: Reach, then: str) -> None:
    story = after(lto="8.5*3 8.6*6", prod="8.5*9")
    bulletin = opened("i", "No answers", about, Phase.INVESTIGATING, NOON)
    answer = story.gate("8.6.0", bulletins=[bulletin])
    assert told(answer, "quiet") == then
    if then != "met quiet":
        facts = of(answer, "quiet").facts
        assert (facts["bulletins"], facts["announced"]) == (("i",), ("No answers",))
    over = replace(bulletin, phase=Phase.RESOLVED, resolved_at=NOON + HOUR)
    assert told(story.gate("8.6.0", bulletins=[over]), "quiet") == "met quiet"


@pytest.mark.parametrize(
    ("lto", "later", "then"),
    [
        ("8.6*3", 0 * HOUR, "met fresh"),
        ("8.6*3", 3 * HOUR - MINUTE, "met fresh"),
        ("8.6*3", 3 * HOUR, "unknown stale"),
        ("8.6*3 fail", 0 * HOUR, "met fresh"),  # one failure is no outage
        ("8.6*3 fail*2", 0 * HOUR, "unknown down"),
        ("8.6*3 403", 0 * HOUR, "unknown refused"),
        ("8.6*3 maint*3", 0 * HOUR, "unknown stale"),
        ("404*3", 0 * HOUR, "met fresh"),  # absent is a reading like any other
        ("fail*3", 0 * HOUR, "unknown neverRead"),
    ],
)
def test_fresh_is_a_reading_younger_than_three_intervals(
    lto: str, later: timedelta, then: str
) -> None:
    story = after(lto=lto)
    assert told(story.gate("8.6.0", later=later), "fresh") == then


def freeze(**changed: object) -> Freeze:
    whole = Freeze(id="f", starts_at=NOON, ends_at=NOON + DAY, reason="the year ends")
    return replace(whole, **changed)  # type: ignore[arg-type]  # names of fields, each with its own type


@pytest.mark.parametrize(
    ("changed", "then"),
    [
        ({}, "notMet frozen"),
        ({"environments": ("prod",)}, "notMet frozen"),
        ({"environments": ("lto",)}, "met notFrozen"),
        ({"interfaces": ("presenteren",)}, "notMet frozen"),
        ({"interfaces": ("stam",)}, "met notFrozen"),
        ({"starts_at": NOON + 10 * HOUR}, "met notFrozen"),
        ({"ends_at": NOON + HOUR}, "met notFrozen"),
        ({"rrule": "FREQ=NEVER"}, "unknown freezeUnclear"),
    ],
)
def test_a_freeze_that_covers_now_closes_the_gate(changed: dict[str, object], then: str) -> None:
    story = after(lto="8.5*3 8.6*6", prod="8.5*9")
    assert told(story.gate("8.6.0", freezes=[freeze(**changed)]), "notFrozen") == then


def test_a_freeze_tells_until_when_and_the_next_one_from_when() -> None:
    story = after(lto="8.5*3 8.6*6", prod="8.5*9")
    now = of(story.gate("8.6.0", freezes=[freeze()]), "notFrozen")
    assert (now.facts["until"], now.facts["why"]) == (NOON + DAY, "the year ends")
    coming = freeze(starts_at=NOON + 20 * HOUR)
    later = freeze(starts_at=NOON + 22 * HOUR)
    then = of(story.gate("8.6.0", freezes=[later, coming]), "notFrozen")
    assert then.facts["nextAt"] == NOON + 20 * HOUR


def test_a_freeze_that_is_unclear_hides_none_that_is_not() -> None:
    story = after(lto="8.5*3 8.6*6", prod="8.5*9")
    freezes = [freeze(rrule="FREQ=NEVER"), freeze()]
    assert told(story.gate("8.6.0", freezes=freezes), "notFrozen") == "notMet frozen"
