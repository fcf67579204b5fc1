"""Whether the house is kept: the days that are made ahead, strays among them, the roll-ups."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, func, select, text

from monitor.storage.marks import hour_of, marks
from monitor.storage.partitions import DAY, known_days
from monitor.storage.tables import OBSERVATION

MANY = 10_000
"""Of strays; more are not counted."""
BEHIND = timedelta(hours=3)
"""Roll-ups are made every hour; so late something is wrong."""

_STRAYS = text(f"SELECT count(*) FROM (SELECT 1 FROM observation_rest LIMIT {MANY}) AS strays")  # noqa: S608  a number


@dataclass(frozen=True, slots=True)
class Checkup:
    """`days_until`: the last day that has a table; `strays`: answers in none of them.

    None of both where days are no tables. `rolled_until`: up to there the roll-ups tell all;
    `newest`: the slot of the newest answer.
    """

    days_until: date | None
    strays: int | None
    rolled_until: datetime | None
    newest: datetime | None
    oldest: datetime | None

    def lines(self) -> Iterator[str]:
        """What there is to tell."""
        if self.strays is not None:
            yield f"Days made until: {self.days_until or 'none yet, the first leader makes them'}"
            yield f"Answers outside of them: {_counted(self.strays)}"
        yield f"Newest answer: {_moment(self.newest)}"
        yield f"Rolled up until: {_moment(self.rolled_until)}"

    def troubles(self, now: datetime, *, is_led: bool) -> Iterator[str]:
        """What whoever leads should have done by now; each with its cure."""
        if is_led and self.strays is not None:
            tomorrow = (now + DAY).date()
            if self.days_until is None or self.days_until < tomorrow:
                yield (
                    f"There is no table for the answers of {tomorrow}, though somebody leads; its "
                    "log says why (`ketenwacht db check` with its role tells the rights it lacks)."
                )
            if self.strays:
                yield (
                    f"{_counted(self.strays)} answers lie outside of the days that were made; the "
                    "leader moves them within an hour, unless they are of a clock that was wrong."
                )
        since = self.rolled_until or (hour_of(self.oldest) if self.oldest else None)
        if since and self.newest and self.newest - since > BEHIND:
            yield (
                f"The roll-ups are behind: they end at {_moment(since)} and answers at "
                f"{_moment(self.newest)}. The log of who leads says why."
            )


def checkup(connection: Connection) -> Checkup:
    has_days = connection.dialect.name == "postgresql"
    newest, oldest = (
        connection.execute(select(each(OBSERVATION.c.slot))).scalar_one()
        for each in (func.max, func.min)
    )
    return Checkup(
        days_until=max(known_days(connection), default=None),
        strays=int(connection.execute(_STRAYS).scalar_one()) if has_days else None,
        rolled_until=marks(connection).rolled_until,
        newest=newest,
        oldest=oldest,
    )


def _counted(strays: int) -> str:
    return f"{MANY} or more" if strays >= MANY else str(strays)


def _moment(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else "none yet"
