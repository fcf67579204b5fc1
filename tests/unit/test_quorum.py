"""What several locations together say: of a check, of a target, and of each other."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.event import EventType
from monitor.domain.health import BADNESS, State
from monitor.domain.incident import IncidentKind
from monitor.domain.landscape import CheckId, Landscape, Policy, Probe, TargetId, TargetPlan
from monitor.domain.location import sights, silences, tidings_of
from monitor.domain.observation import Observation
from monitor.domain.quorum import TROUBLE, agreed, listed, most_of
from monitor.domain.sighting import Mood
from monitor.domain.soak import soaked
from monitor.domain.standing import Conclusion, TargetStanding, conclude, soak_at, state_at
from tests.building import MINUTE, NOON, PROD, landscape, plan
from tests.unit.answers import WORDS, answer, quickly
from tests.unit.histories import History

PLACES = ("internet", "lab", "pkio")
STATES = st.sampled_from([state for state in State if state is not State.NOT_CONFIGURED])
voices = st.lists(STATES, min_size=1, max_size=5)


def spread(one: TargetPlan, *places: str, quorum: int) -> TargetPlan:
    """The same target, each of its checks asked from all of these places."""
    probes = [
        replace(probe, id=CheckId(one.id, f"{probe.id.name}~{place}"), quorum=quorum)
        for probe in one.probes
        for place in places
    ]
    return replace(one, probes=tuple(probes))


BOTH = spread(plan(PROD), "internet", "pkio", quorum=2)


def at(minute: float) -> datetime:
    return NOON + minute * MINUTE


def said(minute: float, check: str = "health", **words: str) -> list[Observation]:
    """What each place saw in one minute."""
    return [
        answer(word, CheckId(PROD, f"{check}~{place}"), at(minute)) for place, word in words.items()
    ]


def story(seen: Sequence[Observation], watched: TargetPlan = BOTH) -> list[Conclusion]:
    told: list[Conclusion] = []
    for one in seen:
        before = told[-1].standing if told else None
        told.append(conclude(before, one, watched, Policy()))
    return told


def end(*seen: list[Observation], watched: TargetPlan = BOTH) -> TargetStanding:
    return story([one for some in seen for one in some], watched)[-1].standing


# what locations agree on


@quickly
@given(voices, st.integers(1, 5))
def test_fewer_than_the_quorum_never_make_it_down(said_: list[State], quorum: int) -> None:
    if said_.count(State.DOWN) < quorum:
        assert agreed(said_, quorum) is not State.DOWN
    else:
        assert agreed(said_, quorum) is State.DOWN


@quickly
@given(voices, st.integers(1, 5), st.randoms(use_true_random=False))
def test_it_does_not_matter_who_says_what(said_: list[State], quorum: int, dice: object) -> None:
    mixed = list(said_)
    dice.shuffle(mixed)  # type: ignore[attr-defined]  # hypothesis gives a Random
    assert agreed(mixed, quorum) is agreed(said_, quorum)


@quickly
@given(voices, st.integers(1, 5))
def test_one_more_that_knows_nothing_changes_nothing(said_: list[State], quorum: int) -> None:
    assert agreed([*said_, State.UNKNOWN], quorum) is agreed(said_, quorum)


@quickly
@given(voices)
def test_where_one_is_enough_the_worst_of_what_is_known_counts(said_: list[State]) -> None:
    known = [state for state in said_ if state is not State.UNKNOWN]
    worst = max(known, key=BADNESS.__getitem__, default=State.UNKNOWN)
    assert agreed(said_, 1) is worst


@quickly
@given(voices, st.integers(1, 5))
def test_trouble_that_is_not_agreed_on_is_neither_health_nor_outage(
    said_: list[State], quorum: int
) -> None:
    troubled = [state for state in said_ if state in TROUBLE]
    if 0 < len(troubled) < quorum:
        assert agreed(said_, quorum) in {State.DEGRADED, State.UNKNOWN}


@pytest.mark.parametrize(("places", "quorum"), [(1, 1), (2, 2), (3, 2), (4, 3), (5, 3)])
def test_without_a_quorum_most_must_agree(places: int, quorum: int) -> None:
    assert most_of(places) == quorum


# a target seen from two places


def test_down_from_one_place_of_two_is_no_outage_and_says_from_where() -> None:
    dispute = [one for minute in range(1, 4) for one in said(minute, internet="ok", pkio="mute")]
    told = story([*said(0, internet="ok", pkio="ok"), *dispute])
    standing = told[-1].standing
    assert standing.state is State.DEGRADED
    assert standing.reason == "from pkio only: connection refused"
    assert standing.apart == ("pkio",)
    notices = [event for one in told for event in one.events]
    assert [(one.type, one.facts["locations"]) for one in notices] == [
        (EventType.NOTICE_LOCATION_DOWN, "pkio")
    ]


def test_down_from_both_is_down_and_names_both() -> None:
    standing = end(*[said(minute, internet="fail", pkio="mute") for minute in range(2)])
    assert standing.state is State.DOWN
    assert standing.reason == "from internet and pkio: answered 500"
    assert standing.apart == ()


def test_each_place_confirms_by_itself() -> None:
    mixed_failures = end(said(0, internet="ok", pkio="ok"), said(1, internet="fail", pkio="mute"))
    assert mixed_failures.state is State.UP


def test_a_silent_place_makes_neither_an_outage_nor_an_unknown() -> None:
    spoken = [said(minute, internet="ok") for minute in range(1, 9)]
    standing = end(said(0, internet="ok", pkio="ok"), *spoken)
    assert standing.state is State.UP


def test_a_silent_place_does_not_vote_with_the_one_that_sees_it_down() -> None:
    spoken = [said(minute, internet="mute") for minute in range(1, 9)]
    standing = end(said(0, internet="ok", pkio="ok"), *spoken)
    assert standing.state is State.UNKNOWN
    assert standing.reason == "from internet: connection refused"


def test_what_one_place_saw_down_stays_so_when_the_other_falls_silent() -> None:
    """Silence of ours must not turn a dispute into an outage."""
    both = [said(minute, internet="ok", pkio="mute") for minute in range(3)]
    standing = end(*both, *[said(minute, pkio="mute") for minute in range(3, 9)])
    assert standing.state is State.UNKNOWN


def test_all_places_silent_is_unknown_by_time_alone() -> None:
    standing = end(said(0, internet="ok"), said(1, pkio="ok"))
    span = state_at(standing, BOTH, at(10))
    assert span
    assert (span.state, span.since) == (State.UNKNOWN, at(4))


def test_two_places_that_read_two_versions_are_two_nodes() -> None:
    rounds_ = [said(m, "openapi_document", internet="8.1", pkio="8.2") for m in range(4)]
    assert end(*rounds_).readings.mood is Mood.MIXED


def test_a_version_read_anywhere_is_the_checks_reading() -> None:
    readings = end(said(0, "openapi_document", internet="8.1", pkio="8.1")).readings
    assert readings.mood is Mood.SETTLED
    assert readings.source == "openapi_document"


def test_the_soak_goes_on_while_one_place_is_silent_and_stops_with_the_last() -> None:
    one = [said(minute, "openapi_document", internet="8.1") for minute in range(1, 11)]
    standing = end(said(0, "openapi_document", internet="8.1", pkio="8.1"), *one)
    assert soaked(soak_at(standing, BOTH, at(10)), at(10)) == timedelta(minutes=10)
    later = soak_at(standing, BOTH, at(60))
    assert soaked(later, at(60)) == timedelta(minutes=13)


@quickly
@given(
    st.lists(st.tuples(st.sampled_from(PLACES), st.sampled_from(sorted(WORDS))), max_size=12),
    st.integers(1, 3),
)
def test_no_course_makes_an_outage_without_a_quorum(
    course: list[tuple[str, str]], quorum: int
) -> None:
    """Down only while that many places see it down by their own two failures in a row."""
    watched = spread(plan(PROD), *PLACES, quorum=quorum)
    seen = [
        answer(word, CheckId(PROD, f"health~{place}"), at(index / 4))
        for index, (place, word) in enumerate(course)
    ]
    for one in story(seen, watched):
        down = [check for check in one.standing.checks.values() if check.state is State.DOWN]
        assert (one.standing.state is State.DOWN) is (len(down) >= quorum)


# how it looks from each


def test_each_place_has_a_sight_of_its_own() -> None:
    standing = end(*[said(minute, internet="ok", pkio="mute") for minute in range(3)])
    inner, outer = sights(standing, BOTH, at(2))
    assert (inner.location, inner.state, inner.since) == ("internet", State.UP, at(0))
    assert (outer.location, outer.state, outer.since) == ("pkio", State.DOWN, at(1))
    assert outer.reason == "connection refused"
    later = [(one.state, one.since) for one in sights(standing, BOTH, at(30))]
    assert later == [(State.UNKNOWN, at(5)), (State.UNKNOWN, at(5))]
    assert [one.state for one in sights(None, BOTH, at(0))] == [State.UNKNOWN] * 2


def everywhere(quorum: int = 2) -> Landscape:
    """The landscape of the other tests, asked from two places."""
    land = landscape()
    return replace(
        land,
        interfaces=tuple(
            replace(
                interface,
                lines=tuple(
                    replace(
                        line,
                        targets={
                            name: spread(one, "internet", "pkio", quorum=quorum)
                            for name, one in line.targets.items()
                        },
                    )
                    for line in interface.lines
                ),
            )
            for interface in land.interfaces
        ),
    )


LAND = everywhere()


def round_of(land: Landscape, minute: float, place: str, word: str) -> list[Observation]:
    return [answer(word, CheckId(target, f"health~{place}"), at(minute)) for target in land.targets]


def test_a_place_without_a_network_is_isolated_by_itself_and_nobody_is_down() -> None:
    history = History(LAND)
    for minute in range(6):
        history.record(round_of(LAND, minute, "internet", "ok"))
        history.record(round_of(LAND, minute, "pkio", "ok" if minute == 0 else "mute"))
    [isolated] = history.open(IncidentKind.ISOLATED)
    assert isolated.subject == "monitor:pkio"
    assert "isolated at pkio" in isolated.reason
    assert not history.of(IncidentKind.TARGET)
    assert {one.state for one in history.standings.values()} == {State.UP}
    history.record(round_of(LAND, 7, "pkio", "ok"))
    assert not history.open()


def test_isolation_at_one_place_does_not_take_back_what_others_see_down() -> None:
    land = everywhere(quorum=1)
    fallen = TargetId(PROD.line, "prod")
    history = History(land)
    for minute in range(5):
        seen = round_of(land, minute, "internet", "ok")
        history.record(
            answer("fail", one.check, one.at) if one.check.target == fallen else one for one in seen
        )
        history.record(round_of(land, minute, "pkio", "ok" if minute == 0 else "mute"))
    assert history.open(IncidentKind.ISOLATED)
    [outage] = history.of(IncidentKind.TARGET)
    assert (outage.subject, outage.resolved_at) == (str(fallen), None)


def test_who_says_nothing_for_three_intervals_while_others_speak_is_silent() -> None:
    history = History(LAND)
    history.record(round_of(LAND, 0, "pkio", "ok"))
    for minute in range(5):
        history.record(round_of(LAND, minute, "internet", "ok"))
    assert silences(LAND, history.standings, at(2.9)) == {}
    assert silences(LAND, history.standings, at(4)) == {"pkio": at(0)}
    assert silences(LAND, history.standings, at(60)) == {}, "then nobody is heard"


def test_a_silence_is_told_once_and_so_is_its_end() -> None:
    silent = {"pkio": at(0)}
    [fell] = tidings_of({}, silent, at(4))
    assert fell.type is EventType.NOTICE_LOCATION_SILENT
    assert fell.facts["location"] == "pkio"
    assert [one.key for one in tidings_of({}, silent, at(9))] == [fell.key]
    assert not [*tidings_of(silent, silent, at(5))]
    [rose] = tidings_of(silent, {}, at(6))
    assert (rose.type, rose.story) == (EventType.NOTICE_LOCATION_HEARD, fell.story)


def test_names_are_listed_as_one_says_them() -> None:
    assert listed(["pkio"]) == "pkio"
    assert listed(PLACES) == "internet, lab and pkio"


def test_a_place_is_part_of_a_checks_name() -> None:
    check = CheckId.parse("presenteren/v8@prod#health~pkio")
    assert (check.check, check.location) == ("health", "pkio")
    assert CheckId.parse("presenteren/v8@prod#health").location == ""


def test_the_probes_of_a_check_are_its_voices() -> None:
    def named(probes: tuple[Probe, ...]) -> list[str]:
        return [probe.id.name for probe in probes]

    assert named(BOTH.voices("health")) == ["health~internet", "health~pkio"]
    assert BOTH.locations == ("internet", "pkio")
    assert BOTH.rank("health") > BOTH.rank("openapi_document")
