"""Slots in which nothing was asked: what is known of more of them is never replaced by less."""

from collections.abc import Sequence

from sqlalchemy import Connection, case

from monitor.domain.observation import Missed
from monitor.storage.engine import Transaction
from monitor.storage.keys import Upsert, check_keys, upsert
from monitor.storage.tables import MISSED


def keep_missed(connection: Connection, tx: Transaction, holes: Sequence[Missed]) -> None:
    """Two may begin with the same slot: a worker that woke up tells of one, the leader of ten."""
    keys = check_keys(connection, tx, (hole.check for hole in holes))
    rows = [
        {
            "check_key": keys[hole.check],
            "first": hole.first,
            "last": hole.last,
            "count": hole.count,
            "reason": hole.reason,
        }
        for hole in holes
    ]
    connection.execute(_widening(connection), rows)


def _widening(connection: Connection) -> Upsert:
    statement = upsert(connection, MISSED)
    new, old = statement.excluded, MISSED.c
    return statement.on_conflict_do_update(
        index_elements=[old.check_key, old.first],
        set_={
            "last": case((new["last"] > old["last"], new["last"]), else_=old["last"]),
            "count": case((new["count"] > old["count"], new["count"]), else_=old["count"]),
            "reason": new["reason"],
        },
    )
