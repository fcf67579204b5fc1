"""Runs of equal readings, as they were kept and as the newest reading left them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Connection, func, select, type_coerce

from monitor.domain.landscape import REFERENCE, LineId, TargetId
from monitor.domain.sighting import Seen, Sighting
from monitor.storage import memory
from monitor.storage.codec import sighting_of
from monitor.storage.engine import Transaction
from monitor.storage.moment import moment
from monitor.storage.tables import SIGHTING, TARGET

_COLUMNS = (
    *(SIGHTING.c.target_key, SIGHTING.c.served, SIGHTING.c.version, SIGHTING.c.fingerprint),
    *(type_coerce(SIGHTING.c[name], BigInteger) for name in ("after", "by", "last")),
    *(SIGHTING.c.readings, SIGHTING.c.settled),
)


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
    found: list[tuple[TargetId, Sighting]] = []
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
    asked = select(*_COLUMNS).order_by(SIGHTING.c.target_key, SIGHTING.c.by)
    if wanted:
        asked = asked.where(SIGHTING.c.target_key.in_(targets))
    found: defaultdict[int, list[Sighting]] = defaultdict(list)
    for row in connection.execute(asked):
        found[row[0]].append(_sighting(row))
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


def _sighting(fields: Sequence[Any]) -> Sighting:
    """From `_COLUMNS` and nothing else: there may be thousands."""
    _, served, version, fingerprint, after, by, last, readings, settled = fields
    return Sighting(
        seen=Seen(served, version, fingerprint),
        after=None if after is None else moment(after),
        by=moment(by),
        last=moment(last),
        readings=readings,
        settled=settled,
    )


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
