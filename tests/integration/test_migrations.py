"""The migrations make the tables that the code speaks of, and know what is not theirs."""

import asyncio
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any, TypeVar

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, column, insert, inspect, table, text
from sqlalchemy.exc import DBAPIError

from checks.outcome import ReadingKind
from monitor.storage.address import SqliteAddress, parse
from monitor.storage.climb import config_of_steps, differences, is_ours
from monitor.storage.engine import Database
from monitor.storage.fault import StorageError
from monitor.storage.ledger import Ledger
from monitor.storage.migrations.__main__ import main
from monitor.storage.moment import micros
from monitor.storage.postgres import Postgres
from monitor.storage.queries import Queries
from monitor.storage.schema import upgrade
from monitor.storage.sqlite import Sqlite
from monitor.storage.steps import Step, steps
from tests.building import HEALTH, MINUTE, NOON, seen

T = TypeVar("T")


async def test_the_migrations_make_exactly_the_tables(database: Database) -> None:
    async with database.begin() as tx:
        assert await tx.run(differences) == []


def test_the_steps_are_read_as_they_would_be_run() -> None:
    scripts = ScriptDirectory.from_config(config_of_steps()).walk_revisions()
    assert steps() == tuple(
        Step(one.revision, one.module.down_revision, getattr(one.module, "additive", False))
        for one in scripts
    )


def test_the_migrations_can_be_checked_from_the_command_line() -> None:
    assert main() == 0


async def test_a_newer_form_is_refused_and_left_alone(database_url: str) -> None:
    database = await Database.open(database_url)
    await newer(database, oldest="9999")
    await database.close()
    for migrate in (True, False):
        with pytest.raises(StorageError, match=r"newer Ketenwacht \(form 9999\)"):
            await Database.open(database_url, migrate=migrate)


async def test_an_older_form_is_refused_where_nothing_may_be_upgraded(database_url: str) -> None:
    with pytest.raises(StorageError, match="ketenwacht migrate"):
        await Database.open(database_url, migrate=False)


async def test_an_upgraded_database_opens_without_upgrading(database_url: str) -> None:
    first = await Database.open(database_url)
    await first.close()
    again = await Database.open(database_url, migrate=False)
    assert again.installation == first.installation
    await again.close()


async def test_three_that_start_at_once_on_an_empty_database_agree(database_url: str) -> None:
    opened = await asyncio.gather(*(Database.open(database_url, exclusive=False) for _ in range(3)))
    assert len({one.installation for one in opened}) == 1
    for one in opened:
        await one.close()


async def test_an_upgrade_that_fails_leaves_nothing_behind(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_config: object, _revision: str) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("monitor.storage.climb.command.upgrade", broken)
    with pytest.raises(ZeroDivisionError):
        await Database.open(sqlite_url)
    monkeypatch.undo()
    database = await Database.open(sqlite_url)
    assert database.installation
    await database.close()


async def test_a_database_of_the_first_form_keeps_what_it_holds(database_url: str) -> None:
    await worked(database_url, to_form("0001"))
    await worked(database_url, written_long_ago)
    database = await Database.open(database_url)
    async with database.begin() as tx:
        assert await tx.run(differences) == []
        known = await Ledger(tx).observe([seen(at=NOON), seen(at=NOON + MINUTE)])
        assert [one.slot for one in known] == [NOON + MINUTE]
    async with database.read() as tx:
        page = await Queries(tx).observations(limit=10)
        assert await Queries(tx).edition() == 0
    assert [one.slot for one in page.items] == [NOON + MINUTE, NOON]
    await database.close()


def written_long_ago(connection: Connection) -> None:
    """As code of the first form did."""
    target = {"key": 1, "id": str(HEALTH.target), "line": "a", "environment": "prod"}
    check = {"key": 1, "id": str(HEALTH), "target_key": 1}
    when = {"slot": micros(NOON), "at": micros(NOON)}
    answer = {"outcome_class": "ok", "reason": "", "reading": ReadingKind.NOT_SERVED.value}
    put(connection, "target", target)
    put(connection, "check_of_target", check)
    put(connection, "observation", {"check_key": 1, **when, **answer})


def put(connection: Connection, name: str, row: dict[str, Any]) -> None:
    """A row that names only these columns."""
    connection.execute(insert(table(name, *map(column, row))), row)


async def test_code_of_the_form_before_goes_on_where_a_step_only_added(database_url: str) -> None:
    database = await Database.open(database_url)
    await newer(database, oldest="0001")
    await database.close()
    for migrate in (True, False):
        again = await Database.open(database_url, migrate=migrate)
        async with again.begin() as tx:
            await Ledger(tx).observe([seen()])
        await newer(again, oldest="9999")
        await again.close()
        with pytest.raises(StorageError, match="newer Ketenwacht"):
            await Database.open(database_url, migrate=migrate)
        await worked(database_url, forms("9999", oldest="0001"))


async def test_a_step_that_only_adds_takes_what_the_code_before_writes(database_url: str) -> None:
    adding = [step for step in reversed(steps()) if step.additive]
    assert adding, "there are steps that only add"
    for step in adding:
        await worked(database_url, to_form(str(step.down_revision)))
        tables = await worked(database_url, tables_of)
        await worked(database_url, to_form(step.revision))
        await worked(database_url, partial(take, tables))


async def test_a_step_that_demands_more_than_before_is_found_out(database_url: str) -> None:
    await worked(database_url, to_form(None))
    tables = await worked(database_url, tables_of)
    demand = "ALTER TABLE incident RENAME COLUMN reason TO grounds"
    await worked(database_url, lambda connection: connection.exec_driver_sql(demand))
    with pytest.raises(DBAPIError, match="reason"):
        await worked(database_url, partial(take, tables))


Tables = dict[str, dict[str, Any]]


def tables_of(connection: Connection) -> Tables:
    """The columns that code of this form knows, with a value for each."""
    found = inspect(connection)
    return {
        name: {one["name"]: EXAMPLES[one["type"].python_type] for one in columns}
        for name in found.get_table_names()
        if is_ours(name, "table", None) and name != "alembic_version"
        for columns in [found.get_columns(name)]
    }


EXAMPLES: dict[type, Any] = {
    int: 99,
    str: "x",
    float: 1.0,
    bool: True,
    bytes: b"x",
    date: NOON.date(),
}


def take(tables: Tables, connection: Connection) -> None:
    """Let a row into each table that names only these columns; none stays."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL session_replication_role = replica"))  # no references
    else:
        connection.execute(text("PRAGMA defer_foreign_keys = ON"))
    for name, row in tables.items():
        savepoint = connection.begin_nested()
        try:
            put(connection, name, row)
        finally:
            savepoint.rollback()


async def worked(url: str, work: Callable[[Connection], T]) -> T:
    """Do it on a database whose form is no matter."""
    address = parse(url)
    backend = (
        Sqlite(address, exclusive=False)
        if isinstance(address, SqliteAddress)
        else Postgres(address)
    )
    try:
        async with backend.preparing() as way:
            return await way.run(work)
    finally:
        await backend.close()


def to_form(revision: str | None) -> Callable[[Connection], None]:
    return lambda connection: upgrade(connection, "here", revision)


def forms(current: str, oldest: str) -> Callable[[Connection], None]:
    def write(connection: Connection) -> None:
        connection.execute(text("UPDATE alembic_version SET version_num = :to"), {"to": current})
        connection.execute(text("UPDATE installation SET oldest_form = :to"), {"to": oldest})

    return write


async def newer(database: Database, oldest: str) -> None:
    """A Ketenwacht that is not out yet was here; code of `oldest` and after it may go on."""
    async with database.begin() as tx:
        await tx.run(forms("9999", oldest))
