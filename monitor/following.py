"""Keeps the board of one process as fresh as the database, whoever writes there."""

import asyncio
from collections.abc import Callable, Collection
from time import monotonic

from monitor.storage.bells import Bell, Channel
from monitor.storage.fault import StorageError
from monitor.storage.outages import all_open
from monitor.storage.queries import Queries
from monitor.works import Works

HEARD = (Channel.STANDINGS, Channel.INCIDENTS, Channel.RELEASES)
LOOK_AGAIN = 2.0
"""Seconds after which a change is found that nobody told us of, where all else is quiet."""
WHOLE = 10.0
"""Seconds after which everything is looked at, though we were told of some: a bell that hears
only ourselves is never quiet."""
GATHER = 0.1
"""Seconds between two looks at what changed; a page is to show it within a second."""
ANEW = 1.0
"""Seconds before a database that was away is asked again."""


class Following:
    """Reads what changed, as a bell names it; and everything where that is not certain.

    So one look costs by what was recorded since the last, not by what is watched.
    """

    def __init__(self, works: Works, ticks: Callable[[], float] = monotonic) -> None:
        self._works = works
        self._ticks = ticks
        self._whole_at: float | None = None  # None: the next look must be whole
        self._landscape = works.board.landscape

    async def run(self) -> None:
        self._whole_at = None
        with self._works.monitor.database.listening(*HEARD) as bell:
            while True:
                heard = await bell.rung(LOOK_AGAIN)
                try:
                    await self.look(bell, heard=heard)
                except StorageError as error:
                    if not self._works.asking:
                        self._works.troubled(str(error))
                    await asyncio.sleep(ANEW)
                await asyncio.sleep(GATHER)

    async def look(self, bell: Bell, *, heard: bool) -> None:
        """Once; what could not be read for a `StorageError` is read by the next look."""
        works, begun = self._works, self._ticks()
        named = bell.named(Channel.STANDINGS)
        incidents = bell.named(Channel.INCIDENTS) is None
        whole_at, self._whole_at = self._whole_at, None
        landscape, self._landscape = self._landscape, works.board.landscape
        if (
            named is None
            or not heard
            or whole_at is None
            or begun - whole_at >= WHOLE
            or landscape is not self._landscape  # of what it added we may have been told before
        ):
            named, whole_at, incidents = None, begun, True
        await catch_up(works, named, incidents=incidents)
        await works.look_at_releases()
        self._whole_at = whole_at


async def catch_up(
    works: Works, keys: Collection[int] | None = None, *, incidents: bool = True
) -> None:
    """Take over what other processes recorded: the standings with these keys, or all.

    `incidents`: what is open too, all of it; it is much only when much is down.
    """
    async with works.monitor.database.read() as tx:
        queries = Queries(tx)
        standings = await (queries.standings() if keys is None else queries.standings_of(keys))
        open_ones = await all_open(tx) if incidents else None
    works.board.take_over(standings, open_ones)
    if not works.asking:
        works.board.relieve()
        works.monitor.telemetry.database_ok.set(1)
