"""On PostgreSQL each day of `observation` is a table: made ahead, and dropped when it is old.

What lies outside of the days that were made goes to a table for the rest, and moves from there
when its day is made: a clock that is wrong, or history that is written later.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import partial

from sqlalchemy import Connection, text

from monitor.storage.engine import Database
from monitor.storage.moment import HOUR, micros, moment

AHEAD = timedelta(days=7)
"""So long nobody needs to lead and every answer still finds its day."""
DAY = timedelta(days=1)
WAIT = "SET LOCAL lock_timeout = '2s'"
"""For readers to finish; all others wait behind us meanwhile. Then it is left for later."""

_KNOWN = text(
    "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'observation'::regclass"
)

_STRAYS = text(f"SELECT DISTINCT slot / {24 * HOUR} FROM observation_rest")  # noqa: S608  a number


async def make_days(database: Database, now: datetime) -> None:
    """Make the tables of today and the days to come, and of days that came without one."""
    async with database.read() as tx:
        absent = await tx.run(partial(_absent, now))
    for day in absent:
        async with database.begin() as tx:
            await tx.run(partial(_make, day))


async def drop_days(database: Database, before: datetime) -> None:
    """Drop the tables of all days that are over `before`."""
    async with database.read() as tx:
        known = await tx.run(known_days)
    for day in sorted(known):
        if _start(day) + DAY <= before:
            async with database.begin() as tx:
                await tx.run(partial(_drop, day))


def whole_days(connection: Connection, at: datetime) -> datetime:
    """Where days are tables, the beginning of the day: none goes in part."""
    return _start(at.date()) if _has_days(connection) else at


def _absent(now: datetime, connection: Connection) -> list[date]:
    if not _has_days(connection):
        return []
    strays = {moment(day * 24 * HOUR).date() for day in connection.execute(_STRAYS).scalars()}
    last = (now + AHEAD).date()
    wanted = {*_from_to(now.date(), last), *(day for day in strays if day <= last)}
    return sorted(wanted - known_days(connection))


def _make(day: date, connection: Connection) -> None:
    """Beside the others first, so that readers wait only for the moment in which it joins."""
    name, begin = _name(day), micros(_start(day))
    end = begin + 24 * HOUR
    here = f"slot >= {begin} AND slot < {end}"
    taken = f"DELETE FROM observation_rest WHERE {here} RETURNING *"  # noqa: S608  numbers
    for statement in (
        WAIT,
        f"CREATE TABLE {name} (LIKE observation INCLUDING ALL)",
        f"WITH moved AS ({taken}) INSERT INTO {name} SELECT * FROM moved",  # noqa: S608  our own name
        f"ALTER TABLE observation ATTACH PARTITION {name} FOR VALUES FROM ({begin}) TO ({end})",
    ):
        connection.exec_driver_sql(statement)


def _drop(day: date, connection: Connection) -> None:
    connection.exec_driver_sql(WAIT)
    connection.exec_driver_sql(f"DROP TABLE {_name(day)}")


def known_days(connection: Connection) -> set[date]:
    if not _has_days(connection):
        return set()
    names = (name.rpartition("_")[2] for name in connection.execute(_KNOWN).scalars())
    return {date.fromisoformat(name) for name in names if name.isdigit()}


def _has_days(connection: Connection) -> bool:
    return connection.dialect.name == "postgresql"


def _name(day: date) -> str:
    return f"observation_{day:%Y%m%d}"


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _from_to(day: date, last: date) -> Iterator[date]:
    while day <= last:
        yield day
        day += DAY
