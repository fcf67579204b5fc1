"""A digest goes out at seven in Amsterdam, also around the nights that are an hour off."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest

from monitor.domain.morning import next_morning


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "morning"),
    [
        ("2026-03-28T05:59:59", "2026-03-28T06:00"),  # winter: 07:00 is 06:00 UTC
        ("2026-03-28T06:00", "2026-03-29T05:00"),  # the night that lacks an hour is 23 hours
        ("2026-03-29T00:59", "2026-03-29T05:00"),
        ("2026-03-29T01:01", "2026-03-29T05:00"),  # after 02:00 comes 03:00
        ("2026-10-24T05:00", "2026-10-25T06:00"),  # the one that has it twice is 25
        ("2026-10-25T00:30", "2026-10-25T06:00"),  # 02:30, the first time
        ("2026-10-25T01:30", "2026-10-25T06:00"),  # and the second
        ("2026-12-31T23:30", "2027-01-01T06:00"),  # new year's day in Amsterdam already
    ],
)
def test_it_is_seven_whatever_the_clocks_do(now: str, morning: str) -> None:
    assert next_morning(utc(now)) == utc(morning)


def test_every_day_of_a_year_has_one_morning() -> None:
    at, mornings = utc("2026-01-01T00:00"), []
    for _ in range(365):
        at = next_morning(at)
        mornings.append(at)
    gaps = {after - before for before, after in itertools.pairwise(mornings)}
    assert gaps == {timedelta(hours=hours) for hours in (23, 24, 25)}
    assert mornings[-1] == utc("2026-12-31T06:00")
