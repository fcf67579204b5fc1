"""An SQLite file: one writer, readers that never wait for it, one serving process."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncGenerator, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path
from typing import TextIO, TypeVar

from sqlalchemy import Connection, Engine, NullPool, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor

from monitor.storage.address import SqliteAddress
from monitor.storage.bells import Bells
from monitor.storage.fault import StorageError
from monitor.storage.lane import Lane, Way
from monitor.storage.reserve import Reserve

T = TypeVar("T")

BUSY = 5.0  # seconds to wait for another process that writes
READERS = 4
AGAIN = 0.05  # seconds before what nobody queues for is tried again
PRAGMAS = (
    "PRAGMA synchronous = FULL",  # NORMAL lost acknowledged rows in power cuts (reliability.md)
    "PRAGMA foreign_keys = ON",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA journal_size_limit = 67108864",  # a WAL that grew shrinks again
)


class Sqlite:
    """Writing transactions take turns, each `BEGIN IMMEDIATE`.

    A deferred one that turns to writing fails at once when another was faster,
    whatever the time-out (reliability.md, "Remembering").
    """

    is_shared = False

    def __init__(self, address: SqliteAddress, *, exclusive: bool) -> None:
        self.place = address.shown
        self._file = address.file
        if not self._file.parent.is_dir():
            raise StorageError(
                f"The database {self.place} has no folder; make {self._file.parent} first."
            )
        self._held = hold(self._file) if exclusive else None
        self.reserve = Reserve(self._file) if exclusive else None
        self._turn = asyncio.Lock()
        self._writer = Lane(_engine(self._file, "BEGIN IMMEDIATE", ()), "ketenwacht-writer")
        reading = _engine(self._file, "BEGIN", ("PRAGMA query_only = ON",))
        self._lanes = [Lane(reading, "ketenwacht-reader") for _ in range(READERS)]
        self._free: asyncio.LifoQueue[Lane] = asyncio.LifoQueue()
        for lane in self._lanes:
            self._free.put_nowait(lane)
        self._identity: tuple[int, int] | None = None
        self.preparing = self.writing

    @asynccontextmanager
    async def writing(self) -> AsyncGenerator[Way]:
        async with self._turn:
            try:
                yield _Opening(self._writer, self._begin)
                await self._writer.run(Connection.commit)
            except BaseException:
                await self._writer.run(Connection.rollback)
                raise

    @asynccontextmanager
    async def reading(self) -> AsyncGenerator[Way]:
        try:
            async with asyncio.timeout(BUSY):
                lane = await self._free.get()
        except TimeoutError:
            raise StorageError(
                f"The database {self.place} is answering too many questions; try again."
            ) from None
        try:
            yield _Opening(lane, _begin)
        finally:
            await lane.run(Connection.rollback)
            self._free.put_nowait(lane)

    def stay_with(self, installation: str) -> None:
        """Each writing transaction looks at the file by itself."""

    @property
    def connections(self) -> Mapping[str, tuple[int, int]]:
        """Nothing that could run out."""
        return {}

    def seat(self, patience: timedelta) -> None:
        """Only one process can serve it: there is nothing to lead."""

    async def announce(self, way: Way, tidings: Collection[str]) -> None:
        """Nobody else serves this file: the bells of this process are all there are."""

    def hear(self, bells: Bells) -> None:
        """Nothing comes from outside this process."""

    async def close(self) -> None:
        for lane in (*self._lanes, self._writer):  # the last to leave folds the WAL back in
            await lane.close()
        if self._held:
            self._held.close()

    def _begin(self, connection: Connection) -> None:
        connection.begin()
        self._unchanged()

    def _unchanged(self) -> None:
        """Our connection would go on writing to a file that nobody can see any more."""
        try:
            status = self._file.stat()
        except FileNotFoundError:
            raise StorageError(
                f"The database {self.place} is gone; restart when it is back."
            ) from None
        identity = (status.st_dev, status.st_ino)
        if self._identity not in (None, identity):
            raise StorageError(
                f"The database {self.place} was replaced while we used it; "
                "restart to use the new one."
            )
        self._identity = identity


class _Opening:
    """A transaction that begins with the first work in it: each way to a lane wakes a thread."""

    def __init__(self, lane: Lane, begin: Callable[[Connection], None]) -> None:
        self._lane = lane
        self._begin: Callable[[Connection], None] | None = begin

    async def run(self, work: Callable[[Connection], T]) -> T:
        begin, self._begin = self._begin, None
        if begin is None:
            return await self._lane.run(work)

        def begun(connection: Connection) -> T:
            begin(connection)
            return work(connection)

        return await self._lane.run(begun)


def hold(file: Path) -> TextIO:
    """Take the lock that one serving process may have on a file; released with the process."""
    lock = file.with_name(file.name + ".lock")
    try:
        held = lock.open("a")
    except OSError as error:
        raise StorageError(
            f"The database {file} cannot be locked ({error.strerror}); "
            "give us the right to write its folder."
        ) from None
    try:
        flock(held, LOCK_EX | LOCK_NB)
    except BlockingIOError:
        held.close()
        raise StorageError(
            f"The database {file} is already served by another process; stop that one first, "
            "or use postgresql:// for several."
        ) from None
    return held


def _engine(file: Path, begin: str, pragmas: tuple[str, ...]) -> Engine:
    engine = create_engine(
        URL.create("sqlite+pysqlite", database=str(file)),
        poolclass=NullPool,
        # The driver's own transaction control is off: it knows no BEGIN IMMEDIATE.
        connect_args={"isolation_level": None, "timeout": BUSY, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def _prepare(raw: DBAPIConnection, _record: object) -> None:
        cursor = raw.cursor()
        _write_ahead(cursor)
        for pragma in (*PRAGMAS, *pragmas):
            cursor.execute(pragma)
        cursor.close()

    @event.listens_for(engine, "begin")
    def _open(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _write_ahead(cursor: DBAPICursor) -> None:
    """Turn the WAL on; two that do so at once fail, whatever their time-out."""
    for _ in range(round(BUSY / AGAIN)):
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorname != "SQLITE_BUSY":
                raise
            time.sleep(AGAIN)
        else:
            return
    cursor.execute("PRAGMA journal_mode = WAL")


def _begin(connection: Connection) -> None:
    connection.begin()
