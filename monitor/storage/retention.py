"""How long what is kept, and how it goes: in small pieces, never before it is rolled up."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Column, Connection, delete, select, tuple_

from monitor.storage.days import day_of, start_of
from monitor.storage.engine import Database
from monitor.storage.fault import DiskFull
from monitor.storage.marks import hour_of, marks, set_marks
from monitor.storage.partitions import drop_days, whole_days
from monitor.storage.tables import MISSED, OBSERVATION, ROLLUP_DAY, ROLLUP_HOUR
from monitor.storage.tidying import tidy

Bound = tuple[Column[Any], datetime | date]

PIECE = 5_000
"""Rows deleted in one transaction: the recorder waits for its end."""


@dataclass(frozen=True, slots=True)
class Keep:
    """How long to keep what; sightings, states, incidents and events stay for ever."""

    raw: timedelta = timedelta(days=14)
    hourly: timedelta = timedelta(days=100)
    daily: timedelta = timedelta(days=3 * 365)


async def prune(database: Database, now: datetime, keep: Keep) -> None:
    """Delete what is older than `keep`; an answer only when its hour is rolled up.

    On a full disk deleting needs room too: then the reserve beside an SQLite file is
    dropped first, and laid aside again afterwards.
    """
    try:
        await _prune(database, now, keep)
    except DiskFull:
        if database.reserve is None:
            raise
        database.reserve.drop()
        await _prune(database, now, keep)
    if database.reserve:
        database.reserve.lay_aside()


async def _prune(database: Database, now: datetime, keep: Keep) -> None:
    async with database.begin() as tx:
        bounds = await tx.run(partial(_bounds, now, keep))
    for column, bound in bounds:
        if column is OBSERVATION.c.slot and isinstance(bound, datetime):
            await drop_days(database, bound)
        more = True
        while more:
            async with database.begin() as tx:
                more = await tx.run(partial(_delete_piece, column, bound))
    await tidy(database, now)


def _bounds(now: datetime, keep: Keep, connection: Connection) -> list[Bound]:
    """Before what everything goes. Said aloud (in the marks) before anything is gone."""
    known = marks(connection)
    days = (ROLLUP_DAY.c.day, day_of(now - keep.daily))
    if known.rolled_until is None:
        return [days]
    raw = whole_days(connection, min(hour_of(now - keep.raw), known.rolled_until))
    hourly = min(hour_of(now - keep.hourly), start_of(day_of(known.rolled_until)))
    set_marks(
        connection,
        pruned_until=max(raw, known.pruned_until or raw),
        hours_pruned_until=max(hourly, known.hours_pruned_until or hourly),
    )
    return [(OBSERVATION.c.slot, raw), (MISSED.c.last, raw), (ROLLUP_HOUR.c.start, hourly), days]


def _delete_piece(column: Column[Any], bound: datetime | date, connection: Connection) -> bool:
    """Delete some rows older than `bound`; False when they were the last."""
    table = column.table
    keys = tuple_(*table.primary_key)
    old = select(*table.primary_key).where(column < bound).limit(PIECE)
    return connection.execute(delete(table).where(keys.in_(old))).rowcount == PIECE
