"""Tells what time alone brings: maintenance that starts and ends, support that ends."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from monitor.domain.event import Event
from monitor.domain.landscape import Landscape
from monitor.domain.maintenance import Maintenance
from monitor.domain.support import ends_of_support
from monitor.storage.engine import Database
from monitor.storage.ledger import Ledger


class Almanac:
    """Looked into every few seconds, by any number of processes: each thing is told once.

    What it told or passed over it remembers, so that mostly the database is not asked at all.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._done: frozenset[str] = frozenset()

    async def look(
        self, landscape: Landscape, planned: Iterable[Maintenance], now: datetime
    ) -> None:
        planned = tuple(planned)
        begun = [*_starts(planned, now), *ends_of_support(landscape, now)]
        ended = [*_ends(planned, now)]
        keys = frozenset(one.key for one in (*begun, *(event for event, _ in ended)))
        if keys <= self._done:
            return
        async with self._database.begin() as tx:
            ledger = Ledger(tx)
            known = await ledger.told(opening for _, opening in ended)
            due = [event for event, opening in ended if opening in known]
            await ledger.tell([one for one in (*begun, *due) if one.key not in self._done])
        self._done = keys


def _starts(planned: Iterable[Maintenance], now: datetime) -> Iterator[Event]:
    for one in planned:
        if window := one.now(now):
            yield one.started(window)


def _ends(planned: Iterable[Maintenance], now: datetime) -> Iterator[tuple[Event, str]]:
    """With the key of its start: what nobody heard begin ends without a word."""
    for one in planned:
        if window := one.past(now):
            yield one.ended(window), one.started(window).key
