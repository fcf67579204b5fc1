"""What a process does while it is up, and what it does besides while it leads."""

import asyncio
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from datetime import timedelta
from functools import partial
from time import monotonic

from structlog.stdlib import get_logger

from monitor.catalogue.reload import Reloader
from monitor.scheduling.intake import Intake
from monitor.scheduling.upkeep import Chore, at_it, cancelled, doing, go_on, now_and_then
from monitor.scheduling.watchdog import Watchdog
from monitor.works import Works

LOOK_AT_FILES = timedelta(seconds=3)
LOOK_AT_AGE = timedelta(seconds=5)
LOOK_AT_RELEASES = timedelta(seconds=1)
LOOK_AT_LEADER = timedelta(seconds=15)
LOOK_AT_GATES = timedelta(seconds=10)
HAND_OUT = timedelta(seconds=0.5)
"""Well within the lead with which slots are handed to other locations."""
ACCOUNT = timedelta(seconds=2)
LET_FINISH = timedelta(seconds=5)
"""For the probes under way at the end; with the writing below it a stop stays within 25 s."""
LET_ARRIVE = 4.0
LET_SETTLE = 2.0
LET_WRITE = 8.0

log = get_logger(__name__)


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
        await stack.enter_async_context(doing(_of_everyone(works)))
        watchdog = Watchdog(
            works.monitor.clock, monotonic, works.upset, works.monitor.telemetry.loop_lag.set
        )
        await stack.enter_async_context(at_it("watchdog", watchdog.watch))
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
        await cancelled(task)


@asynccontextmanager
async def leading(works: Works) -> AsyncIterator[None]:
    """Ask every check in its slots, and do what one process does for all."""
    works.begin_asking()
    works.monitor.telemetry.led(works.lease.epoch if works.lease else 0)
    telling = (works.crier.tell_of_gates, LOOK_AT_GATES, LOOK_AT_RELEASES, works.stirred)
    gates = partial(now_and_then, "gates", *telling)
    try:
        async with doing(_of_the_leader(works)), at_it("gates", gates):
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
        ("accord", works.accord.look, LOOK_AT_LEADER, LOOK_AT_LEADER),
    )


def _of_the_leader(works: Works) -> tuple[Chore, ...]:
    return (
        ("hand-out", works.dispatcher.hand_out, HAND_OUT, timedelta()),
        ("account", works.dispatcher.account, ACCOUNT, ACCOUNT),
        *works.household.chores(),
        *works.crier.chores(),
        *works.outside.chores(),
        *works.post_office.chores(),
    )


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
        await cancelled(*writing)


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
