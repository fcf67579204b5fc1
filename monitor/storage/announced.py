"""Reads what operators plan and tell."""

from collections.abc import Iterable
from datetime import datetime

from monitor.domain.bulletin import Bulletin, Update
from monitor.domain.incident import Incident
from monitor.domain.maintenance import Maintenance
from monitor.storage import bulletins
from monitor.storage.engine import Transaction


class Announced:
    """The part of the queries about maintenance and incidents."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def maintenance(self) -> list[Maintenance]:
        """All that was ever planned, withdrawn ones too, in the order in which they start."""
        return await self._tx.run(bulletins.planned)

    async def open_bulletins(self) -> list[Bulletin]:
        """Incidents that operators opened, oldest first."""
        return await self._tx.run(bulletins.open_ones)

    async def bulletins(self, since: datetime) -> list[Bulletin]:
        """Those that were open after `since`, newest first."""
        return await self._tx.run(lambda connection: bulletins.since(connection, since))

    async def bulletin(self, id_: str) -> Bulletin | None:
        return await self._tx.run(lambda connection: bulletins.bulletin(connection, id_))

    async def updates(self, incidents: Iterable[str]) -> dict[str, tuple[Update, ...]]:
        """What operators told of these incidents, whoever opened them; oldest first."""
        wanted = [*incidents]
        return await self._tx.run(lambda connection: bulletins.updates(connection, wanted))

    async def incident(self, id_: str) -> Incident | None:
        """One that the rules opened."""
        return await self._tx.run(lambda connection: bulletins.incident(connection, id_))

    async def outages(self, since: datetime, limit: int = 1_000) -> list[Incident]:
        """What the rules opened, without children and isolation, if it was open after `since`."""
        return await self._tx.run(lambda connection: bulletins.outages(connection, since, limit))

    async def children(self, incident: str) -> list[Incident]:
        return await self._tx.run(lambda connection: bulletins.children(connection, incident))
