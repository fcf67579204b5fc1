"""Hears what other processes on the same PostgreSQL committed."""

import asyncio
from contextlib import suppress
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from structlog.stdlib import get_logger

from monitor.storage.bells import Bells
from monitor.storage.fault import foreign

CHANNEL = "ketenwacht"
"""Of the database; what changed is the payload, so that one LISTEN hears everything."""
LOOK = 5.0
"""Seconds between two signs that the connection lives; a silent one may be cut off."""
ANSWER = 3.0
"""Seconds within which such a sign must come."""
PAUSE = 1.0
"""Seconds before a lost connection is made anew."""

log = get_logger(__name__)


class Ear:
    """Listens on a connection of its own, for as long as `listen` runs."""

    def __init__(self, engine: AsyncEngine, bells: Bells) -> None:
        self._engine = engine
        self._bells = bells

    async def listen(self) -> None:
        deaf = False
        while True:
            try:
                async with self._engine.connect() as connection:
                    await self._hear(connection)
            except foreign() as error:
                if not deaf:
                    log.warning("not told of changes, and looks for them instead", why=str(error))
                deaf = True
            await asyncio.sleep(PAUSE)

    async def _hear(self, connection: AsyncConnection) -> None:
        raw: Any = (await connection.get_raw_connection()).driver_connection
        ended = asyncio.Event()
        raw.add_termination_listener(lambda _: ended.set())
        try:
            await raw.add_listener(CHANNEL, self._heard)
            self._bells.ring_all()  # something may have come before we listened
            while not ended.is_set():
                with suppress(TimeoutError):
                    async with asyncio.timeout(LOOK):
                        await ended.wait()
                await raw.execute("SELECT 1", timeout=ANSWER)
        finally:
            await connection.invalidate()  # a connection that listens is nobody else's

    def _heard(self, _connection: object, _pid: int, _channel: str, payload: str) -> None:
        self._bells.ring((payload,))
