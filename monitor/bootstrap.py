"""Puts the parts together. The only place that knows them all."""

import os
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from time import perf_counter

from checks.client import Clients
from monitor.alerts.guard import Guard
from monitor.board import Board
from monitor.catalogue.loader import load
from monitor.catalogue.reload import Reloader
from monitor.couriers import couriers_of
from monitor.desk.secret_key import derived_of
from monitor.desk.signing_key import signer_of
from monitor.desk.snapshot_place import snapshot_place
from monitor.duties import watching
from monitor.front_door import Settings, SettingsError, configured, utc_now
from monitor.monitor import Monitor
from monitor.outpost import posted
from monitor.roles import Role, on_duty
from monitor.scheduling.dispatcher import unreachable
from monitor.scheduling.hatch import opened
from monitor.settings import unknown_variables
from monitor.storage.engine import Database
from monitor.storage.outages import all_open
from monitor.storage.queries import Queries
from monitor.telemetry import Telemetry
from monitor.tracing import tracing_of
from monitor.works import Works

__all__ = [
    "Monitor",
    "Role",
    "Settings",
    "SettingsError",
    "Works",
    "assemble",
    "configured",
    "connected",
    "manned",
    "utc_now",
    "watching",
]


_ALONE = (
    "KETENWACHT_DATABASE_URL: an SQLite file is served by one process, `ketenwacht run`; "
    "`ketenwacht {role}` needs postgresql://, which several can share"
)


@asynccontextmanager
async def connected(
    settings: Settings,
    *,
    clock: Callable[[], datetime] = utc_now,
    timer: Callable[[], float] = perf_counter,
    secrets: Mapping[str, str] | None = None,
    migrate: bool = True,
) -> AsyncIterator[Works]:
    """Open everything and connect it; nothing is asked yet."""
    secrets = os.environ if secrets is None else secrets
    async with AsyncExitStack() as stack:
        reloader = Reloader(settings.catalogue)
        catalogue = load(settings.catalogue)
        if strangers := unknown_variables(secrets, catalogue.referred | settings.referred):
            raise SettingsError(strangers)
        if why := unreachable(catalogue.landscape, settings.database_url, settings.location):
            raise SettingsError((why,))
        database = await Database.open(settings.database_url, migrate=migrate)
        stack.push_async_callback(database.close)
        clients = Clients(settings.agent, timer=timer)
        stack.push_async_callback(clients.aclose)
        board = Board(catalogue.landscape)
        telemetry = Telemetry(board)
        telemetry.watch_database(database)
        telemetry.tracing = tracing_of(
            settings.otel_endpoint, lambda: works.asker.bound, settings.location
        )
        stack.push_async_callback(telemetry.tracing.aclose)
        signer = signer_of(settings.signing_key, settings.database_url, secrets)
        secret_key = settings.secret_key.get_secret_value() if settings.secret_key else None
        derived = derived_of(secret_key, settings.database_url)
        guard = Guard(settings.webhook_allow, settings.webhook_ports)
        stack.callback(guard.close)
        monitor = Monitor(
            *(clock, board, database, telemetry, settings, signer),
            derived=derived,
            guard=guard,
            snapshot=snapshot_place(settings.snapshot, settings.database_url),
        )
        async with database.read() as tx:
            board.recall(await Queries(tx).standings(), await all_open(tx))
        couriers = couriers_of(
            *(settings, clients, secrets, lambda: board.landscape.titles),
            guard=guard,
            derived=derived,
        )
        stack.push_async_callback(couriers.aclose)
        works = Works(monitor, clients, secrets, catalogue, reloader, couriers=couriers)
        await works.look_at_releases()
        yield works


@asynccontextmanager
async def assemble(
    settings: Settings | None = None, role: Role = Role.RUN
) -> AsyncIterator[Monitor]:
    """A process of that role, at work for as long as the context is open.

    Only `run` upgrades the database by itself: where several processes share one, that is
    done by `ketenwacht migrate`, once, before they are replaced.
    """
    settings = settings or configured()
    if role is not Role.RUN and settings.database_url.startswith("sqlite"):
        raise SettingsError((_ALONE.format(role=role),))
    async with (
        connected(settings, migrate=role is Role.RUN) as works,
        on_duty(works, role),
    ):
        yield works.monitor


@asynccontextmanager
async def manned(settings: Settings | None = None) -> AsyncIterator[Monitor]:
    """A worker at the location of its settings, for as long as the context is open."""
    settings = settings or configured()
    if settings.database_url.startswith("sqlite"):
        raise SettingsError((_ALONE.format(role="worker"),))
    async with (
        connected(settings, migrate=False) as works,
        opened(settings.database_url) as queue,
        posted(works, queue, settings.location),
    ):
        yield works.monitor
