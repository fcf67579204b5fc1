"""What operators plan and tell: maintenance, incidents of their own, and updates to any."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, insert, or_, select

from monitor.domain.bulletin import Bulletin, Phase, Update
from monitor.domain.incident import Incident, IncidentKind
from monitor.domain.maintenance import Maintenance
from monitor.storage.codec import Fields, incident_of
from monitor.storage.forms import (
    maintenance_fields,
    maintenance_of,
    reach_fields,
    reach_of,
)
from monitor.storage.keys import replacing
from monitor.storage.registers import BULLETIN, INCIDENT_UPDATE, MAINTENANCE
from monitor.storage.tables import EVENT, INCIDENT


def planned(connection: Connection) -> list[Maintenance]:
    """Withdrawn ones too, in the order in which they start."""
    asked = select(MAINTENANCE).order_by(MAINTENANCE.c.starts_at, MAINTENANCE.c.id)
    return [maintenance_of(row) for row in connection.execute(asked)]


def maintenance(connection: Connection, id_: str) -> Maintenance | None:
    row = connection.execute(select(MAINTENANCE).where(MAINTENANCE.c.id == id_)).first()
    return maintenance_of(row) if row else None


def keep_maintenance(connection: Connection, one: Maintenance) -> None:
    connection.execute(replacing(connection, MAINTENANCE), maintenance_fields(one))


def open_ones(connection: Connection) -> list[Bulletin]:
    """Oldest first."""
    its = BULLETIN.c
    asked = select(BULLETIN).where(its.resolved_at.is_(None)).order_by(its.opened_at, its.id)
    return [_bulletin_of(row) for row in connection.execute(asked)]


def since(connection: Connection, begin: datetime) -> list[Bulletin]:
    """Those that were open after `begin`, newest first."""
    its = BULLETIN.c
    told = select(BULLETIN).where(or_(its.resolved_at.is_(None), its.resolved_at > begin))
    ordered = told.order_by(its.opened_at.desc(), its.id)
    return [_bulletin_of(row) for row in connection.execute(ordered)]


def bulletin(connection: Connection, id_: str) -> Bulletin | None:
    row = connection.execute(select(BULLETIN).where(BULLETIN.c.id == id_)).first()
    return _bulletin_of(row) if row else None


def keep_bulletin(connection: Connection, one: Bulletin) -> None:
    connection.execute(replacing(connection, BULLETIN), _bulletin_fields(one))


def updates(connection: Connection, incidents: Iterable[str]) -> dict[str, tuple[Update, ...]]:
    """By incident, in the order in which they were written."""
    its = INCIDENT_UPDATE.c
    asked = select(INCIDENT_UPDATE).where(its.incident.in_([*incidents]))
    found: defaultdict[str, tuple[Update, ...]] = defaultdict(tuple)
    for row in connection.execute(asked.order_by(its.incident, its.number)):
        found[row.incident] = (*found[row.incident], _update_of(row))
    return found


def keep_update(connection: Connection, update: Update) -> None:
    row = {**asdict(update), "phase": update.phase.value}
    connection.execute(insert(INCIDENT_UPDATE), row)


def incident(connection: Connection, id_: str) -> Incident | None:
    """One that the rules opened."""
    row = connection.execute(select(INCIDENT).where(INCIDENT.c.id == id_)).first()
    return incident_of(row) if row else None


def outages(connection: Connection, begin: datetime, limit: int) -> list[Incident]:
    """What the rules opened and the public should know, if it was open after `begin`.

    Newest first. A child stands under its parent; once that is over, it stands for itself as
    long as it is open, and afterwards too if it was told.
    """
    its = INCIDENT.c
    parents = INCIDENT.alias()
    over = select(parents.c.id).where(parents.c.resolved_at.is_not(None))
    outlasting = and_(its.parent.in_(over), or_(its.resolved_at.is_(None), its.told))
    asked = (
        select(INCIDENT)
        .where(
            its.kind != IncidentKind.ISOLATED.value,
            or_(its.parent.is_(None), outlasting),
            or_(its.resolved_at.is_(None), its.resolved_at > begin),
        )
        .order_by(its.opened_at.desc(), its.id)
        .limit(limit)
    )
    return [incident_of(row) for row in connection.execute(asked)]


def children(connection: Connection, parent: str) -> list[Incident]:
    """By what they are about."""
    its = INCIDENT.c
    asked = select(INCIDENT).where(its.parent == parent).order_by(its.subject, its.opened_at)
    return [incident_of(row) for row in connection.execute(asked)]


def told(connection: Connection, keys: Iterable[str]) -> set[str]:
    """Which of these events were told."""
    asked = select(EVENT.c.key).where(EVENT.c.key.in_([*keys]))
    return set(connection.execute(asked).scalars())


def _bulletin_fields(bulletin: Bulletin) -> Fields:
    return {
        "id": bulletin.id,
        "title": bulletin.title,
        **reach_fields(bulletin.about),
        "opened_at": bulletin.opened_at,
        "changed_at": bulletin.changed_at,
        "phase": bulletin.phase.value,
        "resolved_at": bulletin.resolved_at,
    }


def _bulletin_of(row: Row[Any]) -> Bulletin:
    return Bulletin(
        id=row.id,
        title=row.title,
        about=reach_of(row),
        opened_at=row.opened_at,
        changed_at=row.changed_at,
        phase=Phase(row.phase),
        resolved_at=row.resolved_at,
    )


def _update_of(row: Row[Any]) -> Update:
    return Update(
        incident=row.incident,
        number=row.number,
        at=row.at,
        phase=Phase(row.phase),
        message=row.message,
    )
