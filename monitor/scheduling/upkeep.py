"""What must be done now and then, and goes on after a failure."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta

from structlog.stdlib import get_logger

from monitor.storage.fault import StorageError

RESTART = 1.0
"""Seconds before work of ours that broke, or was just done, is taken up again."""

log = get_logger(__name__)


async def go_on(name: str, work: Callable[[], Awaitable[None]]) -> None:
    """Do `work`, and take it up again when it breaks: half a monitor is worse than none."""
    while True:
        try:
            await work()
        except Exception:
            log.exception("broke and is taken up again", work=name)
            await asyncio.sleep(RESTART)
        else:
            return


async def now_and_then(
    name: str,
    chore: Callable[[], Awaitable[None]],
    every: timedelta,
    first: timedelta,
    sooner: asyncio.Event | None = None,
) -> None:
    """Do `chore` after `first` and then after every `every`; a database away skips a turn.

    `sooner` asks for it before its time; it is heard at most once a second.
    """
    await asyncio.sleep(first.total_seconds())
    while True:
        if sooner:
            sooner.clear()  # before: what is asked for meanwhile is asked for again
        try:
            await chore()
        except StorageError as error:
            log.warning("left for the next time", chore=name, why=str(error))
        await _pause(every.total_seconds(), sooner)


async def _pause(seconds: float, sooner: asyncio.Event | None) -> None:
    if sooner is None:
        await asyncio.sleep(seconds)
        return
    await asyncio.sleep(min(seconds, RESTART))
    with suppress(TimeoutError):
        await asyncio.wait_for(sooner.wait(), max(seconds - RESTART, 0))
