"""Tells operators of the locations of ours that fell silent, and that are heard again."""

from collections.abc import Mapping
from datetime import datetime

from monitor.domain.landscape import Landscape, TargetId
from monitor.domain.location import silences, tidings_of
from monitor.domain.standing import TargetStanding
from monitor.storage.dispatched import silent_before
from monitor.storage.engine import Database
from monitor.storage.ledger import Ledger


class RollCall:
    """Remembers what was told; after a restart it reads that from the record."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._told: Mapping[str, datetime] | None = None

    async def look(
        self, landscape: Landscape, standings: Mapping[TargetId, TargetStanding], now: datetime
    ) -> None:
        """Tell what changed since the last look. Raises StorageError."""
        if not landscape.is_spread:
            return
        if self._told is None:
            async with self._database.read() as tx:
                self._told = await silent_before(tx)
        silent = silences(landscape, standings, now)
        if news := [*tidings_of(self._told, silent, now)]:
            async with self._database.begin() as tx:
                await Ledger(tx).tell(news)
        self._told = silent
