"""Bridges the time in which the database cannot be reached, with the page as it was last."""

import asyncio
import socket

from structlog.stdlib import get_logger
from uvicorn import Server

from monitor.cli.last_word import on_stop
from monitor.storage.engine import Database
from monitor.storage.fault import StorageError, Unreachable

PAUSE = 1.0
"""Seconds between two tries; each takes a connection, if it takes one, and no more."""

log = get_logger(__name__)


async def bridge(server: Server, listener: socket.socket, database_url: str) -> bool:
    """Serve until the database can be reached; False: told to stop before it could."""
    on_stop(lambda sign: server.handle_exit(sign, None))
    # The server closes what it was given; who connects in between waits on the listener.
    serving = asyncio.create_task(server.serve(sockets=[listener.dup()]))
    back = asyncio.create_task(_back(database_url))
    await asyncio.wait({serving, back}, return_when=asyncio.FIRST_COMPLETED)
    is_back = back.done()
    server.should_exit = True
    back.cancel()
    await asyncio.gather(serving, back, return_exceptions=True)
    if is_back:
        log.info("the database can be reached again")
    return is_back


async def _back(database_url: str) -> None:
    """Return when a database answers, whatever it says: that is for who opens it in earnest."""
    while True:
        try:
            database = await Database.open(database_url, migrate=False, exclusive=False)
        except Unreachable:
            await asyncio.sleep(PAUSE)
        except StorageError:
            return
        else:
            await database.close()
            return
