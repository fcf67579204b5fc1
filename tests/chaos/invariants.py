"""What must hold in every database after every fault, and how to find what does not."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import ColumnClause, Connection, Row, func, literal_column, select

from checks.outcome import OutcomeClass
from monitor.domain.landscape import CheckId
from monitor.domain.standing import TargetStanding
from monitor.scheduling.plan import EPOCH, place
from monitor.storage.codec import facts_of, sighting_of, standing_of
from monitor.storage.engine import Database
from monitor.storage.tables import (
    CHECK,
    EVENT,
    INCIDENT,
    MISSED,
    OBSERVATION,
    SIGHTING,
    STANDING,
    STATE_SPAN,
    TARGET,
)
from tests.chaos import owed

Rows = dict[int, list[Row[Any]]]


async def broken(url: str) -> list[str]:
    """One sentence for each thing that must not be so; empty when all is well."""
    return await _asked(url, lambda connection: [*_everything(connection)])


async def unaccounted(url: str, interval: timedelta) -> list[str]:
    """One sentence for each check with slots that were neither asked nor called missed.

    Only where every check had this one interval and the clock was not set.
    """
    return await _asked(url, lambda connection: [*_silent_slots(connection, interval)])


async def unheard(
    url: str, copies: Mapping[str, int], faults: Sequence[owed.Fault] = ()
) -> list[str]:
    """One sentence for each event that a subscription did not hear of, or too often."""
    return await _asked(url, lambda connection: [*owed.unheard(connection, copies, faults)])


async def invariants(url: str, interval: timedelta | None = None) -> None:
    """Fail, and say why, unless all holds that must hold in the database at `url`."""
    found = await broken(url)
    if interval:
        found += await unaccounted(url, interval)
    assert not found, "\n".join(found)


async def _asked(url: str, question: Any) -> list[str]:
    database = await Database.open(url, migrate=False, exclusive=False)
    try:
        async with database.read() as tx:
            found: list[str] = await tx.run(question)
    finally:
        await database.close()
    return found


def _everything(connection: Connection) -> Iterator[str]:
    yield from _whole(connection)
    yield from _rows_once(connection)
    yield from _led(connection)
    standings = dict(_decoded(connection))
    yield from _undecoded(connection, standings)
    yield from _spans(connection, standings)
    yield from _sightings(connection, standings)
    yield from _concluded(connection, standings)
    yield from _missed(connection)
    yield from _told(connection)
    yield from owed.deliveries(connection)


def _whole(connection: Connection) -> Iterator[str]:
    """The file itself, where there is one."""
    if connection.dialect.name == "sqlite":
        for (line,) in connection.exec_driver_sql("PRAGMA integrity_check"):
            if line != "ok":
                yield f"SQLite finds damage: {line}"
        for row in connection.exec_driver_sql("PRAGMA foreign_key_check"):
            yield f"a row of {row[0]} points to nothing in {row[2]}"


def _rows_once(connection: Connection) -> Iterator[str]:
    columns = (OBSERVATION.c.check_key, OBSERVATION.c.slot)
    twice = select(*columns, func.count()).group_by(*columns).having(func.count() > 1)
    for key, slot, count in connection.execute(twice):
        yield f"check {key} has {count} rows for its slot {slot}"


def _led(connection: Connection) -> Iterator[str]:
    """Nothing of a leader is written once there was a later one; PostgreSQL numbers what writes."""
    if connection.dialect.name != "postgresql":
        return
    written: ColumnClause[int] = literal_column("observation.xmin::text::bigint")
    asked = select(OBSERVATION.c.epoch, OBSERVATION.c.slot).where(OBSERVATION.c.epoch.is_not(None))
    newest = 0
    for epoch, slot in connection.execute(asked.order_by(written)):
        if epoch < newest:
            yield f"slot {slot} was written by leader {epoch} when {newest} led already"
        newest = max(newest, epoch)


def _decoded(connection: Connection) -> Iterator[tuple[int, TargetStanding]]:
    for row in connection.execute(select(STANDING.c.target_key, STANDING.c.memory)):
        if standing := standing_of(row.memory or ""):
            yield row.target_key, standing


def _undecoded(connection: Connection, standings: dict[int, TargetStanding]) -> Iterator[str]:
    asked = select(STANDING, TARGET.c.id).join(TARGET, TARGET.c.key == STANDING.c.target_key)
    for row in connection.execute(asked).all():
        standing = standings.get(row.target_key)
        if standing is None:
            if row.revision:
                yield f"the standing of {row.id} cannot be read"
            continue
        if str(standing.target) != row.id:
            yield f"the standing of {row.id} speaks of {standing.target}"
        for name in ("state", "since", "last_at"):
            if getattr(row, name) != getattr(standing, name):
                yield f"the standing of {row.id} has another {name} inside than beside it"


def _spans(connection: Connection, standings: dict[int, TargetStanding]) -> Iterator[str]:
    spans = _by(connection, STATE_SPAN.c.target_key, STATE_SPAN.c.since)
    for key, rows in spans.items():
        open_ones = [row for row in rows if row.until is None]
        if len(open_ones) > 1:
            yield f"target {key} is in {len(open_ones)} states at once"
        for row in rows:
            if row.until and row.until <= row.since:
                yield f"a state of target {key} ends at {row.until}, before it began"
        for one, later in pairwise(rows):
            if one.until is None or one.until > later.since:
                yield f"states of target {key} overlap at {later.since}"
    for key, standing in standings.items():
        rows = spans.get(key, [])
        entered = [(row.state, row.since) for row in rows if row.until is None]
        if standing.since and entered != [(standing.state.value, standing.since)]:
            yield f"the history of {standing.target} does not end in its state {standing.state}"


def _sightings(connection: Connection, standings: dict[int, TargetStanding]) -> Iterator[str]:
    sightings = _by(connection, SIGHTING.c.target_key, SIGHTING.c.by)
    for key, rows in sightings.items():
        for row in rows:
            if not (row.after or row.by) <= row.by <= row.last or row.readings < 1:
                yield f"the sighting of target {key} by {row.by} is impossible"
        for one, later in pairwise(rows):
            if later.by < one.last or later.after not in (None, one.last):
                yield f"sightings of target {key} do not follow each other at {later.by}"
    for key, standing in standings.items():
        current = standing.readings.current
        newest = sighting_of(sightings[key][-1]) if key in sightings else None
        if (current and (current.by, current.seen)) != (newest and (newest.by, newest.seen)):
            yield f"the newest sighting of {standing.target} is not what it remembers"


def _concluded(connection: Connection, standings: dict[int, TargetStanding]) -> Iterator[str]:
    """What is recorded is concluded of, and nothing is concluded that is not recorded."""
    newest = (
        select(OBSERVATION.c.check_key, func.max(OBSERVATION.c.at).label("at"))
        .where(OBSERVATION.c.outcome_class != OutcomeClass.OURS.value)
        .group_by(OBSERVATION.c.check_key)
        .subquery()
    )
    asked = select(CHECK.c.id, CHECK.c.target_key, newest.c.at).outerjoin(
        newest, newest.c.check_key == CHECK.c.key
    )
    for row in connection.execute(asked):
        check = CheckId.parse(row.id)
        standing = standings.get(row.target_key)
        known = standing.checks.get(check.name) if standing else None
        if (known.last_at if known else None) != row.at:
            yield f"{row.id} was last seen at {row.at}, but concluded of another moment"


def _missed(connection: Connection) -> Iterator[str]:
    columns = (MISSED.c.check_key, MISSED.c.first, MISSED.c.last, MISSED.c["count"])
    for key, first, last, count in connection.execute(select(*columns)):
        if count < 1 or last < first:
            yield f"check {key} missed {count} slots from {first} to {last}"


def _told(connection: Connection) -> Iterator[str]:
    twice = select(EVENT.c.key).group_by(EVENT.c.key).having(func.count() > 1)
    for (key,) in connection.execute(twice):
        yield f"the event {key} was told twice"
    for (facts,) in connection.execute(select(EVENT.c.facts)):
        facts_of(facts)
    columns = (INCIDENT.c.kind, INCIDENT.c.subject)
    open_ones = select(*columns).where(INCIDENT.c.resolved_at.is_(None))
    for kind, subject in connection.execute(open_ones.group_by(*columns).having(func.count() > 1)):
        yield f"the incident {kind} of {subject} is open more than once"


def _silent_slots(connection: Connection, interval: timedelta) -> Iterator[str]:
    asked = _by(connection, OBSERVATION.c.check_key, OBSERVATION.c.slot)
    missed = _by(connection, MISSED.c.check_key, MISSED.c.first)
    for key, id_ in connection.execute(select(CHECK.c.key, CHECK.c.id)).all():
        offset = place(id_, interval)
        slots = [row.slot for row in asked.get(key, ()) if _on_grid(row.slot, offset, interval)]
        known = {*slots}
        holes = [(row.first, row.last) for row in missed.get(key, ())]
        lost = [
            slot
            for slot in _grid(slots, interval)
            if slot not in known and not any(first <= slot <= last for first, last in holes)
        ]
        if lost:
            yield f"{id_}: nothing is said of {len(lost)} slots, the first at {lost[0]}"


def _on_grid(slot: datetime, offset: timedelta, interval: timedelta) -> bool:
    return not (slot - EPOCH - offset) % interval


def _grid(slots: Sequence[datetime], interval: timedelta) -> Iterator[datetime]:
    slot = slots[0] if slots else EPOCH
    while slots and slot <= slots[-1]:
        yield slot
        slot += interval


def _by(connection: Connection, key: Any, then: Any) -> Rows:
    found: Rows = defaultdict(list)
    for row in connection.execute(select(key.table).order_by(key, then)):
        found[row[0]].append(row)
    return found
