"""What is concluded of each target, kept as one text and read only when it changed."""

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import Connection, bindparam, select, update

from monitor.domain.landscape import TargetId
from monitor.domain.standing import TargetStanding
from monitor.storage.codec import standing_of, standing_text
from monitor.storage.engine import Transaction
from monitor.storage.keys import target_keys
from monitor.storage.tables import STANDING

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
    connection: Connection, tx: Transaction, targets: Sequence[TargetId]
) -> dict[TargetId, TargetStanding]:
    """In the order of their keys, so that two transactions cannot wait for each other."""
    keys = target_keys(connection, tx, targets)
    asked = (
        select(STANDING.c.target_key, STANDING.c.revision)
        .where(STANDING.c.target_key.in_(list(keys.values())))
        .order_by(STANDING.c.target_key)
        .with_for_update()
    )
    revisions = dict(connection.execute(asked).all())
    tx.revisions.update((target, revisions[key]) for target, key in keys.items())
    return _recalled(
        connection, tx, {target: (key, revisions[key]) for target, key in keys.items()}
    )


def every(
    connection: Connection, tx: Transaction, rows: Iterable[tuple[str, int, int]]
) -> list[TargetStanding]:
    """The standings behind rows of target id, key and revision."""
    wanted = {TargetId.parse(id_): (key, revision) for id_, key, revision in rows}
    return list(_recalled(connection, tx, wanted).values())


def keep(connection: Connection, tx: Transaction, standings: Collection[TargetStanding]) -> None:
    unread = sorted(one.target for one in standings if one.target not in tx.revisions)
    if unread:
        locked(connection, tx, unread)
    keys = target_keys(connection, tx, (one.target for one in standings))
    rows = []
    for standing in standings:
        revision = tx.revisions[standing.target] + 1
        tx.revisions[standing.target] = revision
        tx.fresh.standings[standing.target] = (revision, standing)
        rows.append(
            {
                "key": keys[standing.target],
                "new_revision": revision,
                "new_state": standing.state.value,
                "new_since": standing.since,
                "new_last_at": standing.last_at,
                "new_memory": standing_text(standing),
            }
        )
    connection.execute(_KEEP, rows)


def _recalled(
    connection: Connection, tx: Transaction, wanted: dict[TargetId, tuple[int, int]]
) -> dict[TargetId, TargetStanding]:
    """Standings by target, given the key and the revision of each; decoded when it is news."""
    found: dict[TargetId, TargetStanding] = {}
    news: dict[int, TargetId] = {}
    for target, (key, revision) in wanted.items():
        recalled = tx.fresh.standings.get(target) or tx.known.standings.get(target)
        if recalled and recalled[0] == revision:
            found[target] = recalled[1]
        elif revision:
            news[key] = target
    if not news:
        return found
    asked = select(STANDING.c.target_key, STANDING.c.revision, STANDING.c.memory)
    for key, revision, text in connection.execute(asked.where(STANDING.c.target_key.in_(news))):
        standing = standing_of(text) if text else None
        if standing:
            found[news[key]] = standing
            tx.fresh.standings[news[key]] = (revision, standing)
    return found
