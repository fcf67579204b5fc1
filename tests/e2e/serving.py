"""The real application on a real socket, around a board that a test can write on."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import uvicorn
from pydantic import SecretStr

from checks.outcome import Outcome
from monitor.alerts.guard import Guard
from monitor.board import Board
from monitor.bootstrap import Monitor
from monitor.desk.secret_key import derived_of
from monitor.desk.signing_key import signer_of
from monitor.domain.landscape import CheckId
from monitor.settings import Settings
from monitor.storage.engine import Database
from monitor.telemetry import Telemetry
from tests.e2e.street import NOON
from tests.e2e.street import board as street_board
from web.app import create_app

PATIENCE = 60.0


@dataclass
class Served:
    """A running server; `do` runs something on its loop, where the board lives."""

    url: str
    board: Board
    moment: list[datetime]
    monitor: list[Monitor] = field(default_factory=list)
    loop: asyncio.AbstractEventLoop | None = None

    def at(self, now: datetime) -> None:
        self.moment[0] = now

    def do(self, work: Callable[[], None]) -> None:
        done = threading.Event()

        def then() -> None:
            work()
            done.set()

        assert self.loop
        self.loop.call_soon_threadsafe(then)
        assert done.wait(PATIENCE)


@contextmanager
def serving(
    folder: Path,
    board: Callable[[], Board] = street_board,
    prepare: Callable[[Database, Board], Awaitable[None]] | None = None,
    public_base_url: str | None = None,
    contact: str | None = "beheer@ketenwacht.example",
    *,
    signing: bool = True,
    subscribing: bool = True,
    ask: Callable[[CheckId], Awaitable[Outcome]] | None = None,
    **more: Any,
) -> Iterator[Served]:
    """`subscribing`: by mail too, and to webhooks on this machine; nothing is sent from here.

    `more` are settings.
    """
    moment = [NOON]
    made = Served("", board(), moment)

    @asynccontextmanager
    async def assembled() -> AsyncIterator[Monitor]:
        made.loop = asyncio.get_running_loop()
        url = f"sqlite:///{folder / 'web.db'}"
        database = await Database.open(url)
        try:
            if prepare:
                await prepare(database, made.board)
            settings = Settings(
                public_base_url=public_base_url,
                contact=contact,
                smtp_url=SecretStr("smtp://127.0.0.1?starttls=never") if subscribing else None,
                mail_from="Ketenwacht <ketenwacht@example.nl>" if subscribing else None,
                **more,
            )
            telemetry = Telemetry(made.board)
            signer = signer_of(None, url, {}) if signing else None
            derived = derived_of(None, url) if subscribing else None
            monitor = Monitor(
                *(lambda: moment[0], made.board, database, telemetry, settings, signer),
                derived=derived,
                guard=Guard(("127.0.0.0/8",)),
                ask=ask,
            )
            made.monitor.append(monitor)
            yield monitor
        finally:
            await database.close()

    config = uvicorn.Config(
        create_app(assembled),
        host="127.0.0.1",
        port=0,
        log_level="warning",
        lifespan="on",
        server_header=False,
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + PATIENCE
    while not server.started:
        assert thread.is_alive(), "the server ended before it started"
        assert time.monotonic() < deadline, "the server did not start in time"
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    made.url = f"http://127.0.0.1:{port}"
    try:
        yield made
    finally:
        server.should_exit = True
        thread.join(PATIENCE)
