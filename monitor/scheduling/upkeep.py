"""What must be done now and then, and goes on after a failure."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import timedelta
from functools import partial

from structlog.stdlib import get_logger

from monitor.storage.fault import StorageError

Chore = tuple[str, Callable[[], Awaitable[None]], timedelta, timedelta]
"""Its name, what to do, every how long, and how long after the start."""

WORDS, LISTENS = 3, 1.0
"""So often is work of ours told to stop, and so many seconds it has each time."""
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


@asynccontextmanager
async def doing(chores: Sequence[Chore]) -> AsyncIterator[None]:
    async with AsyncExitStack() as stack:
        for name, chore, every, first in chores:
            work = partial(now_and_then, name, chore, every, first)
            await stack.enter_async_context(at_it(name, work))
        yield


@asynccontextmanager
async def at_it(name: str, work: Callable[[], Awaitable[None]]) -> AsyncIterator[None]:
    """Do work beside us until left."""
    task = asyncio.create_task(go_on(name, work))
    try:
        yield
    finally:
        await cancelled(task)


async def cancelled(*tasks: asyncio.Task[None]) -> None:
    """Tell them to stop, more than once: a word that comes at an unlucky moment can get lost.

    Who does not stop is left behind: the end of a process must not wait for what hangs.
    """
    left = {task for task in tasks if not task.done()}
    for _ in range(WORDS):
        if not left:
            return
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=LISTENS)
    if left:
        log.error("left behind, it does not stop", work=[str(one.get_coro()) for one in left])


async def _pause(seconds: float, sooner: asyncio.Event | None) -> None:
    if sooner is None:
        await asyncio.sleep(seconds)
        return
    await asyncio.sleep(min(seconds, RESTART))
    with suppress(TimeoutError):
        async with asyncio.timeout(max(seconds - RESTART, 0)):
            await sooner.wait()
