"""Runs of equal readings, as they were kept and as the newest reading left them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

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
    wanted = _wanted(line, (environment,) if environment else ())
    asked = (
        select(TARGET.c.id, SIGHTING)
        .join(TARGET, TARGET.c.key == SIGHTING.c.target_key)
        .where(*wanted)
        .order_by(SIGHTING.c.by.desc(), TARGET.c.id)
    )
    current = _current(connection, tx, wanted)
    found = []
    for row in connection.execute(asked):
        target = TargetId.parse(row.id)
        found.extend((target, one) for one in _going_on([sighting_of(row)], current.get(target)))
    return found


def by_target(
    connection: Connection,
    tx: Transaction,
    line: LineId | None,
    environments: Sequence[str] = (),
) -> dict[TargetId, tuple[Sighting, ...]]:
    """Of each target its runs, oldest first: of a few targets by their keys alone."""
    wanted = _wanted(line, environments)
    named = select(TARGET.c.key, TARGET.c.id).where(*wanted).order_by(TARGET.c.id)
    targets = {row.key: TargetId.parse(row.id) for row in connection.execute(named)}
    asked = select(SIGHTING).order_by(SIGHTING.c.target_key, SIGHTING.c.by)
    if wanted:
        asked = asked.where(SIGHTING.c.target_key.in_(targets))
    found: defaultdict[int, list[Sighting]] = defaultdict(list)
    for row in connection.execute(asked):
        found[row.target_key].append(sighting_of(row))
    current = _current(connection, tx, wanted)
    return {
        target: tuple(_going_on(found[key], current.get(target)))
        for key, target in targets.items()
        if key in found
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


def _wanted(
    line: LineId | None, environments: Sequence[str] = ()
) -> tuple[ColumnElement[bool], ...]:
    lines = [TARGET.c.line == str(line)] if line else []
    return (*lines, TARGET.c.environment.in_(environments)) if environments else (*lines,)


def _current(
    connection: Connection, tx: Transaction, wanted: Iterable[ColumnElement[bool]]
) -> dict[TargetId, Sighting | None]:
    """The runs in progress, as their newest readings left them."""
    standings = memory.every(connection, tx, *wanted)
    return {standing.target: standing.readings.current for standing in standings}


def _going_on(kept: Iterable[Sighting], current: Sighting | None) -> Iterator[Sighting]:
    for one in kept:
        yield current if current and current.by == one.by else one
