"""What a process does while it is up: everything, or only what its role asks."""

import asyncio
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from datetime import timedelta
from enum import StrEnum
from functools import partial
from time import monotonic

from structlog.stdlib import get_logger

from monitor.catalogue.reload import Reloader
from monitor.scheduling.intake import Intake
from monitor.scheduling.lease import Lease
from monitor.scheduling.upkeep import go_on, now_and_then
from monitor.scheduling.watchdog import Watchdog
from monitor.storage.bells import Channel
from monitor.storage.fault import StorageError
from monitor.works import Works

Chore = tuple[str, Callable[[], Awaitable[None]], timedelta, timedelta]
"""Its name, what to do, every how long, and how long after the start."""

ROLL_UP = timedelta(minutes=5)
PRUNE = timedelta(days=1)
MAKE_DAYS = timedelta(hours=1)
LOOK_AT_FILES = timedelta(seconds=3)
LOOK_AT_AGE = timedelta(seconds=5)
LOOK_AT_RELEASES = timedelta(seconds=1)
LOOK_AT_ALMANAC = timedelta(seconds=5)
LOOK_AT_GATES = timedelta(seconds=10)
FORGET = timedelta(hours=1)
HAND_OUT = timedelta(seconds=0.5)
"""Well within the lead with which slots are handed to other locations."""
ACCOUNT = timedelta(seconds=2)
MINUTE = timedelta(minutes=1)
LET_FINISH = timedelta(seconds=5)
"""For the probes under way at the end; with the writing below it a stop stays within 25 s."""
LET_ARRIVE = 4.0
LET_SETTLE = 2.0
LET_WRITE = 8.0
LOOK_AGAIN = 2.0
"""Seconds after which a change is found that nobody told us of."""
GATHER = 0.1
"""Seconds between two looks at what changed; a page is to show it within a second."""
ANEW = 1.0
"""Seconds before a database that was away is asked again."""

log = get_logger(__name__)


class Role(StrEnum):
    """What a process is for."""

    RUN = "run"  # everything
    WATCHER = "watcher"  # asks when it leads
    WEB = "web"  # shows what others record


@asynccontextmanager
async def on_duty(works: Works, role: Role) -> AsyncIterator[None]:
    """What `role` asks, until left."""
    if role is Role.WEB:
        async with up(works), _at_it("following", partial(_follow, works)):
            yield
    elif works.lease:
        async with _candidate(works, works.lease):
            yield
    else:
        async with watching(works):
            yield


@asynccontextmanager
async def _candidate(works: Works, lease: Lease) -> AsyncIterator[None]:
    """Watch whenever we lead; at the end the lead is kept until all is written."""
    try:
        async with (
            _at_it("lease", lease.run),
            up(works),
            delivering(works),
            _at_it("following", partial(_follow, works)),
            _at_it("leading", partial(_reign, works, lease)),
        ):
            yield
    finally:
        await lease.close()


async def _reign(works: Works, lease: Lease) -> None:
    """Lead, for as long as we may, again and again."""
    while True:
        await lease.taken()
        try:
            await works.catch_up()  # what others asked before us
        except StorageError:
            await asyncio.sleep(ANEW)
            continue
        async with leading(works):
            await lease.lost()


async def _follow(works: Works) -> None:
    """Keep the board as fresh as the database, whoever writes there."""
    with works.monitor.database.listening(Channel.STANDINGS, Channel.RELEASES) as bell:
        while True:
            await bell.rung(LOOK_AGAIN)
            try:
                await works.catch_up()
                await works.look_at_releases()
            except StorageError as error:
                if not works.asking:
                    works.troubled(str(error))
                await asyncio.sleep(ANEW)
            await asyncio.sleep(GATHER)


@asynccontextmanager
async def watching(works: Works) -> AsyncIterator[None]:
    """Ask, write and keep house until left; then end in order and lose nothing."""
    async with up(works), delivering(works), leading(works):
        yield


@asynccontextmanager
async def up(works: Works) -> AsyncIterator[None]:
    """What every process does, whether it leads or not; what it was given it writes at the end."""
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(_recording(works.reports, works.intake))
        await stack.enter_async_context(_doing(_of_everyone(works)))
        watchdog = Watchdog(
            works.monitor.clock, monotonic, works.upset, works.monitor.telemetry.loop_lag.set
        )
        await stack.enter_async_context(_at_it("watchdog", watchdog.watch))
        stack.enter_context(_poked_by_hangup(works.reloader))
        yield


@asynccontextmanager
async def delivering(works: Works) -> AsyncIterator[None]:
    """Tell what is owed; any number of processes may. What is under way at the end may end."""
    postman = works.post_office.postman
    task = asyncio.create_task(go_on("postman", postman.run))
    try:
        yield
    finally:
        await postman.stop(LET_ARRIVE)
        await asyncio.wait([task], timeout=LET_SETTLE)
        await _cancelled(task)


@asynccontextmanager
async def leading(works: Works) -> AsyncIterator[None]:
    """Ask every check in its slots, and do what one process does for all."""
    works.begin_asking()
    works.monitor.telemetry.led(works.lease.epoch if works.lease else 0)
    telling = (works.tell_of_gates, LOOK_AT_GATES, LOOK_AT_RELEASES, works.stirred)
    gates = partial(now_and_then, "gates", *telling)
    try:
        async with _doing(_of_the_leader(works)), _at_it("gates", gates):
            yield
    finally:
        works.monitor.telemetry.leads.set(0)
        let_go = works.lease is not None and not works.lease.held
        await works.end_asking(timedelta() if let_go else LET_FINISH)
        await works.dispatcher.close()


def _of_everyone(works: Works) -> tuple[Chore, ...]:
    return (
        ("catalogue", works.look_at_files, LOOK_AT_FILES, LOOK_AT_FILES),
        ("age", works.look_at_age, LOOK_AT_AGE, LOOK_AT_AGE),
        ("releases", works.look_at_releases, LOOK_AT_RELEASES, LOOK_AT_RELEASES),
    )


def _of_the_leader(works: Works) -> tuple[Chore, ...]:
    return (
        ("roll-up", works.roll_up, ROLL_UP, MINUTE),
        ("days", works.make_days, MAKE_DAYS, MINUTE),
        ("prune", works.keep_history_small, PRUNE, 2 * MINUTE),
        ("hand-out", works.dispatcher.hand_out, HAND_OUT, timedelta()),
        ("account", works.dispatcher.account, ACCOUNT, ACCOUNT),
        ("locations", works.call_the_roll, LOOK_AT_AGE, LOOK_AT_AGE),
        ("forget", works.forget_who_left, FORGET, 3 * MINUTE),
        ("almanac", works.tell_what_time_brings, LOOK_AT_ALMANAC, LOOK_AT_ALMANAC),
        *works.outside.chores(),
        *works.post_office.chores(),
    )


@asynccontextmanager
async def _doing(chores: Sequence[Chore]) -> AsyncIterator[None]:
    async with AsyncExitStack() as stack:
        for name, chore, every, first in chores:
            work = partial(now_and_then, name, chore, every, first)
            await stack.enter_async_context(_at_it(name, work))
        yield


@asynccontextmanager
async def _at_it(name: str, work: Callable[[], Awaitable[None]]) -> AsyncIterator[None]:
    """Do work beside us until left."""
    task = asyncio.create_task(go_on(name, work))
    try:
        yield
    finally:
        await _cancelled(task)


@asynccontextmanager
async def _recording(*intakes: Intake) -> AsyncIterator[None]:
    """Record what comes in, and at the end what still waits."""
    writing = [asyncio.create_task(go_on("intake", intake.run)) for intake in intakes]
    try:
        yield
    finally:
        for intake in intakes:
            intake.stop()
        _, unfinished = await asyncio.wait(writing, timeout=LET_WRITE)
        if unfinished:
            waiting = sum(intake.depth for intake in intakes)
            log.error("stopped before all was written", waiting=waiting)
        await _cancelled(*writing)


@contextmanager
def _poked_by_hangup(reloader: Reloader) -> Iterator[None]:
    """Read the catalogue again at SIGHUP; not where signals belong to another thread."""
    loop = asyncio.get_running_loop()
    try:
        loop.add_signal_handler(signal.SIGHUP, reloader.poke)
    except (RuntimeError, ValueError):
        yield
        return
    try:
        yield
    finally:
        loop.remove_signal_handler(signal.SIGHUP)


async def _cancelled(*tasks: asyncio.Task[None]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
