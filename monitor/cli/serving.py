"""Serves the window on the street over an assembled monitor, until told to stop."""

import asyncio
import gc
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import (
    AbstractAsyncContextManager,
    AsyncExitStack,
    asynccontextmanager,
    contextmanager,
)
from typing import Any

import uvloop
from rich.markup import escape
from typing_extensions import override
from uvicorn import Config, Server
from uvicorn.importer import import_from_string

from monitor.bootstrap import Monitor
from monitor.cli.bridging import bridge
from monitor.cli.last_word import on_stop
from monitor.cli.patience import PatientProtocol
from monitor.cli.speaking import WrongQuestion, err
from monitor.desk.snapshot_place import snapshot_place
from monitor.front_door import Settings, utc_now
from monitor.storage.fault import Unreachable

WINDOW = "web.app:create_app"
"""By its name: the window looks at the monitor, and the monitor does not know it."""
STOPGAP = "web.app:create_stopgap"
"""Of a process that cannot reach its database yet."""
BACKSTAGE = "web.app:create_backstage"
"""Of a process without pages."""
CONNECTIONS = 400
"""At a time; the rest of 1,024 descriptors is for probes and the database."""
IDLE = 5
"""Seconds before a kept-alive connection is closed."""
LET_GO = 5
"""Seconds at the end for open pages; live ones would stay for ever."""

NEW_OBJECTS = 5_000
"""That may come before the collector looks for circles among them; Python's own 700 is for
programs that make few."""

Assembled = Callable[[], AbstractAsyncContextManager[Monitor]]


class _Served(Server):
    """Signals are ours: uvicorn would raise them again before the monitor has ended in order."""

    @override
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def serve(assembled: Assembled, settings: Settings, window: str = WINDOW) -> None:
    """Listen, then assemble, so that trouble of either is told before anything is asked."""
    with (
        _listening(settings) as listener,
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
    ):
        runner.run(_serve(assembled, settings, listener, window))


async def _serve(
    assembled: Assembled, settings: Settings, listener: socket.socket, window: str
) -> None:
    async with AsyncExitStack() as stack:
        monitor = await _assembled(stack, assembled, settings, listener, window)
        if monitor is None:
            return

        @asynccontextmanager
        async def already() -> AsyncIterator[Monitor]:
            yield monitor

        create_app: Any = import_from_string(window)
        server = _Served(window_config(create_app(assembled=already), settings))
        leave_in_peace()
        on_stop(lambda sign: server.handle_exit(sign, None))
        err.print(f"Ketenwacht is at [link]{settings.address}[/link]", highlight=False)
        await server.serve(sockets=[listener])


async def _assembled(
    stack: AsyncExitStack,
    assembled: Assembled,
    settings: Settings,
    listener: socket.socket,
    window: str,
) -> Monitor | None:
    """The monitor, once there is a database; until then the page as it was last is served.

    None: told to stop before. Raises Unreachable where there is no such page.
    """
    while True:
        try:
            return await stack.enter_async_context(assembled())
        except Unreachable as away:
            stopgap = _stopgap(settings) if window == WINDOW else None
            if stopgap is None:
                raise
            err.print(f"{escape(str(away))} The page as it was last is served meanwhile.")
        server = _Served(window_config(stopgap, settings))
        if not await bridge(server, listener, settings.database_url):
            return None


def _stopgap(settings: Settings) -> Any:
    create_stopgap: Any = import_from_string(STOPGAP)
    return create_stopgap(snapshot_place(settings.snapshot, settings.database_url), utc_now)


def leave_in_peace() -> None:
    """Spare the collector what is here to stay: modules, tables, the catalogue.

    Looking through it took 90 ms at a time, in which nothing was asked or answered, and 8 %
    of a probe's CPU.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS, *gc.get_threshold()[1:])


def window_config(app: Any, settings: Settings) -> Config:
    return Config(
        app,
        http=PatientProtocol,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        limit_concurrency=CONNECTIONS,
        timeout_keep_alive=IDLE,
        timeout_graceful_shutdown=LET_GO,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=[str(one) for one in settings.trusted_proxies],
    )


@contextmanager
def _listening(settings: Settings) -> Iterator[socket.socket]:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        listener = socket.create_server((settings.host, settings.port), family=family)
    except OSError as error:
        why = error.strerror or str(error)
        raise WrongQuestion(
            f"Cannot listen on {settings.bind} ({why.lower()}); choose another --bind HOST:PORT."
        ) from error
    with listener:
        yield listener
