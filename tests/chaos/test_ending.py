"""A process that is told to stop stops, although nothing that it waits for ever answers."""

import asyncio
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from monitor.storage.engine import Database
from monitor.storage.parting import PARTING
from monitor.storage.queries import Queries
from tests.chaos.conftest import Mortal
from tests.chaos.running import ready, running
from tests.chaos.supplier import catalogue, many, supplying, written

HANGS = """
import asyncio, time
from monitor.cli.last_word import end_within

async def hang():
    end_within(0.2, asyncio.get_running_loop())
    await asyncio.to_thread(time.sleep, 600)

asyncio.run(hang())
"""
IN_ORDER, IN_HASTE = 0, 1


async def test_a_frozen_database_does_not_keep_a_process_that_is_told_to_stop(
    mortal: Mortal, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = mortal.fresh_url()
    async with supplying() as supplier:
        file = written(tmp_path, catalogue(many(supplier, 3)))
        async with running(file, url) as monitor:
            await ready(monitor)
            mortal.send(signal.SIGSTOP)
            try:
                monitor.send(signal.SIGTERM)
                begin = time.monotonic()
                assert await monitor.ended() in {IN_ORDER, IN_HASTE}, monitor.told()
            finally:
                mortal.send(signal.SIGCONT)
    with capsys.disabled():
        print(f" [stopped after {time.monotonic() - begin:.1f} s] ", end="")  # noqa: T201  measured


async def test_a_frozen_database_is_left_without_a_word(mortal: Mortal) -> None:
    database = await Database.open(mortal.fresh_url())
    async with database.read() as tx:  # a kept connection, which the end has to close
        await Queries(tx).standings()
    mortal.send(signal.SIGSTOP)
    try:
        async with asyncio.timeout(10 * PARTING):  # a statement's deadline is longer still
            await database.close()
    finally:
        mortal.send(signal.SIGCONT)


def test_what_hangs_in_a_thread_is_named_and_left_behind() -> None:
    told = subprocess.run(
        [sys.executable, "-c", HANGS], capture_output=True, text=True, check=False, timeout=60
    )
    assert told.returncode == IN_HASTE
    assert "coroutine object hang" in told.stderr + told.stdout
