"""An SQLite file whose disk is full for a while, or that may not be written."""

import os
import shutil
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection

from monitor.bootstrap import Works, configured, connected, watching
from monitor.storage.sqlite import Sqlite
from tests.chaos.invariants import invariants
from tests.chaos.kept import answers
from tests.chaos.running import running, until
from tests.chaos.supplier import Supplier, catalogue, many, supplying, written

LINES = 10
SECOND = timedelta(seconds=1)


@asynccontextmanager
async def at_work(url: str, folder: Path, supplier: Supplier) -> AsyncIterator[Works]:
    file = written(folder, catalogue(many(supplier, LINES)))
    settings = configured(catalogue=(file,), database_url=url)
    async with connected(settings, secrets={}) as works, watching(works):
        yield works


async def say(works: Works, statement: str) -> None:
    """Tell the connection that writes, also when nothing can be written."""
    backend = works.monitor.database._backend
    assert isinstance(backend, Sqlite)

    def tell(connection: Connection) -> None:
        raw = connection.connection.driver_connection
        assert isinstance(raw, sqlite3.Connection)
        pages = raw.execute("PRAGMA page_count").fetchone()[0]
        raw.execute(statement.format(pages=pages)).close()

    await backend._writer.run(tell)


@pytest.mark.parametrize(
    ("fault", "cure", "said"),
    [
        ("PRAGMA max_page_count = {pages}", "PRAGMA max_page_count = 1000000", "no space left"),
        ("PRAGMA query_only = ON", "PRAGMA query_only = OFF", "may not be written"),
    ],
    ids=["full", "read-only"],
)
async def test_what_cannot_be_written_is_written_when_it_can(
    sqlite_url: str, tmp_path: Path, fault: str, cure: str, said: str
) -> None:
    async with supplying() as supplier:
        async with at_work(sqlite_url, tmp_path, supplier) as works:
            await until(lambda: len(works.board.standings) == LINES)
            await say(works, fault)
            await until(lambda: works.board.trouble is not None)
            assert said in (works.board.trouble or "")
            waiting = works.intake.depth
            await until(lambda: works.intake.depth > waiting + LINES)
            await say(works, cure)
            await until(lambda: works.board.trouble is None)
        assert works.intake.dropped == 0
        rows = Counter(answer.check for answer in await answers(sqlite_url))
        given = {f"{line}@prod#openapi_document": n for line, n in supplier.answered.items()}
        assert dict(rows) == given
    await invariants(sqlite_url, SECOND)


@pytest.fixture
async def locked(tmp_path: Path) -> AsyncIterator[Path]:
    """A folder with a database and a catalogue, in which nobody may write."""
    async with (
        supplying() as supplier,
        at_work(f"sqlite:///{tmp_path}/ketenwacht.db", tmp_path, supplier),
    ):
        pass
    lock(tmp_path)
    yield tmp_path
    tmp_path.chmod(0o755)  # noqa: ASYNC240  nobody waits for it


def lock(folder: Path) -> None:
    for file in folder.iterdir():
        file.chmod(0o444)
    folder.chmod(0o555)


@pytest.mark.skipif(
    os.geteuid() == 0 and not shutil.which("setpriv"),
    reason="root may write everything, unless setpriv takes that away",
)
async def test_a_file_that_may_not_be_written_is_refused_in_a_sentence(
    locked: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = locked / "ketenwacht.db"
    before = file.read_bytes()
    log = tmp_path_factory.mktemp("log")
    async with running(locked / "chaos.yaml", f"sqlite:///{file}", log, as_anybody()) as monitor:
        assert await monitor.ended() == 2
        told = monitor.told()
    assert "give us the right to write" in " ".join(told.split())
    assert "Traceback" not in told
    assert file.read_bytes() == before


def as_anybody() -> tuple[str, ...]:
    """Begin a command like this, and rights on files hold for it."""
    return ("setpriv", "--bounding-set=-dac_override") if os.geteuid() == 0 else ()
