"""Observations in: each (check, slot) once, and the road is short where all are new."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select
from sqlalchemy.exc import IntegrityError

from monitor.domain.observation import Observation
from monitor.storage.bulk import execute_many
from monitor.storage.codec import OBSERVED, observation_values
from monitor.storage.engine import Transaction
from monitor.storage.keys import check_keys
from monitor.storage.marks import reopen
from monitor.storage.moment import micros
from monitor.storage.tables import OBSERVATION

_INSERT = insert(OBSERVATION).values({name: bindparam(name) for name in OBSERVED})
_IDENTITY = slice(2)  # check_key and slot stand first

Values = tuple[Any, ...]


def insert_new(
    connection: Connection, tx: Transaction, batch: Sequence[Observation]
) -> list[Observation]:
    """Write what is not there yet, and return it in the order in which it came."""
    keys = check_keys(connection, tx, (seen.check for seen in batch))
    rows = [observation_values(keys[seen.check], seen) for seen in batch]
    reopen(connection, min(seen.slot for seen in batch))
    try:
        with connection.begin_nested():
            execute_many(connection, _INSERT, OBSERVED, rows)
    except IntegrityError:  # some are known: rare enough to look at all of them
        return _insert_unknown(connection, batch, rows)
    return list(batch)


def _insert_unknown(
    connection: Connection, batch: Sequence[Observation], rows: Sequence[Values]
) -> list[Observation]:
    slots = [seen.slot for seen in batch]
    asked = select(OBSERVATION.c.check_key, OBSERVATION.c.slot).where(
        OBSERVATION.c.check_key.in_({row[0] for row in rows}),
        OBSERVATION.c.slot.between(min(slots), max(slots)),
    )
    taken = {(key, micros(slot)) for key, slot in connection.execute(asked)}
    fresh: dict[Values, tuple[Observation, Values]] = {}
    for seen, row in zip(batch, rows, strict=True):
        if row[_IDENTITY] not in taken:
            fresh.setdefault(row[_IDENTITY], (seen, row))
    if fresh:  # should another process be faster now, the batch fails and is tried again
        execute_many(connection, _INSERT, OBSERVED, [row for _, row in fresh.values()])
    return [seen for seen, _ in fresh.values()]
