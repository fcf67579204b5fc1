"""Whoever is told to stop stops, whatever comes in at that very moment."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from functools import partial

import pytest

from monitor.scheduling.upkeep import at_it, now_and_then
from tests.e2e.street import NOON, board
from web.live.stream import Stream
from web.live.wall import Wall

PATIENCE = 40.0
TURNS = range(6)
"""Of the event loop, between what comes in and the word to stop."""


async def end(work: AbstractAsyncContextManager[None], news: Callable[[], None], at: int) -> None:
    """Let it come to rest, give it news, and stop it before it has taken them."""
    async with asyncio.timeout(PATIENCE):
        async with work:
            await asyncio.sleep(0.05)
            news()
            for _ in range(at):
                await asyncio.sleep(0)


@pytest.mark.parametrize("at", TURNS)
async def test_the_live_wall_ends_although_it_has_just_changed(at: int) -> None:
    street = board()
    stream = Stream(Wall(street, "x"), lambda: NOON)
    await end(stream.running(), street.touch, at)


@pytest.mark.parametrize("at", TURNS)
async def test_a_chore_ends_although_it_is_asked_for_sooner(
    at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.scheduling.upkeep.RESTART", 0.0)
    sooner = asyncio.Event()

    async def nothing() -> None:
        pass

    chore = partial(now_and_then, "x", nothing, timedelta(hours=1), timedelta(), sooner)
    await end(at_it("x", chore), sooner.set, at)
