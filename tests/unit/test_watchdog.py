"""The wall clock can be set and the loop can stand still; both are noticed, by values."""

from datetime import UTC, datetime, timedelta

import pytest

from monitor.scheduling.watchdog import Moment, upset_between

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
BEFORE = Moment(NOON, 100.0)
SECOND = timedelta(seconds=1)


def later(elapsed: float, set_by: timedelta = timedelta()) -> Moment:
    return Moment(NOON + timedelta(seconds=elapsed) + set_by, 100.0 + elapsed)


def test_an_ordinary_second_is_nothing() -> None:
    assert upset_between(BEFORE, later(1.002)) is None


def test_a_slow_correction_of_the_clock_is_nothing() -> None:
    assert upset_between(BEFORE, later(1.0, timedelta(milliseconds=500))) is None


@pytest.mark.parametrize("step", [timedelta(hours=1), timedelta(hours=-1), 2 * SECOND, -2 * SECOND])
def test_a_clock_that_was_set_is_noticed(step: timedelta) -> None:
    found = upset_between(BEFORE, later(1.0, step))
    assert found is not None
    assert found.step == step
    assert found.stall == timedelta()
    assert ("forward" if step > timedelta() else "back") in str(found)


def test_a_stall_is_noticed_and_is_no_step() -> None:
    found = upset_between(BEFORE, later(6.0))
    assert found is not None
    assert (found.step, found.stall) == (timedelta(), 5 * SECOND)
    assert str(found) == "the monitor stood still for 5 s"


def test_a_machine_that_slept_is_a_step_because_its_monotonic_clock_slept_too() -> None:
    found = upset_between(BEFORE, later(1.0, timedelta(hours=8)))
    assert found is not None
    assert str(found) == "the clock was set forward by 28800 s"
