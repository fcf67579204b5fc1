"""Through which slots are handed to other locations; opened only where a catalogue names some."""

from collections.abc import Iterable, Mapping
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol

from monitor.scheduling.batch import Ask, Batch


class Hatch(Protocol):
    """What `queue.Queue` does for whoever hands out or takes. May raise `StorageError`."""

    async def put(self, batches: Iterable[Batch]) -> None: ...
    async def untaken(self, location: str, now: datetime) -> Mapping[int, Batch]: ...
    async def abandoned(self, location: str, now: datetime) -> Mapping[int, Batch]: ...
    async def depths(self) -> Mapping[str, int]: ...
    async def work(self, location: str, ask: Ask, let_finish: float) -> None: ...


def opened(url: str) -> AbstractAsyncContextManager[Hatch]:
    """The queue in that PostgreSQL."""
    # What it runs on takes 13 MB, and most installations ask from one location.
    from monitor.scheduling.queue import Queue  # noqa: PLC0415

    return Queue.open(url)
