"""What is concluded of each target, kept as one text and read only when it changed."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, select, update

from monitor.domain.landscape import TargetId
from monitor.domain.standing import TargetStanding
from monitor.storage.bells import Channel
from monitor.storage.bulk import PART, execute_many, parts
from monitor.storage.codec import standing_of, standing_text
from monitor.storage.engine import Transaction
from monitor.storage.keys import target_keys
from monitor.storage.moment import micros
from monitor.storage.tables import STANDING, TARGET

NAMES = ("new_revision", "new_state", "new_since", "new_last_at", "new_memory", "key")
_REVISIONS = select(STANDING.c.target_key, STANDING.c.revision)
_KEEP = (
    update(STANDING)
    .where(STANDING.c.target_key == bindparam("key"))
    .values(
        revision=bindparam("new_revision"),
        state=bindparam("new_state"),
        since=bindparam("new_since"),
        last_at=bindparam("new_last_at"),
        memory=bindparam("new_memory"),
    )
)


def locked(
    connection: Connection, tx: Transaction, targets: Iterable[TargetId]
) -> dict[TargetId, TargetStanding]:
    """In the order of their keys, so that two transactions cannot wait for each other."""
    keys = target_keys(connection, tx, targets)
    asked = _REVISIONS.order_by(STANDING.c.target_key).with_for_update()
    revisions = _found(connection, asked, sorted(keys.values()))
    tx.revisions.update(revisions)
    return _by_target(keys, _recalled(connection, tx, revisions))


def glimpsed(
    connection: Connection, tx: Transaction, targets: Iterable[TargetId]
) -> dict[TargetId, TargetStanding]:
    """Without a lock: they may be other ones a moment later."""
    keys = target_keys(connection, tx, targets)
    revisions = _found(connection, _REVISIONS, keys.values())
    return _by_target(keys, _recalled(connection, tx, revisions))


def named(connection: Connection, tx: Transaction, keys: Iterable[int]) -> list[TargetStanding]:
    """Of the targets with these keys, of which something was concluded."""
    revisions = _found(connection, _REVISIONS, keys)
    return [*_recalled(connection, tx, revisions).values()]


def following(
    connection: Connection, tx: Transaction, after: int
) -> tuple[list[TargetStanding], int | None]:
    """Those with the next keys, and the key after which to go on; None: these were the last."""
    its = STANDING.c
    asked = _REVISIONS.where(its.target_key > after).order_by(its.target_key).limit(PART)
    revisions = {row[0]: row[1] for row in connection.execute(asked)}
    last = max(revisions) if len(revisions) == PART else None
    return [*_recalled(connection, tx, revisions).values()], last


def every(
    connection: Connection, tx: Transaction, *wanted: ColumnElement[bool]
) -> list[TargetStanding]:
    """Of every wanted target of which something was concluded, in the order of their names."""
    asked = (
        select(STANDING.c.target_key, STANDING.c.revision)
        .join(TARGET, TARGET.c.key == STANDING.c.target_key)
        .where(*wanted)
        .order_by(TARGET.c.id)
    )
    revisions = {row[0]: row[1] for row in connection.execute(asked)}
    standings = _recalled(connection, tx, revisions)
    return [standings[key] for key in revisions if key in standings]


def keep(connection: Connection, tx: Transaction, standings: Iterable[TargetStanding]) -> None:
    by_target = {standing.target: standing for standing in standings}
    keys = target_keys(connection, tx, by_target)
    unread = [target for target, key in keys.items() if key not in tx.revisions]
    if unread:
        locked(connection, tx, unread)
    rows = []
    for target, key in keys.items():
        standing = by_target[target]
        tx.revisions[key] = revision = tx.revisions[key] + 1
        tx.fresh.standings[key] = (revision, standing)
        since = micros(standing.since) if standing.since else None
        last_at = micros(standing.last_at) if standing.last_at else None
        text = standing_text(standing)
        rows.append((revision, standing.state.value, since, last_at, text, key))
    execute_many(connection, _KEEP, NAMES, rows)
    if rows:
        tx.notify(Channel.STANDINGS, keys.values())


def _found(connection: Connection, asked: Select[Any], keys: Iterable[int]) -> dict[int, int]:
    """Revisions by key, in the order in which they are given or, of each part, asked for."""
    return {
        row[0]: row[1]
        for some in parts(keys)
        for row in connection.execute(asked.where(STANDING.c.target_key.in_(some)))
    }


def _by_target(
    keys: Mapping[TargetId, int], standings: Mapping[int, TargetStanding]
) -> dict[TargetId, TargetStanding]:
    return {target: standings[key] for target, key in keys.items() if key in standings}


def _recalled(
    connection: Connection, tx: Transaction, revisions: Mapping[int, int]
) -> dict[int, TargetStanding]:
    """Standings by target key; read and decoded only where the revision is news."""
    found: dict[int, TargetStanding] = {}
    news: list[int] = []
    for key, revision in revisions.items():
        recalled = tx.fresh.standings.get(key) or tx.known.standings.get(key)
        if recalled and recalled[0] == revision:
            found[key] = recalled[1]
        elif revision:
            news.append(key)
    asked = select(STANDING.c.target_key, STANDING.c.revision, STANDING.c.memory)
    for some in parts(news):
        for key, revision, text in connection.execute(asked.where(STANDING.c.target_key.in_(some))):
            standing = standing_of(text) if text else None
            if standing:
                found[key] = standing
                tx.fresh.standings[key] = (revision, standing)
    return found
