"""Ends a process that was told to stop and does not, whatever it is that hangs."""

import asyncio
import os
import signal
from collections.abc import Callable
from threading import Timer

from structlog.stdlib import get_logger

WITHIN = 24.0
"""Seconds after which nothing is waited for any more; supervisors kill after 30."""
UNFINISHED = 1
"""The exit code; what was recorded and what is owed is in the database, and is taken up again."""

log = get_logger(__name__)


def on_stop(stop: Callable[[signal.Signals], None], within: float = WITHIN) -> None:
    """At SIGINT and SIGTERM `stop` begins the end, which takes no longer than `within` seconds."""
    loop = asyncio.get_running_loop()

    def told(sign: signal.Signals) -> None:
        end_within(within, loop)
        stop(sign)

    for sign in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(sign, told, sign)


def end_within(seconds: float, loop: asyncio.AbstractEventLoop) -> None:
    """From a thread of its own: the loop, or the wait for another thread, may be what hangs."""
    timer = Timer(seconds, _end, (loop,))
    timer.daemon = True  # who ends in order does not wait for it
    timer.start()


def _end(loop: asyncio.AbstractEventLoop) -> None:
    hangs = sorted({str(task.get_coro()) for task in asyncio.all_tasks(loop)})
    log.error("ended without order, because something does not stop", work=hangs)
    os._exit(UNFINISHED)
