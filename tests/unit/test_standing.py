"""What one observation comes to, for a target with two checks; and what time alone does."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.outcome import OutcomeClass
from monitor.domain.event import EventType
from monitor.domain.health import State, StateSpan
from monitor.domain.landscape import CheckId, Policy
from monitor.domain.observation import Observation
from monitor.domain.standing import Conclusion, TargetStanding, conclude, state_at
from tests.building import HEALTH, MINUTE, NOON, PROD, plan
from tests.unit.answers import WORDS, answer, answers, quickly

PLAN = plan(PROD)
OPENAPI = CheckId(PROD, "openapi_document")


def at(minute: float) -> datetime:
    return NOON + minute * MINUTE


def story(*seen: Observation) -> list[Conclusion]:
    told: list[Conclusion] = []
    for one in seen:
        before = told[-1].standing if told else None
        told.append(conclude(before, one, PLAN, Policy()))
    return told


def end(*seen: Observation) -> TargetStanding:
    return story(*seen)[-1].standing


def spans(*seen: Observation) -> list[StateSpan]:
    return [span for conclusion in story(*seen) for span in conclusion.spans]


@pytest.mark.parametrize(
    ("one", "other", "then"),
    [
        ("ok", "ok", State.UP),
        ("ok", "429", State.UNKNOWN),
        ("429", "maint", State.MAINTENANCE),
        ("maint maint", "slow slow slow", State.DEGRADED),
        ("slow slow slow", "404 404", State.ABSENT),
        ("404 404", "fail fail", State.DOWN),
    ],
)
def test_a_target_is_as_bad_as_its_worst_check(one: str, other: str, then: State) -> None:
    assert end(*answers(one, OPENAPI), *answers(other, HEALTH)).state is then
    assert end(*answers(other, OPENAPI), *answers(one, HEALTH)).state is then


def test_a_check_that_was_never_asked_does_not_count() -> None:
    assert end(answer("ok")).state is State.UP


def test_a_target_of_which_nothing_is_read_is_unknown_since_its_first_answer() -> None:
    assert spans(answer("fail")) == [StateSpan(State.UNKNOWN, NOON)]


def test_the_reason_is_that_of_the_check_that_decides() -> None:
    standing = end(answer("ok", OPENAPI), *answers("fail fail"))
    assert standing.outcome_class is OutcomeClass.FAILED
    assert standing.reason == "answered 500"


def test_every_state_that_was_entered_is_told_once_with_its_moment() -> None:
    assert spans(*answers("ok ok fail fail fail ok ok")) == [
        StateSpan(State.UP, at(0)),
        StateSpan(State.DOWN, at(3)),
        StateSpan(State.UP, at(6)),
    ]


def test_a_silence_of_three_intervals_was_unknown_in_between() -> None:
    assert spans(answer("ok"), answer("ok", at=at(10))) == [
        StateSpan(State.UP, at(0)),
        StateSpan(State.UNKNOWN, at(3)),
        StateSpan(State.UP, at(10)),
    ]


def test_a_failure_after_a_silence_does_not_leave_it_up() -> None:
    assert end(answer("ok"), answer("fail", at=at(10))).state is State.UNKNOWN


def test_an_outage_does_not_end_by_silence_and_one_success() -> None:
    row = (*answers("fail fail"), answer("ok", at=at(10)))
    assert end(*row).state is State.UNKNOWN
    assert end(*row, answer("ok", at=at(11))).state is State.UP


def test_one_silent_check_makes_the_target_unknown_while_the_other_is_fine() -> None:
    healthy = answers("ok ok ok ok ok ok")
    standing = end(answer("ok", OPENAPI), *healthy)
    assert (standing.state, standing.since) == (State.UNKNOWN, at(3))


def test_states_age_at_read_time() -> None:
    standing = end(*answers("ok ok"))
    assert state_at(standing, PLAN, at(3.9)) == StateSpan(State.UP, at(0))
    assert state_at(standing, PLAN, at(4)) == StateSpan(State.UNKNOWN, at(4))
    assert state_at(standing, PLAN, at(400)) == StateSpan(State.UNKNOWN, at(4))


def test_a_target_that_was_never_asked_has_no_state_to_age() -> None:
    assert state_at(TargetStanding(target=PROD), PLAN, NOON) is None


def test_a_check_that_broke_is_no_sign_of_life() -> None:
    standing = end(*answers("ok ours ours ours ours"))
    assert state_at(standing, PLAN, at(4)) == StateSpan(State.UNKNOWN, at(3))


def test_an_answer_that_comes_too_late_moves_nothing() -> None:
    before = end(*answers("ok ok ok"))
    late = replace(answer("fail", at=at(1)), slot=at(1) + timedelta(seconds=1))
    assert conclude(before, late, PLAN, Policy()) == Conclusion(before)


def test_two_checks_may_overtake_each_other() -> None:
    begin = answers("ok ok fail", OPENAPI)
    slow = answer("fail", HEALTH, at(1.5))
    slower = answer("fail", HEALTH, at(1.9))
    assert spans(*begin, slow, slower)[-1] == StateSpan(State.DOWN, at(2))


def test_a_check_that_left_the_catalogue_is_forgotten() -> None:
    before = end(answer("ok", OPENAPI), *answers("fail fail"))
    rest = replace(PLAN, probes=PLAN.probes[:1])
    after = conclude(before, answer("ok", OPENAPI, at(2)), rest, Policy()).standing
    assert after.state is State.UP
    assert conclude(after, answer("fail", HEALTH, at(3)), rest, Policy()) == Conclusion(after)


def test_the_first_failure_asks_for_a_quick_look() -> None:
    assert [told.recheck for told in story(*answers("ok fail fail ok fail"))] == [
        False,
        True,
        False,
        False,
        False,  # it is still down
    ]


def test_nobody_can_be_asked_again_who_reports() -> None:
    reported = replace(PLAN, probes=tuple(replace(one, asked=False) for one in PLAN.probes))
    assert not conclude(None, answer("fail"), reported, Policy()).recheck


def test_flapping_is_told_when_it_begins_and_when_it_ends_and_not_in_between() -> None:
    row = "ok fail " * 6 + "ok " * 20
    told = [event.type for told in story(*answers(row)) for event in told.events]
    assert told == [EventType.UNSTABLE_STARTED, EventType.UNSTABLE_ENDED]


def test_a_refused_key_is_told_to_the_operator_once() -> None:
    told = [event for told in story(*answers("ok 403 403 ok 403")) for event in told.events]
    assert [event.type for event in told] == [EventType.NOTICE_REFUSED] * 2
    assert told[0].facts["reason"] == "key refused"
    assert len({event.key for event in told}) == 2


@quickly
@given(
    st.lists(
        st.tuples(
            st.sampled_from([*WORDS, "1.0", "2.0"]),
            st.sampled_from([OPENAPI, HEALTH]),
            st.integers(0, 5),
        ),
        max_size=30,
    )
)
def test_the_spans_are_the_states_without_gap_or_overlap(
    row: list[tuple[str, CheckId, int]],
) -> None:
    moment, seen = NOON, []
    for word, check, pause in row:
        moment += pause * MINUTE
        seen.append(answer(word, check, moment))
    told = spans(*seen)
    if not seen:
        return
    assert told[0].since == seen[0].at
    assert all(a.since <= b.since and a.state != b.state for a, b in zip(told, told[1:]))  # noqa: B905, RUF007  short by one
    standing = end(*seen)
    assert (standing.state, standing.since) == (told[-1].state, told[-1].since)
    assert state_at(standing, PLAN, moment) == told[-1]
