"""Who wants to hear at once that something was committed."""

import asyncio
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from enum import StrEnum


class Channel(StrEnum):
    """What a commit may have changed."""

    STANDINGS = "standings"  # and incidents
    RELEASES = "releases"  # findings, rollouts, freezes: the edition grew
    DELIVERIES = "deliveries"


class Bell:
    """Rings when something came, and also when it is not certain that nothing did."""

    def __init__(self, channels: frozenset[str]) -> None:
        self.channels = channels
        self._rung = asyncio.Event()

    def ring(self) -> None:
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

    def ring(self, channels: Iterable[str]) -> None:
        told = frozenset(channels)
        for bell in self._hung:
            if told & bell.channels:
                bell.ring()

    def ring_all(self) -> None:
        for bell in self._hung:
            bell.ring()
