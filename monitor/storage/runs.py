"""Runs of equal readings, as they were kept and as the newest reading left them."""

from sqlalchemy import Connection, select

from monitor.domain.landscape import LineId, TargetId
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
    wanted = []
    if line:
        wanted.append(TARGET.c.line == str(line))
    if environment:
        wanted.append(TARGET.c.environment == environment)
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
