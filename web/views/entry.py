"""One thing in a calendar, before it is written as one."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing in a calendar. `id` is stable, so that a change moves what readers have.

    Days, without a time, are whole; `end` is exclusive then as otherwise. None: the day itself.
    With `rrule` it comes back by the clock of `zone`, a name that is known to be one.
    """

    id: str
    title: str
    start: date | datetime
    end: date | datetime | None = None
    about: str = ""
    link: str | None = None
    rrule: str | None = None
    zone: str = "Europe/Amsterdam"
