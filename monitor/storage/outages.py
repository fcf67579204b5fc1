"""All that is open, however many: an outage of everything is when it counts."""

from functools import partial

from sqlalchemy import Connection, select

from monitor.domain.incident import Incident
from monitor.storage.bulk import PART
from monitor.storage.codec import incident_of
from monitor.storage.engine import Transaction
from monitor.storage.tables import INCIDENT


async def all_open(tx: Transaction, part: int = PART) -> list[Incident]:
    """By id; read in parts, between which others have their turn."""
    found: list[Incident] = []
    after = ""
    while True:
        some = await tx.run(partial(_following, after=after, part=part))
        found += some
        if len(some) < part:
            return found
        after = some[-1].id


def _following(connection: Connection, after: str, part: int) -> list[Incident]:
    its = INCIDENT.c
    asked = (
        select(INCIDENT)
        .where(its.resolved_at.is_(None), its.id > after)
        .order_by(its.id)
        .limit(part)
    )
    return [incident_of(row) for row in connection.execute(asked)]
