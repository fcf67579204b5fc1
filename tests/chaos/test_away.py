"""PostgreSQL that has no connection to spare, and one behind a dead line: what readers get."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx2

from tests.chaos.line import Line, line_to
from tests.chaos.running import Running, ready, running, stopped, until
from tests.chaos.supplier import catalogue, many, supplying, written
from tests.conftest import PostgresServer

BANNER = "banner b-notRecording"
TOLD = 5 * 15.0
"""Seconds within which a question ends, whatever the server does: five times what it takes."""
TENANT = "tenant"


async def test_without_a_connection_pages_stay_and_questions_are_asked_to_wait(
    postgres: PostgresServer, tmp_path: Path
) -> None:
    async with supplying() as supplier, line_to(postgres, let(postgres)) as line:
        file = written(tmp_path, catalogue(many(supplier, 3)))
        url = line.url.replace("postgres@", f"{TENANT}@")
        async with running(file, url) as monitor:
            await ready(monitor)
            async with none_to_spare(postgres):
                await lives_on(monitor)
            await until(lambda: is_fresh(monitor))
            async with dead(line):
                await lives_on(monitor)
            await until(lambda: is_fresh(monitor))
            assert (await monitor.get("/api/v1/observations")).status_code == 200
            await stopped(monitor)


def let(postgres: PostgresServer) -> str:
    """The name of a database whose owner is no superuser: those are never out of connections."""
    name = urlsplit(postgres.fresh_url()).path[1:]
    postgres.psql(f"CREATE ROLE {TENANT} LOGIN; ALTER DATABASE {name} OWNER TO {TENANT};")
    return name


@asynccontextmanager
async def none_to_spare(postgres: PostgresServer) -> AsyncIterator[None]:
    ended = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{TENANT}';"  # noqa: S608  a word of ours
    limit = f"ALTER ROLE {TENANT} CONNECTION LIMIT"
    for statement in (f"{limit} 0;", ended):
        await asyncio.to_thread(postgres.psql, statement)
    yield
    await asyncio.to_thread(postgres.psql, f"{limit} -1;")


@asynccontextmanager
async def dead(line: Line) -> AsyncIterator[None]:
    line.alive.clear()
    yield
    line.alive.set()


async def lives_on(monitor: Running) -> None:
    """Questions end with a problem that says when to come back, and pages with a banner."""
    asked = [asyncio.create_task(answer_of(monitor)) for _ in range(8)]  # more than connections
    for refused, took in await asyncio.gather(*asked):
        assert refused.status_code == 503
        assert refused.headers["content-type"] == "application/problem+json"
        assert int(refused.headers["retry-after"]) > 0
        assert refused.json()["title"] == "Service Unavailable"
        print(f"[503 after {took:.1f} s]", end=" ")  # noqa: T201  measured
        assert took < TOLD
    await until(lambda: is_stale(monitor))
    page = await monitor.get("/")
    assert (page.status_code, BANNER in page.text) == (200, True)
    for path in ("/health/live", "/health/ready"):
        assert (await monitor.get(path)).status_code == 200


async def answer_of(monitor: Running) -> tuple[httpx2.Response, float]:
    start = time.monotonic()
    answer = await monitor.get("/api/v1/observations")
    return answer, time.monotonic() - start


async def is_stale(monitor: Running) -> bool:
    return bool((await monitor.status())["stale"])


async def is_fresh(monitor: Running) -> bool:
    return not await is_stale(monitor)
