"""Every check has its own stable place, and every slot is accounted for."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.landscape import CheckId, Probe
from monitor.scheduling.plan import (
    Schedule,
    changes,
    first_look,
    missed_between,
    next_slot,
    place,
    plan,
    slot_at,
)

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
intervals = st.timedeltas(timedelta(seconds=1), timedelta(days=1)).map(
    lambda one: timedelta(seconds=int(one.total_seconds()))
)
moments = st.integers(0, 10**15).map(lambda one: NOON + timedelta(microseconds=one))


def probe(text: str = "presenteren/v8@prod#health", interval: timedelta = MINUTE) -> Probe:
    return Probe(CheckId.parse(text), "health", interval, 3 * interval, "127.0.0.1:80")


def schedule(offset: float = 7, interval: timedelta = MINUTE) -> Schedule:
    return Schedule(probe(interval=interval), timedelta(seconds=offset))


@given(key=st.text(), interval=intervals)
def test_a_place_is_inside_the_interval_and_stays(key: str, interval: timedelta) -> None:
    assert timedelta() <= place(key, interval) < interval
    assert place(key, interval) == place(key, interval)


def test_places_are_spread_evenly() -> None:
    places = [place(f"line-{n}/v1@prod#health", MINUTE) for n in range(6_000)]
    per_second = [sum(1 for one in places if int(one.total_seconds()) == n) for n in range(60)]
    assert min(per_second) > 60
    assert max(per_second) < 140


@given(now=moments, interval=intervals, key=st.text())
def test_now_lies_between_its_slot_and_the_next(
    now: datetime, interval: timedelta, key: str
) -> None:
    one = Schedule(probe(interval=interval), place(key, interval))
    assert slot_at(one, now) <= now < next_slot(one, now)
    assert next_slot(one, now) - slot_at(one, now) == interval


def test_a_slot_is_its_own_slot_and_not_its_own_next() -> None:
    slot = slot_at(schedule(), NOON)
    assert slot == NOON - MINUTE + timedelta(seconds=7)
    assert slot_at(schedule(), slot) == slot
    assert next_slot(schedule(), slot) == slot + MINUTE


def test_slots_do_not_depend_on_when_we_started() -> None:
    late = NOON + timedelta(days=3, seconds=41.3)
    slots_since_noon = (next_slot(schedule(), late) - next_slot(schedule(), NOON)) / MINUTE
    assert slots_since_noon == int(slots_since_noon)


def test_nothing_is_missed_from_one_slot_to_the_next() -> None:
    slot = slot_at(schedule(), NOON)
    assert missed_between(schedule(), slot, slot + MINUTE, "late") is None


def test_the_slots_between_are_missed_and_not_the_ends() -> None:
    slot = slot_at(schedule(), NOON)
    missed = missed_between(schedule(), slot, slot + 4 * MINUTE, "asleep")
    assert missed is not None
    assert (missed.first, missed.last, missed.count) == (slot + MINUTE, slot + 3 * MINUTE, 3)
    assert missed.reason == "asleep"


def test_a_clock_that_went_back_misses_nothing() -> None:
    slot = slot_at(schedule(), NOON)
    assert missed_between(schedule(), slot, slot - timedelta(hours=1), "set back") is None


def test_a_check_that_comes_soon_anyway_has_no_first_look() -> None:
    slot = next_slot(schedule(), NOON)
    assert first_look(schedule(), slot - timedelta(seconds=4), timedelta(seconds=5)) is None


def test_first_looks_are_spread_as_the_slots_are() -> None:
    looks = [first_look(schedule(offset), NOON, 5 * timedelta(seconds=1)) for offset in (12, 48)]
    assert looks == [NOON + timedelta(seconds=1), NOON + timedelta(seconds=4)]


def test_reported_checks_are_not_planned() -> None:
    asked, reported = probe("a/1@lto#health"), probe("a/1@lto#told")
    assert list(plan([asked, replace(reported, asked=False)])) == [asked.id]


def test_another_catalogue_changes_only_what_it_changes() -> None:
    same, gone, slower, new = (probe(f"{name}/1@lto#health") for name in "abcd")
    after = plan([same, replace(slower, interval=2 * MINUTE), new])
    found = changes(plan([same, gone, slower]), after)
    assert [one.probe.id for one in found.added] == [new.id]
    assert found.removed == (gone.id,)
    assert found.changed == (after[slower.id],)
