"""The migrations make the tables that the code speaks of, and know what is not theirs."""

import asyncio

import pytest
from alembic import command

from monitor.storage.engine import Database
from monitor.storage.fault import StorageError
from monitor.storage.migrations.__main__ import main
from monitor.storage.queries import Queries
from monitor.storage.schema import differences


async def test_the_migrations_make_exactly_the_tables(database: Database) -> None:
    async with database.begin() as tx:
        assert await tx.run(differences) == []


def test_the_migrations_can_be_checked_from_the_command_line() -> None:
    assert main() == 0


async def test_a_newer_form_is_refused_and_left_alone(database_url: str) -> None:
    database = await Database.open(database_url)
    async with database.begin() as tx:
        await tx.run(
            lambda connection: connection.exec_driver_sql(
                "UPDATE alembic_version SET version_num = '9999'"
            )
        )
    await database.close()
    for migrate in (True, False):
        with pytest.raises(StorageError, match=r"newer Ketenwacht \(form 9999\)"):
            await Database.open(database_url, migrate=migrate)


async def test_an_older_form_is_refused_where_nothing_may_be_upgraded(database_url: str) -> None:
    with pytest.raises(StorageError, match="ketenwacht db upgrade"):
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

    monkeypatch.setattr("monitor.storage.schema.command.upgrade", broken)
    with pytest.raises(ZeroDivisionError):
        await Database.open(sqlite_url)
    monkeypatch.undo()
    database = await Database.open(sqlite_url)
    assert database.installation
    await database.close()


async def test_a_database_of_the_first_form_keeps_what_it_holds(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.storage.schema._head", lambda: "0001")
    to_head = command.upgrade
    monkeypatch.setattr(command, "upgrade", lambda config, _: to_head(config, "0001"))
    first = await Database.open(database_url)
    await first.close()
    monkeypatch.undo()
    again = await Database.open(database_url)
    assert again.installation == first.installation
    async with again.begin() as tx:
        assert await tx.run(differences) == []
    async with again.read() as tx:
        assert await Queries(tx).edition() == 0
    await again.close()
