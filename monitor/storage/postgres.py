"""A PostgreSQL database, through asyncpg, whose deadlines hold on a frozen server."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Collection, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from sqlalchemy import Connection, QueuePool, event, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from monitor.storage.address import PostgresAddress
from monitor.storage.bells import Bells
from monitor.storage.ear import CHANNEL, Ear
from monitor.storage.fault import Swapped
from monitor.storage.lane import Way
from monitor.storage.parting import part
from monitor.storage.seat import Seat

T = TypeVar("T")

CONNECT = 5.0  # seconds to get a connection, from the server or from the pool
ANSWER = 2 * CONNECT  # seconds to get one that answers, for who reads
COMMAND = 30.0  # seconds for one statement
IDLE = 10
"""Seconds that a writer may pause within a transaction: one that is frozen there must not hold
its locks for ever. For who leads it may be less, see seat.py."""
WRITERS = 2
READERS = 4

_TELL = text(
    "SELECT pg_notify(:channel, payload) FROM unnest(CAST(:payloads AS text[])) AS payload"
)


@dataclass(frozen=True, slots=True)
class Remote:
    """Work written for a plain connection, run over an asynchronous one."""

    connection: AsyncConnection

    async def run(self, work: Callable[[Connection], T]) -> T:
        return await self.connection.run_sync(work)


class Postgres:
    """Readers have a pool of their own: pages never wait for the recorder."""

    reserve = None  # the server keeps its own house
    is_shared = True

    def __init__(self, address: PostgresAddress) -> None:
        self.place = address.shown
        self.address = address
        self._writer = engine(address, WRITERS, idle_in_transaction_session_timeout=f"{IDLE}s")
        self._reader = engine(address, READERS).execution_options(postgresql_readonly=True)
        self._hearer = engine(address, 1)
        self._hearing: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def writing(self) -> AsyncGenerator[Remote]:
        async with self._writer.begin() as connection:
            yield Remote(connection)

    @asynccontextmanager
    async def preparing(self) -> AsyncGenerator[Remote]:
        """A writing transaction that may take any time: millions of rows may have to move."""
        patient = engine(self.address, 1, command=None)
        try:
            async with patient.begin() as connection:
                yield Remote(connection)
        finally:
            await patient.dispose()

    @asynccontextmanager
    async def reading(self) -> AsyncGenerator[Remote]:
        """Who reads is told soon that the server is mute: a kept connection is tried first."""
        async with AsyncExitStack() as stack:
            async with asyncio.timeout(ANSWER):
                connection = await stack.enter_async_context(self._reader.connect())
            yield Remote(connection)

    def stay_with(self, installation: str) -> None:
        """Take no connection to another database: two can be swapped while nobody is connected.

        Asked once of each connection, so that readers notice it too, and at no cost.
        """

        def recognise(connection: Any, _record: object) -> None:
            cursor = connection.cursor()
            cursor.execute("SELECT id FROM installation")
            (found,) = cursor.fetchone()
            cursor.close()
            if found != installation:
                connection.close()
                raise Swapped(self.place)
            connection.rollback()

        for each in (self._writer, self._reader):
            event.listen(each.sync_engine, "connect", recognise)

    @property
    def connections(self) -> Mapping[str, tuple[int, int]]:
        """In use, and at most."""
        pools = {"write": (self._writer, WRITERS), "read": (self._reader, READERS)}
        return {
            kind: (pool.checkedout(), most)
            for kind, (engine, most) in pools.items()
            if isinstance(pool := engine.pool, QueuePool)
        }

    def seat(self, patience: timedelta) -> Seat:
        timeout = f"{patience.total_seconds() / 2:.1f}s"  # so that it is the server that says why
        own = engine(
            self.address,
            1,
            command=patience.total_seconds(),
            lock_timeout=timeout,
            idle_in_transaction_session_timeout=timeout,
            application_name="ketenwacht lease",
        )
        return Seat(self.place, own)

    async def announce(self, way: Way, tidings: Collection[str]) -> None:
        """Let every process on this database hear, once this is committed, what it changed."""
        if tidings:
            told = {"channel": CHANNEL, "payloads": sorted(tidings)}
            await way.run(lambda connection: connection.execute(_TELL, told))

    def hear(self, bells: Bells) -> None:
        """Ring `bells` from now on for what other processes announce."""
        if self._hearing is None:
            self._hearing = asyncio.create_task(Ear(self._hearer, bells).listen())

    async def close(self) -> None:
        if self._hearing:
            self._hearing.cancel()
            await asyncio.wait([self._hearing])
        await part(self._hearer, self._writer, self._reader)


def engine(
    address: PostgresAddress, size: int, command: float | None = COMMAND, **server: str
) -> AsyncEngine:
    """At most `size` connections, `command` seconds for a statement (None: any time)."""
    tls = address.tls
    return create_async_engine(
        address.plain,
        pool_size=size,
        max_overflow=0,
        pool_timeout=CONNECT,
        pool_pre_ping=True,
        connect_args={
            **({} if tls is None else {"ssl": tls}),
            "timeout": min(CONNECT, command or CONNECT),
            "command_timeout": command,
            "server_settings": {"application_name": "ketenwacht", "jit": "off", **server},
        },
    )
