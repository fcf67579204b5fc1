"""Small numbers in place of long names: a target and a check get theirs once, for ever."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

from sqlalchemy import Connection, Table, select
from sqlalchemy.dialects import postgresql, sqlite

from monitor.domain.health import State
from monitor.domain.landscape import CheckId, TargetId
from monitor.storage.bulk import parts
from monitor.storage.codec import Fields, target_fields
from monitor.storage.engine import Transaction
from monitor.storage.tables import CHECK, STANDING, TARGET

Id = TypeVar("Id", TargetId, CheckId)
Upsert = postgresql.Insert | sqlite.Insert


def upsert(connection: Connection, table: Table) -> Upsert:
    """An INSERT that knows ON CONFLICT, which both databases do, each in its own class."""
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)


def replacing(connection: Connection, table: Table) -> Upsert:
    """An upsert by primary key that overwrites every other column."""
    statement = upsert(connection, table)
    keys = [column.name for column in table.primary_key]
    rest = {
        column.name: statement.excluded[column.name]
        for column in table.columns
        if column.name not in keys
    }
    return statement.on_conflict_do_update(index_elements=keys, set_=rest)


def target_keys(
    connection: Connection, tx: Transaction, targets: Iterable[TargetId]
) -> dict[TargetId, int]:
    """The keys of targets, new ones where there were none yet."""
    found, strange = _recall(targets, tx.known.targets, tx.fresh.targets)
    if strange:
        found.update(_learn_targets(connection, tx, sorted(strange)))
    return found


def check_keys(
    connection: Connection, tx: Transaction, checks: Iterable[CheckId]
) -> dict[CheckId, int]:
    """The keys of checks, new ones where there were none yet."""
    found, strange = _recall(checks, tx.known.checks, tx.fresh.checks)
    if strange:
        found.update(_learn_checks(connection, tx, sorted(strange)))
    return found


def _recall(
    wanted: Iterable[Id], known: dict[Id, int], fresh: dict[Id, int]
) -> tuple[dict[Id, int], set[Id]]:
    found: dict[Id, int] = {}
    strange: set[Id] = set()
    for one in wanted:  # a name of names takes a microsecond to look up: do it once
        key = known.get(one) or fresh.get(one)
        if key:
            found[one] = key
        else:
            strange.add(one)
    return found, strange


def _learn_targets(
    connection: Connection, tx: Transaction, targets: list[TargetId]
) -> dict[TargetId, int]:
    rows = [target_fields(one) for one in targets]
    keys = _learn(connection, TARGET, rows)
    standings = [
        {"target_key": keys[str(one)], "revision": 0, "state": State.UNKNOWN.value}
        for one in targets
    ]
    connection.execute(upsert(connection, STANDING).on_conflict_do_nothing(), standings)
    learnt = {one: keys[str(one)] for one in targets}
    tx.fresh.targets.update(learnt)
    return learnt


def _learn_checks(
    connection: Connection, tx: Transaction, checks: list[CheckId]
) -> dict[CheckId, int]:
    targets = target_keys(connection, tx, (one.target for one in checks))
    rows = [{"id": str(one), "target_key": targets[one.target]} for one in checks]
    keys = _learn(connection, CHECK, rows)
    learnt = {one: keys[str(one)] for one in checks}
    tx.fresh.checks.update(learnt)
    return learnt


def _learn(connection: Connection, table: Table, rows: Sequence[Fields]) -> dict[str, int]:
    ids = [str(row["id"]) for row in rows]
    found = _numbers(connection, table, ids)
    absent = [row for row in rows if row["id"] not in found]
    if not absent:
        return found
    connection.execute(upsert(connection, table).on_conflict_do_nothing(), absent)
    return _numbers(connection, table, ids)


def _numbers(connection: Connection, table: Table, ids: Iterable[str]) -> dict[str, int]:
    asked = select(table.c.id, table.c.key)
    return {
        row[0]: row[1]
        for some in parts(ids)
        for row in connection.execute(asked.where(table.c.id.in_(some)))
    }
