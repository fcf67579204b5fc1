"""One stage of a rollout by itself: what time and another plan do, and when nothing is awaited."""

from datetime import datetime, timedelta

import pytest

from monitor.domain.rollout import Stage, StageState
from monitor.domain.stage import REPENTANCE, Place, following, is_given_up, is_over
from tests.building import MINUTE, NOON, PRESENTEREN
from tests.unit.drifting import watched

UNSEEN = Place(watched().lines[PRESENTEREN], "prod", None, NOON)
MOMENT = timedelta(microseconds=1)
BACK = Stage(state=StageState.ROLLED_BACK, changed_at=NOON, arrived_by=NOON - MINUTE, left_at=NOON)
ARRIVED = Stage(state=StageState.ARRIVED, changed_at=NOON, arrived_by=NOON)
REGRETTED = NOON + REPENTANCE


def test_what_is_planned_is_overdue_at_its_time_and_not_before() -> None:
    planned = Stage(due_at=NOON)
    assert following(planned, "2", UNSEEN, NOON - MOMENT) is planned
    late = following(planned, "2", UNSEEN, NOON)
    assert (late.state, late.changed_at) == (StageState.OVERDUE, NOON)
    assert following(late, "2", UNSEEN, NOON + MINUTE) is late


@pytest.mark.parametrize("due_at", [None, NOON + 2 * MINUTE])
def test_what_is_overdue_and_is_planned_anew_is_overdue_no_more(due_at: datetime | None) -> None:
    late = Stage(state=StageState.OVERDUE, due_at=due_at, changed_at=NOON)
    anew = following(late, "2", UNSEEN, NOON + MINUTE)
    assert (anew.state, anew.changed_at) == (StageState.PLANNED, NOON + MINUTE)


def test_a_version_that_was_rolled_back_is_awaited_for_a_day() -> None:
    assert not is_over(BACK, REGRETTED - MOMENT)
    assert is_over(BACK, REGRETTED)


@pytest.mark.parametrize(
    ("stages", "given_up"),
    [
        ([BACK], True),
        ([BACK, BACK], True),
        ([BACK, Stage()], True),
        ([BACK, Stage(state=StageState.SKIPPED, due_at=NOON)], True),
        ([BACK, Stage(due_at=REGRETTED + MINUTE)], False),  # it is still to come there
        ([BACK, Stage(), Stage(due_at=REGRETTED + MINUTE)], False),
        ([BACK, ARRIVED], False),
        ([BACK, Stage(state=StageState.VERIFIED, arrived_by=NOON)], False),
        ([Stage(), Stage()], False),  # it never was anywhere
        ([], False),
    ],
)
def test_a_rollout_is_given_up_when_it_went_wherever_it_was_and_is_planned_nowhere(
    stages: list[Stage], *, given_up: bool
) -> None:
    assert is_given_up(stages, REGRETTED) is given_up


def test_it_is_not_given_up_while_it_may_come_up_again() -> None:
    assert not is_given_up([BACK], REGRETTED - MOMENT)
