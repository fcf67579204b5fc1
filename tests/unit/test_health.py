"""How a row of answers becomes a state (semantics.md, section 2)."""

from functools import reduce
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.flapping import is_flapping, unrest
from monitor.domain.health import CheckStanding, State, judge, wants_recheck
from monitor.domain.landscape import Policy
from tests.unit.answers import WORDS, answers, quickly

POLICY = Policy()
ROWS = st.lists(st.sampled_from(sorted(WORDS)), max_size=40).map(" ".join)


def after(row: str, policy: Policy = POLICY) -> CheckStanding:
    return reduce(lambda check, seen: judge(check, seen, policy), answers(row), CheckStanding())


def state(row: str) -> State:
    return after(row).state


@pytest.mark.parametrize(
    ("row", "then"),
    [
        ("", State.UNKNOWN),
        ("ok", State.UP),
        ("401", State.UP),
        ("404", State.ABSENT),
        ("403", State.UNKNOWN),
        ("429", State.UNKNOWN),
        ("maint", State.MAINTENANCE),
        ("ours", State.UNKNOWN),
        ("fail", State.UNKNOWN),
        ("fail fail", State.DOWN),
        ("ok 403", State.UNKNOWN),
        ("ok 429", State.UNKNOWN),
        ("ok maint", State.MAINTENANCE),
    ],
)
def test_each_class_of_answer_has_its_state(row: str, then: State) -> None:
    assert state(row) is then


def test_one_failure_is_not_an_outage() -> None:
    assert state("ok fail") is State.UP


def test_two_failures_in_a_row_are() -> None:
    assert state("ok fail fail") is State.DOWN


def test_failures_with_an_answer_in_between_are_not_in_a_row() -> None:
    assert state("ok fail ok fail ok fail") is State.UP
    assert state("ok fail 429 fail") is State.UNKNOWN


def test_one_success_does_not_end_an_outage_and_two_do() -> None:
    assert state("fail fail ok") is State.DOWN
    assert state("fail fail ok ok") is State.UP


def test_a_failure_between_successes_begins_the_count_again() -> None:
    assert state("fail fail ok fail ok") is State.DOWN


@pytest.mark.parametrize("blind", ["429", "403", "maint"])
def test_an_outage_still_takes_two_successes_after_a_time_of_not_knowing(blind: str) -> None:
    row = f"ok fail fail {blind}"
    assert state(f"{row} ok") is state(row)
    assert state(f"{row} ok ok") is State.UP


def test_what_was_merely_unknown_is_up_at_once() -> None:
    assert state("ok 429 ok") is State.UP


def test_one_404_of_a_hiccup_does_not_take_an_interface_away() -> None:
    assert state("ok 404") is State.UP
    assert state("ok 404 ok 404") is State.UP
    assert state("ok 404 404") is State.ABSENT


def test_one_answer_proves_that_it_is_served_again() -> None:
    assert state("404 404 ok") is State.UP


def test_a_404_after_an_outage_has_to_be_confirmed_and_then_ends_it() -> None:
    assert state("fail fail 404") is State.DOWN
    assert state("fail fail 404 404 ok") is State.UP


def test_a_check_of_ours_that_broke_moves_nothing() -> None:
    assert after("ok fail ours") == after("ok fail")
    assert state("ok fail ours fail") is State.DOWN


def test_three_slow_answers_of_five_are_degraded_and_the_same_window_ends_it() -> None:
    assert state("ok ok ok slow slow") is State.UP
    assert state("slow ok slow ok slow") is State.DEGRADED
    assert state("slow slow slow ok ok") is State.DEGRADED
    assert state("slow slow slow ok ok ok") is State.UP


def test_the_latency_limit_itself_is_not_slow() -> None:
    assert after("slow", Policy(degraded_after=3.5 * POLICY.interval / 60)).slow == (False,)


def test_only_the_first_failure_wants_a_quick_look() -> None:
    wanted = [
        row
        for row in ("ok", "ok fail", "ok fail fail", "fail fail ok fail", "404", "ok 404", "ok 429")
        if wants_recheck(after(row), POLICY)
    ]
    assert wanted == ["ok fail", "ok 404"]


def test_without_hysteresis_there_is_nothing_to_look_at_again() -> None:
    policy = Policy(failure_threshold=1)
    assert after("ok fail", policy).state is State.DOWN
    assert not wants_recheck(after("ok fail", policy), policy)


def test_the_state_is_as_old_as_its_first_conclusion() -> None:
    row = list(answers("ok ok fail fail fail"))
    assert after("ok ok").since == row[0].at
    assert after("ok ok fail fail fail").since == row[3].at


def test_an_answer_every_other_time_is_flapping_though_the_state_stands_still() -> None:
    assert not after("ok fail ok fail ok fail").flapping
    assert after("ok fail ok fail ok fail ok").flapping


def test_flapping_ends_below_a_fifth() -> None:
    row = "ok fail " * 10
    assert after(row + "ok " * 15).flapping
    assert not after(row + "ok " * 17).flapping


def test_our_haste_makes_nobody_unstable() -> None:
    assert not after("ok 429 " * 12).flapping


def test_the_weights_are_those_of_nagios() -> None:
    assert unrest([0, 1] * 10 + [0]) == pytest.approx(1.0)
    assert unrest([0] + [1] * 20) == pytest.approx(0.8 / 20)
    assert unrest([0] * 20 + [1]) == pytest.approx(1.2 / 20)
    assert unrest([]) == unrest([0]) == 0.0


@quickly
@given(st.lists(st.booleans(), max_size=21), st.booleans())
def test_flapping_has_two_thresholds(states: list[bool], already: bool) -> None:  # noqa: FBT001  hypothesis passes both
    share = unrest(states)
    if share > 0.3:
        assert is_flapping(states, already=already)
    elif share < 0.2:
        assert not is_flapping(states, already=already)
    else:
        assert is_flapping(states, already=already) is already


@quickly
@given(ROWS)
def test_down_takes_as_many_failures_in_a_row_as_the_policy_says(row: str) -> None:
    words = [word for word in row.split() if word != "ours"]
    if after(row).state is not State.DOWN:
        return
    told = [word in {"fail", "mute"} for word in words]
    assert any(a and b for a, b in pairwise(told))


@quickly
@given(ROWS)
def test_two_failures_at_the_end_are_always_down_and_two_successes_never(row: str) -> None:
    assert state(f"{row} fail fail") is State.DOWN
    assert state(f"{row} ok ok") in {State.UP, State.DEGRADED}


@quickly
@given(ROWS, st.integers(1, 4), st.integers(1, 4))
def test_the_memory_of_a_check_is_bounded_and_true(row: str, failures: int, successes: int) -> None:
    check = after(row, Policy(failure_threshold=failures, success_threshold=successes))
    assert len(check.slow) <= 5
    assert len(check.states) <= 21
    assert min(check.failures, check.successes) == 0
    assert not (check.unrecovered and check.state in {State.UP, State.DEGRADED, State.ABSENT})
    assert check.unrecovered or check.state is not State.DOWN


@quickly
@given(ROWS)
def test_ours_can_be_left_out_without_anybody_noticing(row: str) -> None:
    def bare(check: CheckStanding) -> tuple[object, ...]:
        return check.state, check.failures, check.successes, check.states, check.slow

    without = " ".join(word for word in row.split() if word != "ours")
    assert bare(after(row)) == bare(after(without))
