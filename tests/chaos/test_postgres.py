"""PostgreSQL killed, restarted and frozen under a process that watches, records and serves."""

import asyncio
import signal
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from tests.chaos.conftest import Mortal
from tests.chaos.invariants import invariants
from tests.chaos.kept import answers
from tests.chaos.running import ROOM, ROUNDS, Running, all_up, ready, running, stopped, until
from tests.chaos.supplier import Supplier, catalogue, many, supplying, written

LINES = 10
SECOND = timedelta(seconds=1)
BACK = 10.0
"""Seconds from PostgreSQL's return to the first observation (reliability.md)."""
BANNER = "banner b-notRecording"


async def test_postgres_killed_and_frozen_costs_no_answer_and_no_page(
    mortal: Mortal, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = mortal.fresh_url()
    async with supplying() as supplier:
        file = written(tmp_path, catalogue(many(supplier, LINES)))
        async with running(file, url) as monitor:
            await ready(monitor)
            measured = [await killed(mortal, monitor, supplier) for _ in range(ROUNDS)]
            await frozen(mortal, monitor, supplier)
            await stopped(monitor)
        await nothing_lost(url, supplier)
    await invariants(url, SECOND)
    recovery, page = (max(one) for one in zip(*measured, strict=True))
    with capsys.disabled():
        print(  # noqa: T201  bars of reliability.md, measured
            f" [PostgreSQL killed {ROUNDS} times: first observation after {recovery:.1f} s, "
            f"slowest page meanwhile {1000 * page:.0f} ms] ",
            end="",
        )
    assert recovery <= ROOM * BACK


async def killed(mortal: Mortal, monitor: Running, supplier: Supplier) -> tuple[float, float]:
    """Give the seconds until something was recorded again, and of the slowest page meanwhile."""
    await asyncio.to_thread(mortal.kill)
    await until(lambda: is_stale(monitor))
    asked = supplier.asked.copy()
    slowest = await pages_while_away(monitor)
    await until(lambda: all(supplier.asked[line] > asked[line] for line in asked))
    await mortal.restart()
    return await until(lambda: is_fresh(monitor)), slowest


async def frozen(mortal: Mortal, monitor: Running, supplier: Supplier) -> None:
    mortal.send(signal.SIGSTOP)
    try:
        for _ in range(6 if ROUNDS == 1 else 70):  # longer than any deadline of ours
            assert (await monitor.get("/")).status_code == 200
            assert (await monitor.get("/health/ready")).status_code == 200
            await asyncio.sleep(0.5)
        asked = supplier.asked.copy()
    finally:
        mortal.send(signal.SIGCONT)
    await until(lambda: all(supplier.asked[line] > asked[line] for line in asked))
    await until(lambda: all_up(monitor))
    await until(lambda: is_fresh(monitor))


async def pages_while_away(monitor: Running) -> float:
    """Every page is served, and says that it is old; gives the seconds of the slowest."""
    slowest = 0.0
    for _ in range(10):
        start = time.monotonic()
        page = await monitor.get("/")
        slowest = max(slowest, time.monotonic() - start)
        assert page.status_code == 200
        assert BANNER in page.text
        await asyncio.sleep(0.1)
    assert (await monitor.get("/health/ready")).status_code == 200
    refused = await monitor.get("/api/v1/observations")
    assert refused.status_code == 503
    assert refused.headers["retry-after"]
    return slowest


async def is_stale(monitor: Running) -> bool:
    return bool((await monitor.status())["stale"])


async def is_fresh(monitor: Running) -> bool:
    return not await is_stale(monitor)


async def nothing_lost(url: str, supplier: Supplier) -> None:
    """Every answer that was given is a row, once."""
    rows = Counter(answer.check for answer in await answers(url) if answer.outcome_class == "ok")
    given = {f"{line}@prod#openapi_document": n for line, n in supplier.answered.items()}
    assert dict(rows) == given
