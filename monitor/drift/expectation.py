"""Where the catalogue promises a line on a day, and where it does no longer or not yet."""

from collections.abc import Iterator
from datetime import date, datetime

from monitor.domain.day import end_of, start_of
from monitor.domain.landscape import Line
from monitor.drift.picture import Here, LinePicture


def last_day(line: Line) -> date | None:
    """The end of run-out; where none is planned, the last supported day."""
    return line.life_cycle.gone or line.life_cycle.until


def is_over(line: Line, today: date) -> bool:
    last = last_day(line)
    return last is not None and today > last


def has_begun(here: Here, today: date) -> bool:
    return here.first_day is None or today >= here.first_day


def is_expected(line: Line, here: Here, today: date) -> bool:
    return has_begun(here, today) and not is_over(line, today)


def turns(picture: LinePicture) -> Iterator[datetime]:
    """The moments at which the catalogue begins or ceases to promise something."""
    for here in picture.here:
        if here.first_day:
            yield start_of(here.first_day)
    if last := last_day(picture.line):
        yield end_of(last)
