"""A version on its way: announced or inferred, planned, arrived, verified, or not."""

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.journey import RolloutError, advance, just_arrived
from monitor.domain.rollout import StageState
from tests.building import NOON
from tests.unit.answers import quickly
from tests.unit.drifting import watched
from tests.unit.travelling import HOUR, Trip, in_turn

DAY = timedelta(days=1)


def everywhere(row: str, trip: Trip | None = None) -> Trip:
    return (trip or Trip()).tell(lto=row, pre=row, prod=row)


def test_a_newer_version_on_lto_opens_a_rollout_by_itself() -> None:
    trip = everywhere("8.5*3").tell(lto="8.6 8.6", pre="8.5*2", prod="8.5*2")
    assert trip.states("8.6") == "arrived planned planned"
    stage = trip.one("8.6").stages["lto"]
    assert (stage.arrived_after, stage.arrived_by) == (NOON + 2 * HOUR, NOON + 3 * HOUR)
    assert stage.version_before == "8.5"


def test_the_first_sight_ever_opens_none() -> None:
    assert everywhere("8.5*5").rollouts == {}


def test_one_reading_of_another_version_opens_none() -> None:
    trip = everywhere("8.5*3").tell(lto="8.6 8.5 8.5", pre="8.5*3", prod="8.5*3")
    assert trip.rollouts == {}


def test_a_version_that_is_elsewhere_already_opens_none() -> None:
    trip = Trip().tell(lto="8.6*3", pre="8.5*3", prod="8.5*3").tell(prod="8.6 8.6", lto="8.6*2")
    assert trip.rollouts == {}


def test_going_back_opens_none() -> None:
    assert everywhere("8.5*3").tell(lto="8.4*2", pre="8.5*2", prod="8.5*2").rollouts == {}


def test_what_cannot_be_ordered_opens_none() -> None:
    assert everywhere("8.5*3").tell(lto="next*2", pre="8.5*2", prod="8.5*2").rollouts == {}


def test_a_version_is_verified_after_its_soak_and_not_before() -> None:
    trip = everywhere("8.5.0*3").tell(lto="8.5.1*5", pre="8.5.0*5", prod="8.5.0*5")
    assert trip.states("8.5.1") == "arrived planned planned"
    trip.tell(lto="8.5.1", pre="8.5.0", prod="8.5.0")
    assert trip.states("8.5.1") == "verified planned planned"
    settled = NOON + 4 * HOUR
    assert trip.one("8.5.1").stages["lto"].verified_at == settled + 4 * HOUR


def test_an_outage_just_before_the_soak_ends_begins_it_anew() -> None:
    trip = everywhere("8.5.0*3").tell(lto="8.5.1*3 fail fail 8.5.1*5")
    assert trip.states("8.5.1").startswith("arrived")
    trip.tell(lto="8.5.1")
    assert trip.states("8.5.1").startswith("verified")


def test_maintenance_in_the_middle_of_a_soak_stops_it_and_no_more() -> None:
    row = "8.5.1*3 maint*3 8.5.1*2"
    trip = everywhere("8.5.0*3").tell(lto=row, pre="8.5.0*8", prod="8.5.0*8")
    assert trip.states("8.5.1").startswith("arrived")
    trip.tell(lto="8.5.1*2")
    assert trip.states("8.5.1").startswith("verified")


def test_when_all_have_verified_it_the_rollout_is_done() -> None:
    trip = everywhere("8.5.0*3").tell(lto="8.5.1*7", pre="8.5.0 8.5.1*6", prod="8.5.0*2 8.5.1*5")
    assert trip.one("8.5.1").done_at is None
    everywhere("8.5.1*3", trip)
    assert trip.states("8.5.1") == "verified verified verified"
    assert trip.one("8.5.1").done_at is not None


def test_a_patch_that_prod_never_got_is_skipped_there() -> None:
    trip = everywhere("8.5.0*3").tell(lto="8.5.1*3", pre="8.5.0*3", prod="8.5.0*3")
    everywhere("8.5.2*3", trip)
    assert trip.states("8.5.1") == "arrived skipped skipped"
    assert trip.one("8.5.1").stages["lto"].left_at is not None
    assert trip.one("8.5.1").done_at is not None


def test_back_and_forth_within_a_day_is_rolled_back_and_arrived_again() -> None:
    trip = everywhere("8.5.0*3").tell(lto="8.5.1*6", pre="8.5.0*6", prod="8.5.0*6")
    trip.tell(lto="8.5.0*6", pre="8.5.0*6", prod="8.5.0*6")
    assert trip.states("8.5.1").startswith("rolledBack")
    trip.tell(lto="8.5.1*3", pre="8.5.0*3", prod="8.5.0*3")
    assert trip.states("8.5.1").startswith("arrived")
    assert [state for where, state in trip.steps if where == "lto"] == [
        "arrived",
        "verified",
        "rolledBack",
        "arrived",
    ]


def test_what_was_rolled_back_everywhere_is_awaited_for_a_day_more() -> None:
    trip = Trip(landscape=watched(HOUR, environments=("lto",)))
    trip.tell(lto="8.5.0*3 8.5.1*3 8.5.0*6")
    assert trip.states("8.5.1") == "rolledBack"
    assert trip.one("8.5.1").done_at is None
    rolled_back = trip.one("8.5.1").stages["lto"].changed_at
    assert rolled_back is not None
    trip.wait(rolled_back + DAY)
    assert trip.one("8.5.1").done_at == rolled_back + DAY


def test_what_was_rolled_back_is_awaited_no_more_where_something_newer_came() -> None:
    trip = Trip(landscape=watched(HOUR, environments=("lto",)))
    trip.tell(lto="8.5.0*3 8.5.1*3 8.5.0*3 8.5.2*3")
    assert trip.states("8.5.1") == "rolledBack"
    done_at = trip.one("8.5.1").done_at
    assert done_at == trip.one("8.5.2").opened_at
    trip.tell(lto="8.5.1*2")  # all the same it is told when it comes again
    looked_at = advance(trip.one("8.5.1"), trip.line, trip.sides, trip.now)
    assert looked_at.stages["lto"].state is StageState.ARRIVED


def test_what_came_in_its_stead_and_cannot_be_ordered_is_waited_for_no_longer() -> None:
    trip = everywhere("8.5.0*3").tell(lto="8.5.1*6", pre="8.5.0*6", prod="8.5.0*6")
    trip.tell(lto="main*3", pre="main*3", prod="main*3")
    assert trip.states("8.5.1") == "verified skipped skipped"
    assert trip.one("8.5.1").done_at is not None


def test_what_could_not_be_ordered_before_is_still_to_be_replaced() -> None:
    trip = Trip().tell(lto="8.5.0*3", pre="8.5.0*3", prod="main*3")
    trip.tell(lto="8.5.1*3", pre="8.5.0*3", prod="main*3")
    trip.announce("8.5.1")
    trip.tell(lto="8.5.1*3", pre="8.5.0*3", prod="main*3")
    assert trip.states("8.5.1").endswith("planned")
    trip.tell(lto="8.5.1*3", pre="8.5.1*3", prod="8.5.1*3")
    assert trip.states("8.5.1").endswith("arrived")


def test_what_lto_gave_up_is_awaited_nowhere() -> None:
    trip = everywhere("8.5.0*3").tell(lto="8.5.1*3 8.5.0*6", pre="8.5.0*9", prod="8.5.0*9")
    assert trip.states("8.5.1") == "rolledBack planned planned"
    assert [stage.due_at for stage in trip.one("8.5.1").stages.values()][1:] == [None, None]
    trip.wait(trip.now + 30 * DAY)
    assert trip.states("8.5.1") == "rolledBack planned planned"
    assert trip.one("8.5.1").done_at is not None


def test_a_new_line_on_lto_only_is_awaited_without_a_term() -> None:
    trip = everywhere("404*3").tell(lto="9.0*3", pre="404*3", prod="404*3")
    trip.wait(trip.now + 30 * DAY)
    assert trip.states("9.0").endswith("planned planned")
    assert trip.one("9.0").done_at is None
    assert trip.announce("9.0", prod=trip.now + DAY).stages["prod"].due_at == trip.now + DAY
    assert trip.announce("9.0", key="k2").stages["prod"].due_at is None


def test_what_cannot_be_told_for_a_while_keeps_its_term() -> None:
    trip = everywhere("8.5.0*3").tell(lto="8.5.1*60", pre="8.5.1*60", prod="8.5.0*60")
    assert trip.states("8.5.1").endswith("overdue")
    trip.tell(prod="8.4.0 8.5.0 404 404 404 fail*9 8.5.0*9", lto="8.5.1*23", pre="8.5.1*23")
    assert [state for where, state in trip.steps if where == "prod"] == ["overdue"]


def test_a_version_that_prod_had_before_it_wavered_opens_none() -> None:
    trip = Trip().tell(lto="8.4*6", prod="8.5*3 8.6 8.5 8.6").tell(lto="8.5*2")
    assert trip.rollouts == {}


def test_an_announcement_after_the_contract_changed_still_takes_the_longest_soak() -> None:
    trip = Trip().tell(lto="8.5/a*3").tell(lto="8.5/b*3")
    trip.announce("8.5")
    trip.tell(lto="8.5/b*6")
    assert trip.states("8.5") == "arrived planned planned"


def test_a_grace_that_passes_makes_it_overdue_at_its_very_end() -> None:
    trip = everywhere("8.5.0*3").tell(lto="8.5.1*2", pre="8.5.0*2", prod="8.5.0*2")
    arrived = trip.one("8.5.1").stages["lto"].arrived_by
    assert arrived is not None
    trip.wait(arrived + 2 * DAY - timedelta(seconds=1))
    assert "overdue" not in trip.states("8.5.1")
    trip.wait(arrived + 2 * DAY)
    assert trip.states("8.5.1").endswith("overdue overdue")
    assert trip.one("8.5.1").stages["prod"].changed_at == arrived + 2 * DAY


def test_a_planned_time_replaces_the_grace_in_whatever_zone_it_was_told() -> None:
    trip = everywhere("8.5.0*3").tell(lto="8.5.1*2", pre="8.5.0*2", prod="8.5.0*2")
    due = NOON + 30 * DAY
    there = due.astimezone(timezone(timedelta(hours=2)))
    assert trip.announce("8.5.1", prod=there).stages["prod"].due_at == due
    trip.wait(due - HOUR)
    assert trip.states("8.5.1").endswith("overdue planned")
    trip.wait(due)
    assert trip.states("8.5.1").endswith("overdue overdue")


def test_an_announcement_adopts_what_was_inferred() -> None:
    trip = everywhere("8.5.0*3").tell(lto="8.5.1*2", pre="8.5.0*2", prod="8.5.0*2")
    adopted = trip.announce("v8.5.1", prod=NOON + DAY)
    assert [*trip.rollouts.values()] == [adopted]
    assert adopted.announced is not None
    assert adopted.stages["lto"].state is StageState.ARRIVED


def test_announced_twice_with_one_key_is_announced_once() -> None:
    trip = everywhere("8.5.0*3")
    first = trip.announce("8.6.0", prod=NOON + DAY)
    assert trip.announce("8.6.0", prod=NOON + 9 * DAY) is first
    newer = trip.announce("8.6.0", key="k2", prod=NOON + 9 * DAY)
    assert newer.stages["prod"].due_at == NOON + 9 * DAY
    assert len(trip.rollouts) == 1


@pytest.mark.parametrize(
    ("version", "planned", "says"),
    [
        ("8.6 beta", {}, "no version"),
        ("", {}, "no version"),
        ("8.6.0", {"kato": NOON}, "not watched in kato; planned may name lto, pre, prod"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_a_reason(
    version: str, planned: dict[str, datetime], says: str
) -> None:
    with pytest.raises(RolloutError, match=says):
        everywhere("8.5.0").announce(version, "k1", **planned)


def test_what_goes_wrong_for_a_quarter_of_an_hour_names_the_rollout() -> None:
    trip = everywhere("8.5.0*3").tell(lto="8.5.1*2", pre="8.5.0*2", prod="8.5.0*2")
    rollout = trip.one("8.5.1")
    arrived = rollout.stages["lto"].arrived_by
    assert arrived is not None
    quarter = timedelta(minutes=15)
    assert just_arrived([rollout], "lto", arrived + quarter) is rollout
    assert just_arrived([rollout], "lto", arrived + quarter + timedelta(seconds=1)) is None
    assert just_arrived([rollout], "prod", arrived) is None


ROWS = st.lists(st.sampled_from(["1.0", "1.1", "1.2", "fail", "404", "maint"]), max_size=24)


@given(lto=ROWS, prod=ROWS)
@quickly
def test_a_stage_goes_back_only_by_a_roll_back(lto: list[str], prod: list[str]) -> None:
    trip = everywhere("1.0*2")
    trip.announce("1.1")
    trip.tell(lto=" ".join(lto) or "-", prod=" ".join(prod) or "-")
    allowed = {
        ("planned", "arrived"), ("planned", "skipped"), ("planned", "overdue"),
        ("overdue", "arrived"), ("overdue", "skipped"), ("overdue", "planned"),
        ("arrived", "verified"), ("arrived", "rolledBack"), ("verified", "rolledBack"),
        ("rolledBack", "arrived"), ("skipped", "arrived"), ("arrived", "arrived"),
    }  # fmt: skip
    one = [step for step in trip.steps if trip.rollouts.keys() == {"presenteren~v8~1.1"}]
    for where in ("lto", "prod"):
        assert set(in_turn(one, where)) <= allowed


@given(lto=ROWS, prod=ROWS)
@quickly
def test_looking_again_at_the_same_moment_changes_nothing(lto: list[str], prod: list[str]) -> None:
    trip = everywhere("1.0*2").tell(lto=" ".join(lto) or "-", prod=" ".join(prod) or "-")
    for rollout in trip.rollouts.values():
        assert advance(rollout, trip.line, trip.sides, trip.now) is rollout or rollout.done_at


@given(lto=ROWS, prod=ROWS, moments=st.lists(st.integers(0, 24 * 60), max_size=10))
@quickly
def test_looking_more_often_makes_no_difference(
    lto: list[str], prod: list[str], moments: list[int]
) -> None:
    plain, looked_at = everywhere("1.0*2"), everywhere("1.0*2")
    plain.tell(lto=" ".join(lto) or "-", prod=" ".join(prod) or "-")
    rows = zip(*(row + ["-"] * (24 - len(row)) for row in (lto, prod)), strict=True)
    for hour, (one, other) in enumerate(rows):
        for minute in sorted(moments):
            if minute // 60 == hour:
                at = NOON + (2 + hour) * HOUR
                if at > looked_at.now:
                    looked_at.wait(at)
                    looked_at.look(at)
        looked_at.tell(lto=one, prod=other)
    for trip in (plain, looked_at):
        trip.wait(NOON + 30 * DAY)
    assert looked_at.rollouts == plain.rollouts
    assert looked_at.steps == plain.steps
