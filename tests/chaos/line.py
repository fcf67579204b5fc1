"""A line to PostgreSQL that can go dead without a word, as one through a broken switch does."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from tests.conftest import PostgresServer


@dataclass
class Line:
    """Leads from a port on loopback to the server's socket."""

    socket: str
    url: str = ""
    alive: asyncio.Event = field(default_factory=asyncio.Event)
    talks: set[asyncio.Task[None]] = field(default_factory=set)

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Bytes of one direction; while the line is dead they go nowhere, and nobody is told."""
        with suppress(OSError):
            while data := await reader.read(65_536):
                await self.alive.wait()
                writer.write(data)
                await writer.drain()
        writer.close()

    async def connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self.talks.add(task)
        with suppress(asyncio.CancelledError, OSError):
            await self.alive.wait()
            there, back = await asyncio.open_unix_connection(self.socket)
            try:
                await asyncio.gather(self.carry(reader, back), self.carry(there, writer))
            finally:
                back.transport.abort()
        writer.transport.abort()
        self.talks.discard(task)


@asynccontextmanager
async def line_to(postgres: PostgresServer, database: str) -> AsyncIterator[Line]:
    folder = postgres.server.get_postmaster_info().socket_dir
    port = postgres.server.get_postmaster_info().port
    line = Line(f"{folder}/.s.PGSQL.{port}")
    line.alive.set()
    server = await asyncio.start_server(line.connect, "127.0.0.1", 0)
    host, bound = server.sockets[0].getsockname()
    line.url = f"postgresql://postgres@{host}:{bound}/{database}"
    try:
        yield line
    finally:
        server.close()
        for task in [*line.talks]:
            task.cancel()
        await asyncio.gather(*line.talks, return_exceptions=True)
        await asyncio.sleep(0)  # lets the transports that were just closed go
