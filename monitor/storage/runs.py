"""Runs of equal readings, as they were kept and as the newest reading left them."""

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby

from sqlalchemy import ColumnElement, Connection, func, select

from monitor.domain.landscape import REFERENCE, LineId, TargetId
from monitor.domain.sighting import Sighting
from monitor.storage import memory
from monitor.storage.codec import sighting_of
from monitor.storage.engine import Transaction
from monitor.storage.tables import SIGHTING, TARGET


def sightings(
    connection: Connection, tx: Transaction, line: LineId | None, environment: str | None
) -> list[tuple[TargetId, Sighting]]:
    """Newest first.

    A run in progress is kept when it changes, not with every reading: how far it has come
    is in the standing.
    """
    wanted: list[ColumnElement[bool]] = [TARGET.c.line == str(line)] if line else []
    if environment:
        wanted.append(TARGET.c.environment == environment)
    return _found(connection, tx, wanted)


def by_target(
    connection: Connection, tx: Transaction, line: LineId | None
) -> dict[TargetId, tuple[Sighting, ...]]:
    """Of each target its runs, oldest first."""
    wanted = [TARGET.c.line == str(line)] if line else []
    found = sorted(_found(connection, tx, wanted), key=lambda one: (str(one[0]), one[1].by))
    return {
        target: tuple(sighting for _, sighting in of_one)
        for target, of_one in groupby(found, key=lambda one: one[0])
    }


def matrix(connection: Connection, at: datetime) -> dict[TargetId, Sighting]:
    """What each target was settled on at `at`: the run that had begun last by then."""
    newest = (
        select(SIGHTING.c.target_key, func.max(SIGHTING.c.by).label("by"))
        .where(SIGHTING.c.by <= at, SIGHTING.c.settled)
        .group_by(SIGHTING.c.target_key)
        .subquery()
    )
    asked = (
        select(TARGET.c.id, SIGHTING)
        .join(TARGET, TARGET.c.key == SIGHTING.c.target_key)
        .join(
            newest,
            (newest.c.target_key == SIGHTING.c.target_key) & (newest.c.by == SIGHTING.c.by),
        )
        .where(TARGET.c.line != str(REFERENCE))
        .order_by(TARGET.c.id)
    )
    return {TargetId.parse(row.id): sighting_of(row) for row in connection.execute(asked)}


def _found(
    connection: Connection, tx: Transaction, wanted: Iterable[ColumnElement[bool]]
) -> list[tuple[TargetId, Sighting]]:
    wanted = tuple(wanted)
    asked = (
        select(TARGET.c.id, SIGHTING)
        .join(TARGET, TARGET.c.key == SIGHTING.c.target_key)
        .where(*wanted)
        .order_by(SIGHTING.c.by.desc(), TARGET.c.id)
    )
    current = {
        standing.target: standing.readings.current
        for standing in memory.every(connection, tx, *wanted)
    }
    found = []
    for row in connection.execute(asked):
        target, sighting = TargetId.parse(row.id), sighting_of(row)
        going_on = current.get(target)
        found.append((target, going_on if going_on and going_on.by == sighting.by else sighting))
    return found
