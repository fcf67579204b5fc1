"""A PostgreSQL database, through asyncpg, whose deadlines hold on a frozen server."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from monitor.storage.address import PostgresAddress

T = TypeVar("T")

CONNECT = 5.0  # seconds to get a connection, from the server or from the pool
COMMAND = 30.0  # seconds for one statement
WRITERS = 2
READERS = 4


@dataclass(frozen=True, slots=True)
class Remote:
    """Work written for a plain connection, run over an asynchronous one."""

    connection: AsyncConnection

    async def run(self, work: Callable[[Connection], T]) -> T:
        return await self.connection.run_sync(work)


class Postgres:
    """Readers have a pool of their own: pages never wait for the recorder."""

    reserve = None  # the server keeps its own house

    def __init__(self, address: PostgresAddress) -> None:
        self.place = address.shown
        self._writer = _engine(address, WRITERS)
        self._reader = _engine(address, READERS).execution_options(postgresql_readonly=True)

    @asynccontextmanager
    async def writing(self) -> AsyncGenerator[Remote]:
        async with self._writer.begin() as connection:
            yield Remote(connection)

    @asynccontextmanager
    async def reading(self) -> AsyncGenerator[Remote]:
        async with self._reader.connect() as connection:
            yield Remote(connection)

    async def close(self) -> None:
        await self._writer.dispose()
        await self._reader.dispose()


def _engine(address: PostgresAddress, size: int) -> AsyncEngine:
    return create_async_engine(
        address.url,
        pool_size=size,
        max_overflow=0,
        pool_timeout=CONNECT,
        pool_pre_ping=True,
        connect_args={
            "timeout": CONNECT,
            "command_timeout": COMMAND,
            "server_settings": {"application_name": "ketenwacht", "jit": "off"},
        },
    )
