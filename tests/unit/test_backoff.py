from datetime import timedelta

from monitor.alerts.backoff import JITTER, MOST, PAUSES, is_past_bearing, next_try
from tests.building import NOON


def test_the_pauses_grow_over_three_days_and_end() -> None:
    assert sorted(PAUSES) == [*PAUSES]
    assert timedelta(days=3) <= sum(PAUSES, timedelta()) < timedelta(days=4)
    assert next_try("d1", MOST, NOON, None) is None
    assert next_try("d1", MOST, NOON, timedelta(hours=1)) is None, "whatever the receiver asks"


def test_a_pause_is_as_in_the_table_and_a_little_longer() -> None:
    for attempts, pause in enumerate(PAUSES, 1):
        for id_ in ("d1", "d2", "d3"):
            due = next_try(id_, attempts, NOON, None)
            assert due is not None
            assert pause <= due - NOON <= pause * (1 + JITTER)


def test_what_failed_together_does_not_come_back_together() -> None:
    assert len({next_try(f"d{n}", 2, NOON, None) for n in range(50)}) == 50
    assert next_try("d1", 2, NOON, None) == next_try("d1", 2, NOON, None)


def test_a_receiver_may_ask_for_more_rest_but_not_for_ever_and_not_for_less() -> None:
    assert next_try("d1", 1, NOON, timedelta(minutes=7)) == NOON + timedelta(minutes=7)
    assert next_try("d1", 1, NOON, timedelta(days=900)) == NOON + timedelta(hours=24)
    due = next_try("d1", 3, NOON, timedelta(seconds=1))
    assert due is not None
    assert due - NOON >= PAUSES[2]


def test_five_days_are_enough() -> None:
    assert not is_past_bearing(NOON, NOON + timedelta(days=5, microseconds=-1))
    assert is_past_bearing(NOON, NOON + timedelta(days=5))
