"""Makes the web application from an assembled monitor."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from secrets import token_hex
from typing import TypedDict

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware

from checks.client import Clients
from checks.outcome import Trust
from monitor.bootstrap import Monitor, assemble
from web.live.snapshot import Keeper, read
from web.live.stream import Stream
from web.live.wall import Wall
from web.routes import (
    assets,
    backstage,
    badges,
    calendars,
    developers,
    feeds,
    gate_pages,
    incident_pages,
    live,
    operate,
    operate_checks,
    operate_door,
    operate_incidents,
    operate_planning,
    operate_releases,
    operations,
    pages,
    release_pages,
    subscribe,
    subscription_pages,
    widgets,
)
from web.routes.api import create_api, documented
from web.routes.office import refused, to_the_door
from web.routes.problems import as_page, told
from web.routes.stopgap import furnish
from web.security.admission import NotSignedIn, NotYours
from web.security.head import HeadAsGet
from web.security.headers import SecurityHeaders
from web.security.limits import Limits
from web.security.oidc import Door
from web.security.vouching import Client

Assembled = Callable[[], AbstractAsyncContextManager[Monitor]]


OPERATING = (
    operate_door.router,
    operate_door.outward,
    operate.router,
    operate_incidents.router,
    operate_planning.router,
    operate_releases.rollouts,
    operate_releases.gate,
    operate_checks.router,
)
"""What only who is signed in may see."""


class State(TypedDict):
    """What every request finds in `request.state`."""

    monitor: Monitor
    wall: Wall
    stream: Stream
    door: Door | None


class Backstage(TypedDict):
    """Likewise, in a process without pages."""

    monitor: Monitor


def create_backstage(assembled: Assembled) -> FastAPI:
    """For those who run a process without pages: its health and its metrics."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[Backstage]:
        async with assembled() as monitor:
            yield {"monitor": monitor}

    app = FastAPI(
        title="Ketenwacht",
        lifespan=lifespan,
        redirect_slashes=False,
        openapi_url=None,
        middleware=[Middleware(SecurityHeaders), Middleware(Limits), Middleware(HeadAsGet)],
    )
    app.include_router(backstage.router)
    return app


def create_stopgap(file: Path, clock: Callable[[], datetime]) -> FastAPI | None:
    """For a process that cannot reach its database yet; None: there is nothing to show."""
    snapshot = read(file)
    if snapshot is None:
        return None
    app = FastAPI(
        title="Ketenwacht",
        redirect_slashes=False,
        openapi_url=None,
        middleware=[Middleware(SecurityHeaders), Middleware(Limits), Middleware(HeadAsGet)],
    )
    furnish(app, snapshot, clock)
    return app


def create_app(assembled: Assembled = assemble) -> FastAPI:
    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[State]:
        async with assembled() as monitor:
            wall = Wall(monitor.board, token_hex(4))
            stream = Stream(wall, monitor.clock)
            async with stream.running(), _kept(wall, monitor), _door(monitor) as door:
                yield {"monitor": monitor, "wall": wall, "stream": stream, "door": door}

    app = FastAPI(
        title="Ketenwacht",
        lifespan=lifespan,
        redirect_slashes=False,
        openapi_url=None,
        middleware=[
            Middleware(SecurityHeaders),
            Middleware(Limits),
            Middleware(HeadAsGet),
            Middleware(GZipMiddleware, minimum_size=1_000),
        ],
    )
    told(app, as_page)
    app.add_exception_handler(NotSignedIn, to_the_door)
    app.add_exception_handler(NotYours, refused)
    for part in OPERATING:
        app.include_router(part)
    for room in (pages, release_pages, gate_pages, incident_pages, subscribe, subscription_pages):
        app.include_router(room.router)
    for room in (calendars, developers, feeds, badges, widgets, assets, live, operations):
        app.include_router(room.router)
    api = create_api()
    app.state.document = partial(documented, api)
    app.mount("/api/v1", api)
    return app


@asynccontextmanager
async def _kept(wall: Wall, monitor: Monitor) -> AsyncIterator[None]:
    if monitor.snapshot is None:
        yield
        return
    told = monitor.telemetry.page_kept
    async with Keeper(wall, monitor.clock, monitor.snapshot, told).running():
        yield


@asynccontextmanager
async def _door(monitor: Monitor) -> AsyncIterator[Door | None]:
    """To the provider that signs people in, where one is configured."""
    settings = monitor.settings
    if settings.oidc_issuer is None or settings.oidc_client_id is None:
        yield None
        return
    secret = settings.oidc_client_secret
    client = Client(
        issuer=settings.oidc_issuer,
        id=settings.oidc_client_id,
        secret=secret.get_secret_value() if secret else None,
        roles_claim=settings.oidc_roles_claim,
        roles=settings.oidc_roles,
    )
    clients = Clients(settings.agent)
    try:
        trust = Trust(ca_file=str(settings.ca_file) if settings.ca_file else None)
        yield Door(client, clients.of(trust), f"{settings.address}{operate_door.CALLBACK}")
    finally:
        await clients.aclose()
