"""How far each location was handed its slots, and which of them came to nothing."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Text, cast, column, delete, select, table

from monitor.domain.event import EventType
from monitor.domain.landscape import CheckId
from monitor.storage.codec import facts_of
from monitor.storage.engine import Transaction
from monitor.storage.keys import check_keys, replacing
from monitor.storage.tables import DISPATCH, EVENT, OBSERVATION

_JOBS = table("procrastinate_jobs", column("id"), column("status"))
"""Of the queue's own tables: what is needed to take a job out together with what is recorded."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Every slot before `until` was handed out, by that catalogue and that version."""

    until: datetime
    catalogue: str
    version: str


async def marks(tx: Transaction) -> Mapping[str, Mark]:
    """By location; one that was never handed anything has none."""

    def look(connection: Connection) -> Mapping[str, Mark]:
        rows = connection.execute(select(DISPATCH))
        return {row.location: Mark(row.until, row.catalogue, row.version) for row in rows}

    return await tx.run(look)


async def set_marks(tx: Transaction, marked: Mapping[str, Mark]) -> None:
    rows = [
        {
            "location": location,
            "until": mark.until,
            "catalogue": mark.catalogue,
            "version": mark.version,
        }
        for location, mark in sorted(marked.items())
    ]
    if rows:
        await tx.run(lambda connection: connection.execute(replacing(connection, DISPATCH), rows))


async def take_out(tx: Transaction, jobs: Collection[int], status: str) -> frozenset[int]:
    """Delete those of the jobs that still are in that status, and say which those were."""
    gone = (
        delete(_JOBS)
        .where(_JOBS.c.id.in_(jobs), cast(_JOBS.c.status, Text) == status)
        .returning(_JOBS.c.id)
    )
    return await tx.run(lambda connection: frozenset(connection.scalars(gone)))


async def any_left(tx: Transaction) -> bool:
    """Whether anything that was handed out is not accounted for."""
    asked = select(_JOBS.c.id).limit(1)
    return await tx.run(lambda connection: connection.scalar(asked) is not None)


async def unobserved(
    tx: Transaction, slots: Sequence[tuple[CheckId, datetime]]
) -> list[tuple[CheckId, datetime]]:
    """Those of the slots in which nothing was observed."""
    if not slots:
        return []

    def look(connection: Connection) -> list[tuple[CheckId, datetime]]:
        keys = check_keys(connection, tx, {check for check, _ in slots})
        seen = _observed(connection, keys.values(), [slot for _, slot in slots])
        return [(check, slot) for check, slot in slots if (keys[check], slot) not in seen]

    return await tx.run(look)


def _observed(
    connection: Connection, keys: Iterable[int], slots: Sequence[datetime]
) -> set[tuple[int, datetime]]:
    asked = select(OBSERVATION.c.check_key, OBSERVATION.c.slot).where(
        OBSERVATION.c.check_key.in_(list(keys)),
        OBSERVATION.c.slot.between(min(slots), max(slots)),
    )
    return {(row[0], row[1]) for row in connection.execute(asked)}


async def silent_before(tx: Transaction) -> Mapping[str, datetime]:
    """The locations of which it was told that they fell silent, and not that they are heard."""
    kinds = (EventType.NOTICE_LOCATION_SILENT, EventType.NOTICE_LOCATION_HEARD)
    asked = (
        select(EVENT.c.type, EVENT.c.facts)
        .where(EVENT.c.type.in_([kind.value for kind in kinds]))
        .order_by(EVENT.c.number)
    )

    def look(connection: Connection) -> Mapping[str, datetime]:
        silent: dict[str, datetime] = {}
        for kind, text in connection.execute(asked):
            facts = facts_of(text)
            silent.pop(facts["location"], None)
            if kind == EventType.NOTICE_LOCATION_SILENT.value:
                silent[facts["location"]] = datetime.fromisoformat(facts["lastHeard"])
        return silent

    return await tx.run(look)
