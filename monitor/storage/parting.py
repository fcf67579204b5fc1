"""Taking leave of a server, which may never answer that."""

import asyncio
from contextlib import suppress
from typing import Protocol

PARTING = 2.0
"""Seconds for all connections together; what a frozen server keeps open then is cut off."""


class Disposable(Protocol):
    async def dispose(self) -> None: ...


async def part(*engines: Disposable) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(PARTING):
            await asyncio.gather(*(each.dispose() for each in engines))
