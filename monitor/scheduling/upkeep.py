"""What must be done now and then, and goes on after a failure."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

from structlog.stdlib import get_logger

from monitor.storage.fault import StorageError

RESTART = 1.0
"""Seconds before work of ours that broke is taken up again."""

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
    name: str, chore: Callable[[], Awaitable[None]], every: timedelta, first: timedelta
) -> None:
    """Do `chore` after `first` and then after every `every`; a database away skips a turn."""
    await asyncio.sleep(first.total_seconds())
    while True:
        try:
            await chore()
        except StorageError as error:
            log.warning("left for the next time", chore=name, why=str(error))
        await asyncio.sleep(every.total_seconds())
