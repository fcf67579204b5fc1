"""Spans of time are written with a unit, and read back as they were meant."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.duration import duration, spelled


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("60s", 60),
        ("4h", 14_400),
        ("5d", 432_000),
        ("1h30m", 5_400),
        ("500ms", 0.5),
        ("1m500ms", 60.5),
        ("2w", 1_209_600),
        ("3y", 94_608_000),
        ("0s", 0),
    ],
)
def test_a_number_and_a_unit_are_a_duration(text: str, seconds: float) -> None:
    assert duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "text",
    ["", "60", 60, None, "60 s", "s", "1.5h", "-5s", "30m1h", "5s5s", "5S", "9999999s"],
)
def test_anything_else_is_not(text: object) -> None:
    with pytest.raises(ValueError, match="is no duration; write a number and a unit"):
        duration(text)


@given(st.timedeltas(timedelta(0), timedelta(days=9_999)))
def test_what_is_spelled_is_read_back(span: timedelta) -> None:
    whole = timedelta(milliseconds=span // timedelta(milliseconds=1))
    assert duration(spelled(whole)) == whole
