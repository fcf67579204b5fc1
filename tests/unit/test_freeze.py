"""When nothing may be rolled out: once or again and again, on both changes of the clock."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.freeze import Freeze, FreezeError
from monitor.domain.landscape import LineId
from monitor.domain.window import Window, planned
from tests.unit.answers import quickly

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
HOUR = timedelta(hours=1)
LINE = LineId("presenteren", "v8")


def at(month: int, day: int, hour: int = 0, minute: int = 0, year: int = 2026) -> datetime:
    """On the clock of Amsterdam."""
    return datetime(year, month, day, hour, minute, tzinfo=AMSTERDAM)


def freeze(starts_at: datetime, ends_at: datetime, rrule: str | None = None) -> Freeze:
    return planned(
        Freeze(id="f", starts_at=starts_at, ends_at=ends_at, reason="no hands", rrule=rrule)
    )


def weekend(rrule: str = "FREQ=WEEKLY") -> Freeze:
    """From Friday 17:00 until Monday 08:00."""
    return freeze(at(3, 20, 17), at(3, 23, 8), rrule)


def test_a_freeze_covers_its_start_and_not_its_end() -> None:
    once = freeze(at(12, 18, 17), at(12, 28, 8))
    assert not once.covers(LINE, "prod", at(12, 18, 16, 59))
    assert once.covers(LINE, "prod", at(12, 18, 17))
    assert once.covers(LINE, "prod", at(12, 28, 7, 59))
    assert not once.covers(LINE, "prod", at(12, 28, 8))
    assert once.next_window(at(12, 1)) == Window(at(12, 18, 17), at(12, 28, 8))
    assert once.next_window(at(12, 18, 17)) is None


def test_what_is_not_named_is_not_narrowed() -> None:
    whole = freeze(at(12, 18), at(12, 28))
    now = at(12, 20)
    assert whole.covers(LINE, "lto", now)
    assert not replace(whole, environments=("prod",)).covers(LINE, "lto", now)
    assert not replace(whole, interfaces=("stam",)).covers(LINE, "prod", now)
    assert replace(whole, interfaces=("presenteren",)).covers(LINE, "prod", now)
    assert not replace(whole, lines=(LineId("presenteren", "v9"),)).covers(LINE, "prod", now)
    either = replace(whole, interfaces=("stam",), lines=(LINE,))
    assert either.covers(LINE, "prod", now)
    assert not replace(either, environments=("pre",)).covers(LINE, "prod", now)


def test_what_comes_back_keeps_its_hours_when_the_clock_goes_forward() -> None:
    assert weekend().window(at(3, 28)) == Window(at(3, 27, 17), at(3, 30, 8))
    assert at(3, 27, 17).astimezone(UTC).hour == 16
    assert at(3, 30, 8).astimezone(UTC).hour == 6
    assert weekend().window(at(3, 30, 8)) is None


def test_what_comes_back_keeps_its_hours_when_the_clock_goes_back() -> None:
    found = weekend().next_window(at(10, 22))
    assert found == Window(at(10, 23, 17), at(10, 26, 8))
    assert found.end - found.start == timedelta(days=2, hours=16)  # an hour more than others


def test_a_time_that_the_clock_skips_is_an_hour_later() -> None:
    night = freeze(at(3, 27, 2, 15), at(3, 27, 2, 45), "FREQ=DAILY")
    found = night.next_window(at(3, 29))
    assert found == Window(at(3, 29, 3, 15), at(3, 29, 3, 45))


def test_a_time_that_the_clock_shows_twice_is_frozen_both_times() -> None:
    night = freeze(at(10, 23, 2, 15), at(10, 23, 2, 45), "FREQ=DAILY")
    first = at(10, 25, 2, 15).astimezone(UTC)
    assert night.next_window(at(10, 25)) == Window(first, first + 1.5 * HOUR)


def test_the_first_window_always_counts_and_others_by_the_rule() -> None:
    fridays = freeze(at(3, 18, 12), at(3, 18, 13), "freq=weekly;byday=fr")  # a Wednesday
    assert fridays.window(at(3, 18, 12))
    assert fridays.window(at(3, 20, 12))
    assert fridays.window(at(3, 25, 12)) is None


@pytest.mark.parametrize(
    ("rrule", "last"),
    [
        ("FREQ=WEEKLY;COUNT=3", at(4, 3, 17)),
        ("FREQ=WEEKLY;UNTIL=20260403", at(4, 3, 17)),  # that day as a whole
        ("FREQ=WEEKLY;UNTIL=20260403T150000Z", at(4, 3, 17)),
        ("FREQ=WEEKLY;UNTIL=20260403T145959Z", at(3, 27, 17)),
        ("FREQ=WEEKLY;UNTIL=20260403T170000", at(4, 3, 17)),
        ("RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=2", at(4, 3, 17)),
        ("FREQ=MONTHLY;BYDAY=-1FR;COUNT=2", at(3, 27, 17)),
    ],
)
def test_a_rule_ends_when_it_says(rrule: str, last: datetime) -> None:
    found = weekend(rrule)
    assert found.window(last)
    assert found.next_window(last) is None
    assert found.window(last + timedelta(days=300)) is None


def test_of_windows_that_overlap_the_last_end_counts() -> None:
    long = freeze(at(3, 2), at(3, 5), "FREQ=DAILY;COUNT=3")
    assert long.window(at(3, 4, 12)) == Window(at(3, 4), at(3, 7))


def test_a_rule_without_an_end_has_to_be_planned_anew_after_twenty_years() -> None:
    assert weekend().window(at(3, 20, 18, year=2045)) is None
    with pytest.raises(FreezeError, match="plan it anew"):
        weekend().window(at(6, 1, year=2046))
    ended = weekend("FREQ=WEEKLY;COUNT=3")
    assert ended.window(at(6, 1, year=2046)) is None


@pytest.mark.parametrize(
    "changed",
    [
        {"ends_at": at(3, 20, 17)},
        {"ends_at": at(3, 20, 16)},
        {"starts_at": datetime(2026, 3, 20)},  # noqa: DTZ001 - that is what is wrong with it
        {"ends_at": datetime(9999, 12, 31, tzinfo=UTC)},
        {"starts_at": datetime(1, 1, 1, tzinfo=UTC)},
        {"reason": " "},
        {"timezone": "Mars/Olympus"},
        {"timezone": ""},
        {"timezone": "../../etc/passwd"},
        {"timezone": "Europe"},
        {"rrule": "nonsense"},
        {"rrule": "FREQ=SECONDLY"},
        {"rrule": "FREQ=HOURLY"},
        {"rrule": "BYDAY=FR"},
        {"rrule": "FREQ=DAILY;COUNT=99999999999"},
        {"rrule": "FREQ=DAILY;COUNT=0"},
        {"rrule": "FREQ=DAILY;INTERVAL=0"},
        {"rrule": "FREQ=DAILY;COUNT=2;UNTIL=20270101"},
        {"rrule": "FREQ=DAILY;COUNT=1"},
        {"rrule": "FREQ=DAILY;UNTIL=20260101"},
        {"rrule": "FREQ=DAILY;UNTIL=20261399"},
        {"rrule": "FREQ=DAILY;FREQ=DAILY"},
        {"rrule": "FREQ=DAILY;BYHOUR=1,2,3"},
        {"rrule": "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"},
        {"rrule": "FREQ=MONTHLY;BYMONTHDAY=0"},
        {"rrule": "FREQ=MONTHLY;BYMONTHDAY=32"},
        {"rrule": "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"},
        {"rrule": "FREQ=YEARLY;BYEASTER=0"},
        {"rrule": "FREQ=WEEKLY;BYDAY=XX"},
        {"rrule": "FREQ=DAILY\nDTSTART:20200101T000000"},
        {"rrule": f"FREQ=WEEKLY;BYDAY={','.join(['MO'] * 100)}"},
        {"rrule": "FREQ=YEARLY", "ends_at": at(3, 22, year=2027)},
    ],
)
def test_a_freeze_that_cannot_be_meant_is_refused(changed: dict[str, object]) -> None:
    whole = Freeze(id="f", starts_at=at(3, 20, 17), ends_at=at(3, 23, 8), reason="no hands")
    with pytest.raises(FreezeError):
        planned(replace(whole, **changed))  # type: ignore[arg-type]  # names of fields


def test_a_freeze_is_kept_in_one_way_of_writing_it() -> None:
    kept = weekend(" rrule:freq=weekly;byday=fr ")
    assert kept.rrule == "FREQ=WEEKLY;BYDAY=FR"
    assert (kept.starts_at.tzinfo, kept.ends_at.tzinfo) == (UTC, UTC)
    assert planned(kept) == kept
    assert weekend(" ").rrule is None


@given(
    start=st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    length=st.timedeltas(timedelta(minutes=1), timedelta(days=9)),
    rule=st.sampled_from(["FREQ=DAILY", "FREQ=WEEKLY;BYDAY=MO,FR", "FREQ=MONTHLY", "FREQ=YEARLY"]),
    later=st.timedeltas(timedelta(), timedelta(days=800)),
)
@quickly
def test_a_window_is_where_the_one_after_it_was_foretold(
    start: datetime, length: timedelta, rule: str, later: timedelta
) -> None:
    found = freeze(start, start + length, rule)
    now = found.starts_at + later
    coming = found.next_window(now)
    assert coming
    assert now < coming.start < coming.end
    assert found.window(coming.start)
    within = found.window(now)
    assert within is None or within.start <= now < within.end
    clock = coming.start.astimezone(AMSTERDAM).timetz().replace(tzinfo=None, fold=0)
    first = found.starts_at.astimezone(AMSTERDAM).timetz().replace(tzinfo=None, fold=0)
    assert clock == first or clock.hour == 3  # what the clock skipped comes an hour later
