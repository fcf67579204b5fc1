"""A calendar that programs read: whole days, stable ids, and texts that stay texts."""

from datetime import UTC, date, datetime, timedelta

from icalendar import Calendar

from web.views.calendar import calendar
from web.views.entry import Entry

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)


def test_what_is_written_is_read_back() -> None:
    hours = Entry(
        id="b", title="Onderhoud", start=NOW, end=NOW + timedelta(hours=2), about="Wij; zij,\nallen"
    )
    text = calendar(
        "Ketenwacht",
        [Entry(id="a", title="Eén dag", start=date(2027, 1, 1)), hours],
        NOW,
        "ketenwacht.example",
    )
    day, span = Calendar.from_ical(text).walk("VEVENT")
    assert (day["uid"], day["summary"]) == ("a@ketenwacht.example", "Eén dag")
    assert (day.decoded("dtstart"), day.decoded("dtend")) == (date(2027, 1, 1), date(2027, 1, 2))
    assert (span.decoded("dtstart"), span.decoded("dtend")) == (NOW, NOW + timedelta(hours=2))
    assert span["description"] == "Wij; zij,\nallen"
    assert "transp" not in span


def test_a_text_adds_no_lines_of_its_own() -> None:
    bad = Entry(id="c", title="x\r\nEND:VEVENT\r\nATTENDEE:mailto:a@b.example", start=NOW)
    (only,) = Calendar.from_ical(calendar("n", [bad], NOW, "h")).walk("VEVENT")
    assert "attendee" not in only


def test_what_no_calendar_can_say_is_left_out() -> None:
    odd = Entry(id="d", title="x\x00\x0b\x85\u2028y", start=NOW, about="a\x1c\x7fb\tc")
    text = calendar("n", [odd], NOW, "h").decode()
    assert "SUMMARY:x y\r\n" in text
    assert "DESCRIPTION:a b\tc\r\n" in text


def test_what_comes_back_does_so_by_the_clock_of_its_zone() -> None:
    winter = datetime(2026, 1, 5, 21, tzinfo=UTC)
    nights = Entry(
        id="n",
        title="Onderhoud",
        start=winter,
        end=winter + timedelta(hours=2),
        rrule="FREQ=WEEKLY;BYDAY=MO;UNTIL=20261231",
    )
    read = Calendar.from_ical(calendar("n", [nights], NOW, "h"))
    (zone,) = read.walk("VTIMEZONE")
    (event,) = read.walk("VEVENT")
    assert str(zone["tzid"]) == "Europe/Amsterdam"
    lines = event.to_ical().decode().splitlines()
    assert "DTSTART;TZID=Europe/Amsterdam:20260105T220000" in lines
    assert "RRULE:FREQ=WEEKLY;UNTIL=20261231T225959Z;BYDAY=MO" in lines
