"""The door to the database: open it, read in it, write in it in one piece."""

from collections.abc import AsyncGenerator, Callable, Generator, Iterable, Mapping
from contextlib import asynccontextmanager, contextmanager
from copy import copy
from datetime import timedelta
from time import perf_counter
from typing import Self, TypeVar

from sqlalchemy import Connection, select

from monitor.storage.address import SqliteAddress, parse
from monitor.storage.backend import Backend
from monitor.storage.bells import Bell, Bells, Channel, tidings
from monitor.storage.fault import StorageError, Swapped, explained, foreign
from monitor.storage.lane import Way
from monitor.storage.recollection import Recollection
from monitor.storage.rights import lacking
from monitor.storage.schema import guard, upgrade
from monitor.storage.seat import Seat
from monitor.storage.sqlite import Sqlite
from monitor.storage.tables import INSTALLATION

T = TypeVar("T")

_ID = select(INSTALLATION.c.id)


class Transaction:
    """One piece of work on one connection; whoever opened it commits it by leaving.

    `known` is what the process remembers, `fresh` what this transaction adds to it.
    """

    def __init__(self, way: Way, known: Recollection, place: str) -> None:
        self.known = known
        self.fresh = Recollection()
        self.revisions: dict[int, int] = {}  # by target key: of the standings that it locked
        self.tidings: set[str] = set()  # rung when it is committed
        self._way = way
        self._place = place

    def notify(self, channel: Channel, keys: Iterable[int] = ()) -> None:
        """Once this is committed, wake whoever listens to `channel`, in every process.

        `keys`: the rows that changed; none: any may have.
        """
        self.tidings.update(tidings(channel, keys))

    async def run(self, work: Callable[[Connection], T]) -> T:
        """Do `work` apart from the event loop; `StorageError` when the database fails."""
        with _told(self._place):
            return await self._way.run(work)


class Database:
    """Safe for concurrent tasks of one event loop."""

    def __init__(self, backend: Backend) -> None:
        self.installation = ""
        self.place = backend.place
        self.reserve = backend.reserve
        self._backend = backend
        self._known = Recollection()
        self._bells = Bells()
        self.rule: Callable[[Connection], None] | None = None
        self.took: Callable[[bool, float], None] = _unmeasured
        """Told of every transaction that ended well: whether it wrote, and its seconds."""

    @classmethod
    async def open(cls, url: str, *, migrate: bool = True, exclusive: bool = True) -> Self:
        """Open `sqlite:///FILE` or `postgresql://…` and bring its schema up to date.

        `exclusive`: be the one process that serves an SQLite file; short commands that
        work beside it pass False. `migrate` False: refuse an older schema instead of
        upgrading it. `StorageError` when it cannot be used, or our role may not do what a
        serving process does: where, why, and the cure.
        """
        address = parse(url)
        if isinstance(address, SqliteAddress):
            database = cls(Sqlite(address, exclusive=exclusive))
        else:
            # not above: with its driver it takes 11 MB, and an SQLite file needs neither
            from monitor.storage.postgres import Postgres  # noqa: PLC0415

            database = cls(Postgres(address))
        try:
            await database._prepare(migrate=migrate, serves=exclusive)
        except BaseException:
            await database.close()
            raise
        return database

    async def close(self) -> None:
        await self._backend.close()

    @asynccontextmanager
    async def begin(self) -> AsyncGenerator[Transaction]:
        """A writing transaction: committed on leaving, rolled back on an exception."""
        begun = perf_counter()
        with _told(self.place):
            async with self._backend.writing() as way:
                transaction = Transaction(way, self._known, self.place)
                await transaction.run(self._admit)
                yield transaction
                await self._backend.announce(way, transaction.tidings)
            self._known.take(transaction.fresh)
        self.took(True, perf_counter() - begun)  # noqa: FBT003  writes, as told above
        self._bells.ring(transaction.tidings)

    @asynccontextmanager
    async def read(self) -> AsyncGenerator[Transaction]:
        """A reading transaction; it never waits for a writing one."""
        begun = perf_counter()
        with _told(self.place):
            async with self._backend.reading() as way:
                transaction = Transaction(way, self._known, self.place)
                yield transaction
            self._known.take(transaction.fresh)  # what others committed is as true
        self.took(False, perf_counter() - begun)  # noqa: FBT003  reads

    @property
    def is_shared(self) -> bool:
        """Whether several processes may serve it at a time."""
        return self._backend.is_shared

    @property
    def connections(self) -> Mapping[str, tuple[int, int]]:
        """By what they are for: how many are in use, and how many there may be."""
        return self._backend.connections

    def seat(self, patience: timedelta) -> Seat | None:
        """What one of several processes leads by; None where only one can serve.

        `patience`: for one question to the database.
        """
        return self._backend.seat(patience)

    @contextmanager
    def listening(self, *channels: Channel) -> Generator[Bell]:
        """A bell that rings when somebody committed what `channels` speak of.

        On SQLite it hears this process only. What it does not hear must be looked for: wait
        for it no longer than that may be late.
        """
        self._backend.hear(self._bells)
        with self._bells.hung(channels) as bell:
            yield bell

    async def demand(self, lacks: Callable[[Connection], str | None]) -> None:
        """`StorageError` when our role may not do what is asked; see rights.py."""
        async with self.read() as tx:
            if missing := await tx.run(lacks):
                raise StorageError(f"The database {self.place} {missing}.")

    async def _prepare(self, *, migrate: bool, serves: bool) -> None:
        with _told(self.place):
            async with self._backend.preparing() as way:
                if migrate:
                    await way.run(lambda connection: upgrade(connection, self.place))
                else:
                    await way.run(lambda connection: guard(connection, self.place))
                self.installation = await way.run(_installation)
        self._backend.stay_with(self.installation)
        if serves:
            await self.demand(lacking)

    def under(self, rule: Callable[[Connection], None]) -> Self:
        """The same database, where `rule` has the first word in every writing transaction.

        It raises when nothing may be written.
        """
        ruled = copy(self)
        ruled.rule = rule
        return ruled

    def _admit(self, connection: Connection) -> None:
        if self.rule:
            self.rule(connection)
        if _installation(connection) != self.installation:
            raise Swapped(self.place)


def _unmeasured(_writes: bool, _seconds: float) -> None:  # noqa: FBT001  in the form of `took`
    """Nobody wants to know."""


def _installation(connection: Connection) -> str:
    return str(connection.execute(_ID).scalar_one())


@contextmanager
def _told(place: str) -> Generator[None]:
    try:
        yield
    except foreign() as error:
        raise explained(error, place) from error
