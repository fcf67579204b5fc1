"""What the pretend DSO-LV promises to do, whatever the seed."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.simulator.course import OTHER, USUAL, Course
from checks.simulator.dice import Dice
from checks.simulator.faults import LONGEST, Fault, FaultKind, drawn, written
from checks.simulator.history import History, histories
from checks.simulator.lines import BY_KEY, ENVIRONMENTS, LINES, LTO, PRE, PROD, Version
from checks.simulator.live import CYCLE, ROLLING
from checks.simulator.rollouts import Change, Rollout, rollouts, script
from monitor.catalogue.loader import load, shipped
from monitor.domain.landscape import TargetId

ANCHOR = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
HISTORY = 90 * DAY
BEFORE = ANCHOR - timedelta(seconds=1)

SEEDS = (1, 2)


@pytest.fixture(scope="module", params=SEEDS)
def course(request: pytest.FixtureRequest) -> Course:
    return Course(request.param, ANCHOR)


def grid(begin: datetime, end: datetime, step: timedelta) -> list[datetime]:
    return [begin + nth * step for nth in range((end - begin) // step + 1)]


def versions(course: Course, line: str, where: str, moments: list[datetime]) -> list[Version]:
    ran = (course.running(line, where, moment).version for moment in moments)
    return [version for version in ran if version]


def test_the_same_seed_tells_the_same_course() -> None:
    moments = grid(ANCHOR - HISTORY, ANCHOR + HOUR, 31 * HOUR)
    one, same, other = Course(1, ANCHOR), Course(1, ANCHOR), Course(2, ANCHOR)

    def told(course: Course) -> list[object]:
        return [
            (course.running(line.key, where, moment), course.faults(moment))
            for moment in moments
            for line in LINES
            for where in ENVIRONMENTS
        ]

    assert told(one) == told(same)
    assert told(one) != told(other)


def test_the_course_may_be_asked_in_any_order(course: Course) -> None:
    moments = grid(ANCHOR - DAY, ANCHOR + HOUR, 20 * timedelta(minutes=1))
    forth = [course.faults(moment) for moment in moments]
    back = [course.faults(moment) for moment in reversed(moments)]
    assert forth == back[::-1]


def test_versions_only_grow_but_for_the_roll_back_of_the_script(course: Course) -> None:
    back = course.script.roll_back
    for line in LINES:
        for where in line.environments:
            ran = versions(
                course, line.key, where, grid(ANCHOR - HISTORY, ANCHOR + 9 * DAY, 4 * HOUR)
            )
            falls = [(old, new) for old, new in pairwise(ran) if new < old]
            scripted = (line.key, where) == (back.line, back.environment)
            assert len(falls) == (1 if scripted else 0), (line.key, where, falls)


def test_everything_reaches_lto_first_but_for_the_two_breaches_of_the_script(
    course: Course,
) -> None:
    ahead = {
        line.key
        for line in LINES
        for moment in grid(ANCHOR - HISTORY, ANCHOR + 60 * HOUR, 4 * HOUR)
        if is_ahead(course, line.key, moment)
    }
    assert ahead == {breach.line for breach in course.script.breaches}


def test_each_breach_is_there_long_enough_to_be_seen(course: Course) -> None:
    past, present = course.script.breaches
    for breach in (past, present):
        begin, end = breach.arrivals[PROD], breach.arrivals[LTO]
        for moment in grid(begin, end - HOUR, HOUR):
            assert is_ahead(course, breach.line, moment)
        assert not is_ahead(course, breach.line, begin - HOUR)
        assert not is_ahead(course, breach.line, end)
    assert past.arrivals[LTO] < ANCHOR - 14 * DAY
    assert present.arrivals[PROD] < ANCHOR - 8 * HOUR
    assert present.arrivals[LTO] > ANCHOR + DAY


def is_ahead(course: Course, line: str, moment: datetime) -> bool:
    """PROD runs something newer than LTO."""
    if LTO not in BY_KEY[line].environments:
        return False
    lto = course.running(line, LTO, moment).version
    prod = course.running(line, PROD, moment).version
    return prod is not None and (lto is None or prod > lto)


def test_rollouts_are_almost_daily_and_mostly_patches(course: Course) -> None:
    written_ones = [
        rollout
        for rollout in rollouts(Dice(course.seed), ANCHOR)
        if ANCHOR - HISTORY <= rollout.leaves < ANCHOR
    ]
    days = {rollout.leaves.date() for rollout in written_ones}
    patches = sum(rollout.change == "patch" for rollout in written_ones)
    assert 55 <= len(days) <= 85
    assert 0.75 <= patches / len(written_ones) < 1


def test_a_new_line_comes_to_lto_alone(course: Course) -> None:
    arrival = ANCHOR - 33 * DAY
    assert course.running("ontsluiten/v3", LTO, arrival - HOUR).version is None
    assert course.running("ontsluiten/v3", LTO, arrival).version == (3, 0, 1)
    assert course.running("ontsluiten/v3", PROD, ANCHOR).version is None


def test_a_patch_that_is_overtaken_is_skipped_by_pre_and_prod(course: Course) -> None:
    line, seen_on_lto = "rtr-gegevens/v2", ANCHOR - 15 * DAY
    skipped = course.running(line, LTO, seen_on_lto).version
    moments = grid(ANCHOR - HISTORY, ANCHOR, HOUR)
    assert skipped in versions(course, line, LTO, moments)
    assert skipped not in versions(course, line, PRE, moments)
    assert skipped not in versions(course, line, PROD, moments)


def test_a_silent_change_alters_the_contract_and_not_the_version(course: Course) -> None:
    change = course.script.silent_change
    before = course.running(change.line, change.environment, change.begin - HOUR)
    changed = course.running(change.line, change.environment, change.begin)
    after = course.running(change.line, change.environment, change.end)
    assert (before.contract, changed.contract, after.contract) == (USUAL, OTHER, USUAL)
    assert before.version == changed.version
    assert after.version != changed.version


def test_a_release_is_under_way_at_the_anchor(course: Course) -> None:
    lto, pre, prod = (course.running("presenteren/v8", e, ANCHOR).version for e in ENVIRONMENTS)
    assert lto
    assert prod
    assert lto == pre
    assert lto[1] == prod[1] + 1


def test_a_retired_and_a_planned_line_are_served_nowhere(course: Course) -> None:
    for line in ("presenteren/v7", "verzoek-indienen/v6"):
        for where in ENVIRONMENTS:
            assert course.running(line, where, ANCHOR).version is None


def test_what_must_be_seen_in_the_history_lasts_four_hours() -> None:
    for fault in written(ANCHOR):
        assert fault.end - fault.begin >= 4 * HOUR or fault.end > ANCHOR


def test_no_fault_outlasts_what_is_looked_back(course: Course) -> None:
    everything: list[Fault] = [*written(ANCHOR), *drawn(Dice(course.seed), ANCHOR)]
    assert max(fault.end - fault.begin for fault in everything) <= LONGEST
    sample = [fault for fault in everything if abs(fault.begin - ANCHOR) < HISTORY]
    for fault in sample:
        assert fault in course.faults(fault.end - timedelta(seconds=1))
        assert fault not in course.faults(fault.end)


def test_every_kind_of_fault_is_in_the_history(course: Course) -> None:
    kinds = {
        fault.kind
        for moment in grid(ANCHOR - HISTORY, ANCHOR, 2 * HOUR)
        for fault in course.faults(moment)
    }
    assert kinds == set(FaultKind)


def test_chance_keeps_away_from_the_anchor(course: Course) -> None:
    for fault in drawn(Dice(course.seed), ANCHOR):
        assert fault.end < ANCHOR - 14 * HOUR or fault.begin > ANCHOR + DAY
    going_on = course.faults(ANCHOR - timedelta(seconds=1))
    assert [(fault.kind, fault.line) for fault in going_on] == [(FaultKind.OUTAGE, "stam/6")]


def test_before_the_anchor_a_lively_course_is_a_calm_one(course: Course) -> None:
    calm = Course(course.seed, ANCHOR, lively=False)
    for moment in grid(ANCHOR - CYCLE, ANCHOR - timedelta(seconds=1), timedelta(seconds=10)):
        assert course.faults(moment) == calm.faults(moment)
        assert snapshot(course, moment) == snapshot(calm, moment)


def test_while_somebody_looks_something_happens_every_two_minutes(course: Course) -> None:
    moments = grid(ANCHOR, ANCHOR + 4 * CYCLE, timedelta(seconds=10))
    stories = [(course.faults(moment), snapshot(course, moment)) for moment in moments]
    changes = [
        moment
        for moment, (old, new) in zip(moments[1:], pairwise(stories), strict=True)
        if old != new
    ]
    gaps = [after - before for before, after in pairwise([ANCHOR, *changes])]
    assert max(gaps) <= timedelta(minutes=2)


def test_what_happens_by_the_minute_is_counted_from_when_somebody_can_look(course: Course) -> None:
    late = timedelta(minutes=7)
    opened = course.opened(ANCHOR + late)
    for moment in grid(ANCHOR, ANCHOR + late - timedelta(seconds=1), timedelta(seconds=20)):
        assert snapshot(opened, moment) == snapshot(course, ANCHOR)
    for moment in grid(ANCHOR, ANCHOR + 2 * CYCLE, timedelta(seconds=20)):
        assert snapshot(opened, moment + late) == snapshot(course, moment)
    assert opened.opened(ANCHOR - late).faults(ANCHOR) == course.faults(ANCHOR)


def test_a_calm_course_leaves_the_minutes_after_the_anchor_alone() -> None:
    calm = Course(1, ANCHOR, lively=False)
    snapshots = {snapshot(calm, moment) for moment in grid(ANCHOR, ANCHOR + HOUR, HOUR / 60)}
    assert len(snapshots) == 1
    assert calm.faults(ANCHOR + HOUR) == ()


def snapshot(course: Course, moment: datetime) -> tuple[object, ...]:
    return tuple(
        course.running(line.key, where, moment).version for line in LINES for where in ENVIRONMENTS
    )


def test_a_live_rollout_travels_through_all_environments_in_order(course: Course) -> None:
    before, after = ANCHOR - timedelta(seconds=1), ANCHOR + CYCLE
    moved = [
        line.key
        for line in LINES
        if course.running(line.key, LTO, before) != course.running(line.key, LTO, after)
    ]
    (line,) = moved
    for where in ENVIRONMENTS:
        old, new = (course.running(line, where, moment).version for moment in (before, after))
        assert old
        assert new == (*old[:2], old[2] + 1)


@pytest.mark.parametrize(("cycle", "in_order"), [(0, False), (1, True), (2, False)])
def test_every_other_live_rollout_reaches_prod_before_lto(
    course: Course, cycle: int, *, in_order: bool
) -> None:
    begin = ANCHOR + cycle * CYCLE
    before = begin - timedelta(seconds=1)
    under_way = 0
    for moment in grid(begin, begin + CYCLE, timedelta(seconds=10)):
        reached = [
            sum(
                course.running(line.key, where, moment) != course.running(line.key, where, before)
                for line in LINES
            )
            for where in ENVIRONMENTS
        ]
        assert reached == sorted(reached, reverse=in_order)
        under_way += reached[0] != reached[-1]
    assert under_way


def test_a_line_that_rolls_live_can_be_read_everywhere_and_is_left_alone(course: Course) -> None:
    watched = load([shipped("demo")]).landscape.targets
    for cycle in range(2 * len(ROLLING)):
        begin = ANCHOR + cycle * CYCLE
        before, after = begin - timedelta(seconds=1), begin + CYCLE
        (line,) = [
            one.key
            for one in LINES
            if course.running(one.key, PROD, before) != course.running(one.key, PROD, after)
        ]
        assert all(watched[TargetId.parse(f"{line}@{where}")].probes for where in ENVIRONMENTS)
        assert len({course.running(line, where, before).version for where in ENVIRONMENTS}) == 1
        for moment in grid(begin, after, timedelta(seconds=30)):
            for fault in course.faults(moment):
                assert fault.line != line or fault.begin < ANCHOR
                assert fault.line or cycle % 2 or fault.environment == PRE


def test_what_is_overtaken_on_its_way_never_arrives() -> None:
    def patch(**hours: int) -> Rollout:
        arrivals = {where: ANCHOR + at * HOUR for where, at in hours.items()}
        return Rollout("presenteren/v8", Change.PATCH, arrivals)

    overtaken, overtaking = patch(lto=0, prod=9), patch(lto=1, prod=5)
    told = histories([overtaken, overtaking], script(ANCHOR).roll_back)
    major, minor, first = BY_KEY["presenteren/v8"].first
    assert told["presenteren/v8", LTO].at(ANCHOR) == (major, minor, first + 1)
    for hours, patches in ((4, 0), (5, 2), (9, 2)):
        ran = told["presenteren/v8", PROD].at(ANCHOR + hours * HOUR)
        assert ran == (major, minor, first + patches)


@given(st.integers(), st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1)))  # noqa: DTZ001  made aware below
def test_the_script_stands_in_the_same_place_before_any_anchor(seed: int, when: datetime) -> None:
    anchor = when.replace(tzinfo=UTC)
    here, there = script(ANCHOR), script(anchor)
    for one, other in zip(here.rollouts, there.rollouts, strict=True):
        assert one.leaves - ANCHOR == other.leaves - anchor
    assert 0 <= Dice(seed).fraction(when) < 1


def test_dice_fall_evenly() -> None:
    fallen = [Dice(1).pick("abcd", nth) for nth in range(4_000)]
    assert all(900 < fallen.count(side) < 1_100 for side in "abcd")


def test_a_history_knows_what_ran_before() -> None:
    history = History([ANCHOR - DAY, ANCHOR], [(1, 0, 0), (1, 0, 1)])
    assert history.at(ANCHOR - 2 * DAY) is None
    assert history.before(ANCHOR - DAY) is None
    assert history.before(ANCHOR) == history.at(ANCHOR - HOUR) == (1, 0, 0)
