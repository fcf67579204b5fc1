"""How long LTO was up on one version: what runs the clock, what stops it, what sets it back."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.health import State
from monitor.domain.landscape import CheckId, Policy
from monitor.domain.observation import Observation
from monitor.domain.sighting import Mood
from monitor.domain.soak import Break, SoakClock, soaked, soaked_at
from monitor.domain.standing import TargetStanding, conclude, soak_at, take_back
from tests.building import HEALTH, MINUTE, NOON, PROD, plan
from tests.unit.answers import WORDS, answer, answers, quickly

PLAN = plan(PROD)
OPENAPI = CheckId(PROD, "openapi_document")


def at(minute: float) -> datetime:
    return NOON + minute * MINUTE


def end(seen: Iterable[Observation], before: TargetStanding | None = None) -> TargetStanding:
    for one in seen:
        before = conclude(before, one, PLAN, Policy()).standing
    assert before
    return before


def clock_after(row: str) -> tuple[SoakClock, datetime]:
    """After a row of answers, one a minute; and the moment of the last."""
    return end(answers(row, OPENAPI)).soak, at(len(row.split()) - 1)


def ran(row: str) -> float:
    """Minutes on the clock."""
    return soaked(*clock_after(row)) / MINUTE


@pytest.mark.parametrize(
    ("row", "minutes"),
    [
        ("8.5", 0),
        ("8.5 8.5", 0),  # settled: from here on it is known
        ("8.5 8.5 8.5 8.5", 2),
        ("8.5 8.5 8.5 fail 8.5", 3),  # one failure is no outage
        ("8.5 8.5 8.5 v8.5.0 8.5.0+b7", 3),  # one version, written differently
        ("8.5 8.5 8.5 maint maint maint 8.5 8.5", 3),  # stopped, not set back
        ("8.5 8.5 8.5 429 429 8.5 8.5", 3),
        ("8.5 8.5 8.5 fail fail 8.5 8.5 8.5", 1),
        ("8.5 8.5 8.5 404 404 8.5 8.5 8.5 8.5", 1),
        ("8.5 8.5 8.5 8.6 8.6 8.6", 1),
        ("8.5 8.5 8.5 8.6 8.6 8.7 8.7", 0),  # changed again during the soak
        ("8.5 8.5 8.5 8.6 8.6 8.5 8.5", 0),  # mixed: nothing is settled
        ("8.5 8.5 8.5 8.6", 2),  # not settled yet: stopped
        ("fail fail ok ok 8.5 8.5 8.5", 1),
        ("ok ok ok", 1),  # it tells no version, and is up all the same
    ],
)
def test_the_clock(row: str, minutes: float) -> None:
    assert ran(row) == minutes


@pytest.mark.parametrize(
    ("row", "reason", "minute"),
    [
        ("8.5 8.5 8.5 fail fail fail 8.5", Break.DOWN, 4),
        ("8.5 8.5 8.5 404 404 404", Break.ABSENT, 4),
        ("8.5 8.5 8.5 8.6 8.5 8.5", Break.MIXED, 4),
        ("8.5 8.5 8.5 8.6 8.6 8.6", Break.VERSION, 4),
    ],
)
def test_it_says_what_set_it_back_and_when(row: str, reason: Break, minute: int) -> None:
    clock, _ = clock_after(row)
    assert (clock.reason, clock.broken_at) == (reason, at(minute))


def test_nothing_set_back_the_clock_of_the_first_version_ever() -> None:
    clock, _ = clock_after("fail fail 8.5 8.5 8.5")
    assert (clock.version, clock.reason, clock.broken_at) == ("8.5", None, None)


def test_an_outage_one_minute_before_the_soak_ends_costs_all_of_it() -> None:
    clock, now = clock_after("8.5 " * 241)
    assert soaked_at(clock, timedelta(hours=4)) == now + MINUTE
    clock, now = clock_after("8.5 " * 241 + "fail fail")
    assert soaked(clock, now) == timedelta()
    assert soaked_at(clock, timedelta(hours=4)) is None


def test_silence_stops_the_clock_at_the_moment_from_which_nothing_was_known() -> None:
    standing = end(answers("8.5 " * 11, OPENAPI))  # from minute 1, and the last in minute 10
    assert soaked(soak_at(standing, PLAN, at(12.9)), at(12.9)) == 11.9 * MINUTE
    assert soaked(soak_at(standing, PLAN, at(60)), at(60)) == 12 * MINUTE
    again = end(answers("8.5 8.5", OPENAPI, at(60)), standing)
    assert soaked(again.soak, at(61)) == 13 * MINUTE


def test_a_silent_check_stops_it_also_behind_another_that_is_slow() -> None:
    standing = end([*answers("8.5 8.5 8.5", OPENAPI), answer("ok", HEALTH, at(2))])
    standing = end(answers("slow " * 7, HEALTH, at(3)), standing)
    assert standing.state is State.DEGRADED
    assert soaked(soak_at(standing, PLAN, at(9)), at(9)) == 4 * MINUTE  # from 1 until 5


def test_slow_is_up() -> None:
    standing = end([*answers("8.5 8.5", OPENAPI), *answers("slow slow slow", HEALTH)])
    assert standing.state is State.DEGRADED
    assert standing.soak.running_since == at(1)


def test_one_check_in_maintenance_stops_it_also_where_another_is_slow() -> None:
    seen = [*answers("8.5 8.5", OPENAPI), *answers("slow slow slow", HEALTH)]
    standing = end([*seen, answer("maint", OPENAPI, at(2.5))])
    assert standing.state is State.DEGRADED
    assert standing.soak.running_since is None


def test_a_memory_of_before_there_were_clocks_begins_one_at_its_next_answer() -> None:
    standing = replace(end(answers("8.5 8.5 8.5", OPENAPI)), soak=SoakClock())
    assert end([answer("8.5", OPENAPI, at(3))], standing).soak.running_since == at(3)


def test_what_our_own_network_broke_is_given_back() -> None:
    standing = end(answers("8.5 8.5 8.5 8.5 mute mute", OPENAPI))
    assert standing.soak.reason is Break.DOWN
    restored = take_back(standing, PLAN, at(5), at(3), "isolated").standing
    assert (restored.state, restored.soak.reason) == (State.UNKNOWN, None)
    assert soaked(restored.soak, at(9)) == 4 * MINUTE


def test_what_went_down_before_our_network_did_stays_broken() -> None:
    standing = end(answers("8.5 8.5 8.5 8.5 mute mute mute mute mute", OPENAPI))
    taken = take_back(standing, PLAN, at(8), at(6), "isolated").standing
    assert taken.soak.reason is Break.DOWN
    assert soaked(taken.soak, at(9)) == timedelta()


STORIES = st.lists(
    st.tuples(
        st.sampled_from([OPENAPI, HEALTH]),
        st.sampled_from([*WORDS, "8.5", "8.5", "8.5", "8.6", "8.6/x"]),
        st.integers(1, 6),
    ),
    max_size=60,
)


def told(story: list[tuple[CheckId, str, int]]) -> list[Observation]:
    minute, seen = 0, []
    for check, word, pause in story:
        minute += pause
        seen.append(answer(word, check, at(minute)))
    return seen


@quickly
@given(STORIES)
def test_it_shows_the_time_in_which_all_was_well_since_the_last_break(
    story: list[tuple[CheckId, str, int]],
) -> None:
    """Counted anew, minute by minute, from the states of the checks and the readings."""
    seen = told(story)
    standing, minutes, version = None, 0, None
    for now in range(1, 400):
        moment = at(now)
        for one in (one for one in seen if one.at == moment):
            standing = conclude(standing, one, PLAN, Policy()).standing
        if standing is None:
            continue
        settled, mood = standing.readings.settled, standing.readings.mood
        states = {
            State.UNKNOWN if moment - check.last_at >= 3 * MINUTE else check.state
            for check in standing.checks.values()
            if check.last_at
        }
        clock = soak_at(standing, PLAN, moment)
        served = mood is Mood.SETTLED and settled is not None and settled.seen.served
        well = served and bool(states) and states <= {State.UP, State.DEGRADED}
        if states & {State.DOWN, State.ABSENT} or mood is Mood.MIXED:
            minutes = 0
        if settled and mood is Mood.SETTLED and settled.seen.version != version:
            minutes, version = 0, settled.seen.version
        assert soaked(clock, moment) == minutes * MINUTE
        assert (clock.running_since is not None) == well
        minutes += well


@quickly
@given(STORIES, st.integers(0, 400))
def test_asking_changes_nothing_and_it_only_runs_with_time(
    story: list[tuple[CheckId, str, int]], later: int
) -> None:
    standing = None
    for one in told(story):
        if standing:
            soak_at(standing, PLAN, one.at)
        standing = conclude(standing, one, PLAN, Policy()).standing
    if standing and standing.last_at:
        now = standing.last_at
        first = soaked(soak_at(standing, PLAN, now), now)
        then = now + later * MINUTE
        second = soaked(soak_at(standing, PLAN, then), then)
        assert first <= second <= first + min(later, 3) * MINUTE
