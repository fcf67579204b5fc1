"""Single answers, newest first, by seeks in an index."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from itertools import islice
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    func,
    or_,
    select,
    type_coerce,
)

from monitor.domain.landscape import REFERENCE, CheckId, LineId
from monitor.domain.observation import Observation
from monitor.storage.codec import facts_of, observation_of
from monitor.storage.moment import micros
from monitor.storage.page import Page, cursor_of
from monitor.storage.tables import CHECK, OBSERVATION, TARGET

FEW = 64
"""So many checks are each asked for their newest answers; of more, all answers are walked."""

Place = tuple[int, ...]  # slot in microseconds and check key: the last that was given out


@dataclass(frozen=True, slots=True)
class Wanted:
    line: LineId | None = None
    environment: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    limit: int = 100


def page(connection: Connection, wanted: Wanted, place: Place | None) -> Page[Observation]:
    checks = _checks(connection, wanted)
    if len(checks) <= FEW:
        rows = _each(connection, wanted, place, checks)
    else:
        rows = _walk(connection, wanted, place, checks)
    found = list(islice(rows, wanted.limit + 1))
    items = tuple(observation_of(row, checks[row.check_key]) for row in found[: wanted.limit])
    if len(found) <= wanted.limit:
        return Page(items)
    last = found[wanted.limit - 1]
    return Page(items, cursor_of(micros(last.slot), last.check_key))


def evidence(
    connection: Connection, since: datetime
) -> list[tuple[CheckId, datetime, Mapping[str, str]]]:
    """What the newest answer to each check carries, where it is not older than that."""
    its = OBSERVATION.c
    newest = (
        select(func.max(its.slot))
        .where(its.check_key == CHECK.c.key, its.slot >= since)
        .correlate(CHECK)
        .scalar_subquery()
    )
    asked = (
        select(CHECK.c.id, its.at, its.evidence)
        .join(OBSERVATION, and_(its.check_key == CHECK.c.key, its.slot == newest))
        .where(its.evidence.is_not(None))
        .order_by(CHECK.c.id)
    )
    rows = connection.execute(asked)
    return [(CheckId.parse(row.id), row.at, facts_of(row.evidence)) for row in rows]


def _checks(connection: Connection, wanted: Wanted) -> dict[int, CheckId]:
    asked = select(CHECK.c.key, CHECK.c.id).join(TARGET, TARGET.c.key == CHECK.c.target_key)
    if wanted.line:
        asked = asked.where(TARGET.c.line == str(wanted.line))
    else:
        asked = asked.where(TARGET.c.line != str(REFERENCE))
    if wanted.environment:
        asked = asked.where(TARGET.c.environment == wanted.environment)
    return {row.key: CheckId.parse(row.id) for row in connection.execute(asked)}


def _each(
    connection: Connection, wanted: Wanted, place: Place | None, checks: dict[int, CheckId]
) -> Iterator[Row[Any]]:
    """Per check along the primary key, then put together."""
    newest = _bounded(wanted, place).order_by(OBSERVATION.c.slot.desc())  # of one check
    rows = (
        connection.execute(newest.where(OBSERVATION.c.check_key == key)).all() for key in checks
    )
    return merge(*rows, key=lambda row: (row.slot, row.check_key), reverse=True)


def _walk(
    connection: Connection, wanted: Wanted, place: Place | None, checks: dict[int, CheckId]
) -> Iterator[Row[Any]]:
    """Along the index of slots, whatever the check."""
    asked = _bounded(wanted, place)
    # Zero is added, so that the planner does not go by check and sort everything.
    asked = asked.where((OBSERVATION.c.check_key + 0).in_(checks))
    order = OBSERVATION.c.slot.desc(), OBSERVATION.c.check_key.desc()
    return iter(connection.execute(asked.order_by(*order)).all())


def _bounded(wanted: Wanted, place: Place | None) -> Select[Any]:
    asked = select(OBSERVATION).limit(wanted.limit + 1)
    if wanted.since:
        asked = asked.where(OBSERVATION.c.slot >= wanted.since)
    if wanted.until:
        asked = asked.where(OBSERVATION.c.slot < wanted.until)
    return asked.where(_before(*place)) if place else asked


def _before(slot: int, key: int) -> ColumnElement[bool]:
    its = type_coerce(OBSERVATION.c.slot, BigInteger)
    return and_(its <= slot, or_(its < slot, OBSERVATION.c.check_key < key))
