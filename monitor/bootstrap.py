"""Puts the parts together. The only place that knows them all, reads settings or owns a clock."""

import asyncio
import os
import signal
from collections.abc import (
    AsyncIterator,
    Callable,
    Coroutine,
    Iterator,
    Mapping,
    Sequence,
)
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from time import monotonic, perf_counter

from structlog.stdlib import get_logger

from checks.client import Clients
from monitor.alerts.guard import Guard
from monitor.board import Board
from monitor.catalogue.loader import load
from monitor.catalogue.reload import Reloader
from monitor.desk.secret_key import derived_of
from monitor.desk.signing_key import signer_of
from monitor.domain.landscape import CheckId
from monitor.releases import arrived_since
from monitor.scheduling.scheduler import HASTE
from monitor.scheduling.upkeep import go_on, now_and_then
from monitor.scheduling.watchdog import Watchdog
from monitor.settings import Settings, SettingsError, unknown_variables
from monitor.storage.engine import Database
from monitor.storage.queries import Queries
from monitor.telemetry import Telemetry
from monitor.works import Monitor, Works

__all__ = [
    "Monitor",
    "Settings",
    "SettingsError",
    "Works",
    "assemble",
    "configured",
    "connected",
    "utc_now",
    "watching",
]

ROLL_UP = timedelta(minutes=5)
PRUNE = timedelta(days=1)
LOOK_AT_FILES = timedelta(seconds=3)
LOOK_AT_AGE = timedelta(seconds=5)
LOOK_AT_RELEASES = timedelta(seconds=1)
LOOK_AT_GATES = timedelta(seconds=10)
LET_FINISH = timedelta(seconds=5)
"""For the probes under way at the end; with the writing below it a stop stays within 25 s."""
LET_WRITE = 15.0

log = get_logger(__name__)


def utc_now() -> datetime:
    return datetime.now(UTC)


def configured(**chosen: object) -> Settings:
    """Read the settings; what the command line chose goes before the environment.

    Raises SettingsError, which tells every problem and its cure.
    """
    return Settings(**{name: value for name, value in chosen.items() if value is not None})


@asynccontextmanager
async def connected(
    settings: Settings,
    *,
    clock: Callable[[], datetime] = utc_now,
    timer: Callable[[], float] = perf_counter,
    secrets: Mapping[str, str] | None = None,
) -> AsyncIterator[Works]:
    """Open everything and connect it; nothing is asked yet."""
    secrets = os.environ if secrets is None else secrets
    async with AsyncExitStack() as stack:
        reloader = Reloader(settings.catalogue)
        catalogue = load(settings.catalogue)
        signing_key = settings.signing_key.name if settings.signing_key else ""
        if strangers := unknown_variables(secrets, {*catalogue.referred, signing_key}):
            raise SettingsError(strangers)
        database = await Database.open(settings.database_url)
        stack.push_async_callback(database.close)
        clients = Clients(settings.agent, timer=timer)
        stack.push_async_callback(clients.aclose)
        board = Board(catalogue.landscape)
        telemetry = Telemetry(board)
        signer = signer_of(settings.signing_key, settings.database_url, secrets)
        secret_key = settings.secret_key.get_secret_value() if settings.secret_key else None
        derived = derived_of(secret_key, settings.database_url)
        guard = Guard(settings.webhook_allow)
        stack.callback(guard.close)
        monitor = Monitor(
            *(clock, board, database, telemetry, settings, signer), derived=derived, guard=guard
        )
        async with database.read() as tx:
            queries = Queries(tx)
            board.recall(await queries.standings(), await queries.incidents(open_only=True))
        works = Works(monitor, clients, secrets, catalogue, reloader)
        await works.look_at_releases()
        yield works


@asynccontextmanager
async def watching(works: Works) -> AsyncIterator[None]:
    """Ask, write and keep house until left; then end in order and lose nothing."""
    last_slots = {
        CheckId(standing.target, name): check.last_slot
        for standing in works.board.standings.values()
        for name, check in standing.checks.items()
        if check.last_slot
    }
    writing = asyncio.create_task(go_on("intake", works.intake.run))
    works.scheduler.start(works.board.landscape, last_slots)
    works.board.coming = works.scheduler.next_look
    for target, since in arrived_since(
        works.board.standings.values(), works.monitor.clock() - HASTE
    ):
        works.watch_closely((target,), since + HASTE)
    house = [asyncio.create_task(one) for one in _housekeeping(works)]
    try:
        with _poked_by_hangup(works.reloader):
            yield
    finally:
        await works.scheduler.stop(LET_FINISH)
        await _cancelled(house)
        works.intake.stop()
        await asyncio.wait([writing], timeout=LET_WRITE)
        if not writing.done():
            log.error("stopped before all was written", waiting=works.intake.depth)
        await _cancelled([writing])


@asynccontextmanager
async def assemble(settings: Settings | None = None) -> AsyncIterator[Monitor]:
    """The whole monitor, at work for as long as the context is open."""
    async with connected(settings or configured()) as works, watching(works):
        yield works.monitor


def _housekeeping(works: Works) -> Iterator[Coroutine[None, None, None]]:
    watchdog = Watchdog(
        works.monitor.clock, monotonic, works.upset, works.monitor.telemetry.loop_lag.set
    )
    minute = timedelta(minutes=1)
    chores = (
        ("roll-up", works.roll_up, ROLL_UP, minute),
        ("prune", works.keep_history_small, PRUNE, 2 * minute),
        ("catalogue", works.look_at_files, LOOK_AT_FILES, LOOK_AT_FILES),
        ("age", works.look_at_age, LOOK_AT_AGE, LOOK_AT_AGE),
        ("releases", works.look_at_releases, LOOK_AT_RELEASES, LOOK_AT_RELEASES),
    )
    yield go_on("watchdog", watchdog.watch)
    telling = (works.tell_of_gates, LOOK_AT_GATES, LOOK_AT_RELEASES, works.stirred)
    yield go_on("gates", partial(now_and_then, "gates", *telling))
    for name, chore, every, first in chores:
        yield go_on(name, partial(now_and_then, name, chore, every, first))


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


async def _cancelled(tasks: Sequence[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
