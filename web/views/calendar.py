"""What is planned, as a calendar that others subscribe to (RFC 5545)."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vRecur

from web.views.entry import Entry

MAKER = "-//Ketenwacht//Ketenwacht//NL"
REFRESH = timedelta(hours=6)
"""How often a reader may come back, as a hint: days are planned long before."""
ONE_DAY = timedelta(days=1)
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]+")


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
    made.add_missing_timezones()
    return bytes(made.to_ical())


def _written(entry: Entry, now: datetime, host: str) -> Event:
    event = Event()
    event.add("uid", f"{entry.id}@{host}")
    event.add("dtstamp", now)
    event.add("summary", _writable(entry.title))
    whole_day = not isinstance(entry.start, datetime)
    end = entry.end or (entry.start + ONE_DAY if whole_day else entry.start)
    event.add("dtstart", _by_its_clock(entry.start, entry))
    event.add("dtend", _by_its_clock(end, entry))
    if whole_day:
        event.add("transp", "TRANSPARENT")  # it keeps nobody busy
    if entry.rrule:
        event.add("rrule", _rule(entry.rrule, ZoneInfo(entry.zone)))
    if entry.about:
        event.add("description", _writable(entry.about))
    if entry.link:
        event.add("url", entry.link)
    return event


def _writable(text: str) -> str:
    """Without what RFC 5545 (section 3.1) cannot say, and what some take for the end of a line."""
    return _UNWRITABLE.sub(" ", text)


def _by_its_clock(at: date | datetime, entry: Entry) -> date | datetime:
    """What comes back does so on the clock of its zone; what comes once is a moment."""
    if entry.rrule and isinstance(at, datetime):
        return at.astimezone(ZoneInfo(entry.zone))
    return at


def _rule(text: str, zone: ZoneInfo) -> vRecur:
    """Its end as a moment in UTC, as RFC 5545 wants it beside a start in a zone."""
    rule: vRecur = vRecur.from_ical(text)
    if ends := rule.get("UNTIL"):
        rule["UNTIL"] = [_moment(one, zone) for one in ends]
    return rule


def _moment(end: date | datetime, zone: ZoneInfo) -> datetime:
    """A day counts as a whole."""
    if not isinstance(end, datetime):
        end = datetime.combine(end, time(23, 59, 59))
    return (end if end.tzinfo else end.replace(tzinfo=zone)).astimezone(UTC)
