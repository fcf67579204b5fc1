"""Which slots travel together, and how they are written down."""

import json
from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.landscape import CheckId, LineId, Probe, TargetId
from monitor.scheduling.batch import (
    MOST,
    WINDOW,
    Batch,
    Calendar,
    Origin,
    batches,
    window_at,
)
from monitor.scheduling.plan import INSTANT, Schedule, next_slot, plan, slot_at
from monitor.scheduling.watch import grace_of
from tests.building import NOON
from tests.unit.answers import quickly

ORIGIN = Origin("0123456789abcdef", "1.0")


def probe(number: int, seconds: float) -> Probe:
    every = timedelta(seconds=seconds)
    check = CheckId(TargetId(LineId("i", f"l{number}"), "prod"), "health~pkio")
    return Probe(check, "health", every, 3 * every, "h:1")


def schedules(*seconds: float) -> list[Schedule]:
    return [*plan(probe(number, every) for number, every in enumerate(seconds)).values()]


intervals = st.lists(st.sampled_from([1.0, 7.0, 30.0, 60.0]), min_size=1, max_size=6)
moments = st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1)).map(  # noqa: DTZ001
    lambda naive: naive.replace(tzinfo=NOON.tzinfo)
)


@quickly
@given(
    st.lists(st.sampled_from([1, 7, 30, 60]), min_size=1, max_size=6), moments, st.integers(1, 90)
)
def test_a_calendar_has_every_slot_of_every_schedule_and_no_other(
    seconds: list[float], begin: datetime, span: int
) -> None:
    mine, end = schedules(*seconds), begin + timedelta(seconds=span)
    wanted = set()
    for one in mine:
        slot = slot_at(one, begin)
        while (slot := slot if slot >= begin else next_slot(one, slot)) < end:
            wanted.add((one.probe.id, slot))
            slot = next_slot(one, slot)
    found = [(one.probe.id, slot) for one, slot in Calendar(mine).between(begin, end)]
    assert len(found) == len({*found})
    assert {*found} == wanted


def test_windows_lie_side_by_side() -> None:
    window = window_at(NOON + timedelta(seconds=0.7))
    assert window == NOON
    assert window_at(NOON - INSTANT) == NOON - WINDOW


def test_a_batch_is_the_same_however_often_it_is_planned() -> None:
    calendar = Calendar(schedules(*[1] * 5))
    [one] = batches("pkio", calendar, NOON, ORIGIN)
    [again] = batches("pkio", calendar, NOON, ORIGIN)
    assert one == again
    assert [slot for _, slot in one.slots] == sorted(slot for _, slot in one.slots)


def test_a_batch_is_too_late_when_its_last_slot_is() -> None:
    [one] = batches("pkio", Calendar(schedules(1, 1, 60)), NOON, ORIGIN)
    [*_, (_, last)] = one.slots
    assert one.deadline >= last + grace_of(timedelta(seconds=1))


def test_much_comes_in_pieces_that_several_workers_can_share() -> None:
    pieces = [*batches("pkio", Calendar(schedules(*[1] * (2 * MOST + 1))), NOON, ORIGIN)]
    assert [len(one.slots) for one in pieces] == [MOST, MOST, 1]
    assert len({one.key for one in pieces}) == 3


def test_slots_that_come_twice_because_the_clock_was_set_back_are_others() -> None:
    calendar = Calendar(schedules(1))
    [one] = batches("pkio", calendar, NOON, ORIGIN)
    [again] = batches("pkio", calendar, NOON, ORIGIN, INSTANT)
    assert one.key != again.key
    assert again.slots[0][1] - one.slots[0][1] == INSTANT


def test_a_batch_survives_being_written() -> None:
    [one] = batches("pkio", Calendar(schedules(1, 1)), NOON, ORIGIN)
    moved = replace(one, deadline=one.deadline + INSTANT)
    for batch in (one, moved):
        assert Batch.read(json.loads(json.dumps(batch.written()))) == batch
