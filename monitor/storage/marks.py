"""Up to where the roll-ups tell the whole story, and from where on we still have every answer."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, select, update

from monitor.storage.moment import HOUR, micros, moment
from monitor.storage.tables import INSTALLATION

_REOPEN = (
    update(INSTALLATION)
    .where(INSTALLATION.c.rolled_until > bindparam("hour", type_=INSTALLATION.c.rolled_until.type))
    .values(rolled_until=bindparam("hour"))
)


@dataclass(frozen=True, slots=True)
class Marks:
    rolled_until: datetime | None  # every hour before it is in the roll-up
    pruned_until: datetime | None  # observations before it may be gone
    hours_pruned_until: datetime | None  # hours of the roll-up before it may be gone


def marks(connection: Connection) -> Marks:
    row = connection.execute(select(INSTALLATION)).one()
    return Marks(row.rolled_until, row.pruned_until, row.hours_pruned_until)


def reopen(connection: Connection, since: datetime) -> None:
    """Something was learnt about `since` after all: roll up again from its hour on."""
    connection.execute(_REOPEN, {"hour": hour_of(since)})


def set_marks(connection: Connection, **moved: datetime) -> None:
    """Move marks, by their names in `Marks`."""
    connection.execute(update(INSTALLATION).values(**moved))


def hour_of(at: datetime) -> datetime:
    """The beginning of the UTC hour that `at` lies in."""
    count = micros(at)
    return moment(count - count % HOUR)
