"""Observations in: each (check, slot) once, and the road is short where all are new."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import IntegrityError

from monitor.domain.observation import Observation
from monitor.storage.codec import Fields, observation_fields
from monitor.storage.engine import Transaction
from monitor.storage.keys import check_keys, upsert
from monitor.storage.marks import reopen
from monitor.storage.tables import OBSERVATION

_INSERT = insert(OBSERVATION)


def insert_new(
    connection: Connection, tx: Transaction, batch: Sequence[Observation]
) -> list[Observation]:
    """Write what is not there yet, and return it in the order in which it came."""
    keys = check_keys(connection, tx, (seen.check for seen in batch))
    rows = [observation_fields(keys[seen.check], seen) for seen in batch]
    reopen(connection, min(seen.slot for seen in batch))
    try:
        with connection.begin_nested():
            connection.execute(_INSERT, rows)
    except IntegrityError:  # some are known: rare enough to look at all of them
        return _insert_unknown(connection, batch, rows)
    return list(batch)


def _insert_unknown(
    connection: Connection, batch: Sequence[Observation], rows: Sequence[Fields]
) -> list[Observation]:
    slots = [row["slot"] for row in rows]
    asked = select(OBSERVATION.c.check_key, OBSERVATION.c.slot).where(
        OBSERVATION.c.check_key.in_({row["check_key"] for row in rows}),
        OBSERVATION.c.slot.between(min(slots), max(slots)),
    )
    taken = set(connection.execute(asked).all())
    fresh: dict[tuple[int, datetime], tuple[Observation, Fields]] = {}
    for seen, row in zip(batch, rows, strict=True):
        identity = (row["check_key"], row["slot"])
        if identity not in taken:
            fresh.setdefault(identity, (seen, row))
    if not fresh:
        return []
    columns = OBSERVATION.c.check_key, OBSERVATION.c.slot
    # Another process may have been faster since we looked: what came back is what we wrote.
    statement = upsert(connection, OBSERVATION).on_conflict_do_nothing().returning(*columns)
    written = set(connection.execute(statement, [row for _, row in fresh.values()]).all())
    return [seen for identity, (seen, _) in fresh.items() if identity in written]
