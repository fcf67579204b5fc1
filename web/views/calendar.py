"""What is planned, as a calendar that others subscribe to (RFC 5545)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from icalendar import Calendar, Event

MAKER = "-//Ketenwacht//Ketenwacht//NL"
REFRESH = timedelta(hours=6)
"""How often a reader may come back, as a hint: days are planned long before."""
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing in a calendar. `id` is stable, so that a change moves what readers have.

    Days, without a time, are whole; `end` is exclusive then as otherwise. None: the day itself.
    """

    id: str
    title: str
    start: date | datetime
    end: date | datetime | None = None
    about: str = ""
    link: str | None = None


def calendar(name: str, entries: Iterable[Entry], now: datetime, host: str) -> bytes:
    """`now` dates the entries, and `host` makes their ids the only ones of that name."""
    made = Calendar()
    made.add("prodid", MAKER)
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("name", name)
    made.add("x-wr-calname", name)
    made.add("refresh-interval", REFRESH, parameters={"value": "DURATION"})
    for entry in entries:
        made.add_component(_written(entry, now, host))
    return bytes(made.to_ical())


def _written(entry: Entry, now: datetime, host: str) -> Event:
    event = Event()
    event.add("uid", f"{entry.id}@{host}")
    event.add("dtstamp", now)
    event.add("summary", entry.title)
    event.add("dtstart", entry.start)
    whole_day = not isinstance(entry.start, datetime)
    event.add("dtend", entry.end or (entry.start + ONE_DAY if whole_day else entry.start))
    if whole_day:
        event.add("transp", "TRANSPARENT")  # it keeps nobody busy
    if entry.about:
        event.add("description", entry.about)
    if entry.link:
        event.add("url", entry.link)
    return event
