"""A process that starts while PostgreSQL is away: it shows the wall as it was last, and its age."""

import asyncio
import time
from pathlib import Path

from tests.chaos.conftest import Mortal
from tests.chaos.running import Running, ready, running, stopped, until
from tests.chaos.supplier import catalogue, many, supplying, written

AGED = "b-notRecording"


async def test_the_page_outlives_the_database_and_the_process(
    mortal: Mortal, tmp_path: Path
) -> None:
    url = mortal.fresh_url()
    kept = tmp_path / "wall.snapshot"
    settings = {"KETENWACHT_SNAPSHOT": str(kept)}
    async with supplying() as supplier:
        file = written(tmp_path, catalogue(many(supplier, 3)))
        async with running(file, url, settings=settings) as monitor:
            await ready(monitor)
            await until(kept.exists)
            drawn = kept.stat().st_mtime_ns
            await until(lambda: kept.stat().st_mtime_ns > drawn)
            await stopped(monitor)
        assert kept.stat().st_mode & 0o777 == 0o600
        await asyncio.to_thread(mortal.kill)
        async with running(file, url, settings=settings) as monitor:
            await shows_the_past(monitor)
            await stopped(monitor)
        async with running(file, url, settings=settings) as monitor:
            await until(monitor.is_alive)
            await mortal.restart()
            await until(lambda: is_itself(monitor))
            await stopped(monitor)


async def shows_the_past(monitor: Running) -> None:
    await until(monitor.is_alive)
    slowest = 0.0
    for _ in range(20):
        start = time.monotonic()
        page = await monitor.get("/")
        slowest = max(slowest, time.monotonic() - start)
        assert page.status_code == 200
    assert 'lang="nl"' in page.text
    assert "De database is nu niet bereikbaar." in page.text
    assert AGED in page.text
    assert "8.5.2" in page.text, "the versions are there"
    english = await monitor.get("/?lang=en&theme=dark")
    assert "The database cannot be reached just now." in english.text
    assert 'data-theme="dark"' in english.text
    assert "data-live" not in english.text
    assert (await monitor.get("/health/ready")).status_code == 200
    style = page.text.partition('rel="stylesheet" href="')[2].partition('"')[0]
    assert (await monitor.get(style)).status_code == 200
    for path, kind in (
        ("/api/v1/status", "application/problem+json"),
        ("/incidents", "text/html; charset=utf-8"),
        ("/operate", "text/html; charset=utf-8"),
    ):
        refused = await monitor.get(path)
        assert refused.status_code == 503, path
        assert refused.headers["content-type"] == kind
        assert refused.headers["retry-after"]
    print(f"[database away: slowest of 20 pages {slowest * 1_000:.0f} ms]", end=" ")  # noqa: T201


async def is_itself(monitor: Running) -> bool:
    return (await monitor.get("/api/v1/status")).status_code == 200
