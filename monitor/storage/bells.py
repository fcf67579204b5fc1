"""Who wants to hear at once that something was committed."""

import asyncio
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum

MOST_KEYS = 700
"""Rows that one tiding names: PostgreSQL carries less than 8,000 bytes, a key is ten at most."""


class Channel(StrEnum):
    """What a commit may have changed."""

    STANDINGS = "standings"
    INCIDENTS = "incidents"  # those that the rules open
    RELEASES = "releases"  # findings, rollouts, freezes: the edition grew
    DELIVERIES = "deliveries"


class Bell:
    """Rings when something came, and also when it is not certain that nothing did."""

    def __init__(self, channels: frozenset[str]) -> None:
        self._channels = channels
        self._rung = asyncio.Event()
        self._named: dict[str, set[int]] = {}  # by channel: the rows that were spoken of
        self._vague: set[str] = set()  # channels on which any row may have been meant

    def ring(self, tiding: str = "") -> None:
        """`tiding`: a channel and the rows that it speaks of; none: any row, of any channel."""
        channel, *keys = tiding.split() or [""]
        if channel and channel not in self._channels:
            return
        if keys and all(key.isdecimal() for key in keys):
            self._named.setdefault(channel, set()).update(map(int, keys))
        else:
            self._vague |= {channel} if channel else self._channels
        self._rung.set()

    async def rung(self, within: float) -> bool:
        """Wait for it, for at most `within` seconds; then look anyway: a bell may be deaf."""
        try:
            async with asyncio.timeout(within):
                await self._rung.wait()
        except TimeoutError:
            return False
        self._rung.clear()  # whatever comes from here on rings it again
        return True

    def named(self, channel: Channel) -> frozenset[int] | None:
        """The rows of `channel` that changed since this was asked last; None: any may have."""
        named = self._named.pop(channel, set())
        if channel in self._vague:
            self._vague.remove(channel)
            return None
        return frozenset(named)


class Bells:
    """Those of one process."""

    def __init__(self) -> None:
        self._hung: set[Bell] = set()

    @contextmanager
    def hung(self, channels: Iterable[str]) -> Generator[Bell]:
        bell = Bell(frozenset(channels))
        self._hung.add(bell)
        try:
            yield bell
        finally:
            self._hung.discard(bell)

    def ring(self, tidings: Iterable[str]) -> None:
        for tiding in tidings:
            for bell in self._hung:
                bell.ring(tiding)

    def ring_all(self) -> None:
        for bell in self._hung:
            bell.ring()


def tidings(channel: Channel, keys: Iterable[int]) -> Iterator[str]:
    """Words for `channel` and the rows that changed; without rows, any may have."""
    rows = sorted(set(keys))
    if not rows:
        yield channel.value
    for start in range(0, len(rows), MOST_KEYS):
        yield " ".join((channel.value, *map(str, rows[start : start + MOST_KEYS])))
