"""Reads, shaped for whoever asks. What leaves is never a row."""

import zlib
from datetime import datetime

from sqlalchemy import Connection, select

from checks.outcome import Contract
from monitor.domain.event import Event, EventType
from monitor.domain.incident import Incident
from monitor.domain.landscape import LineId, TargetId, TargetPlan
from monitor.domain.observation import Observation
from monitor.domain.sighting import Sighting
from monitor.domain.standing import TargetStanding
from monitor.storage import answers, history, memory, runs
from monitor.storage.codec import facts_of, incident_of
from monitor.storage.engine import Transaction
from monitor.storage.history import Point, Uptime
from monitor.storage.page import Page, cursor_of, place_of
from monitor.storage.tables import CONTRACT, EVENT, INCIDENT


class Queries:
    """Every method may raise `StorageError`; those with a cursor `BadCursor` too."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def standings(self) -> list[TargetStanding]:
        """What is concluded of every target, reference targets and former ones too."""
        return await self._tx.run(lambda connection: memory.every(connection, self._tx))

    async def incidents(self, *, open_only: bool, limit: int = 1_000) -> list[Incident]:
        """Newest first."""
        asked = select(INCIDENT).order_by(INCIDENT.c.opened_at.desc(), INCIDENT.c.id)
        if open_only:
            asked = asked.where(INCIDENT.c.resolved_at.is_(None))
        return await self._tx.run(
            lambda connection: [incident_of(row) for row in connection.execute(asked.limit(limit))]
        )

    async def observations(
        self,
        line: LineId | None = None,
        environment: str | None = None,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        cursor: str | None = None,
        limit: int = 100,
    ) -> Page[Observation]:
        """Answers whose slot is in `[since, until)`, newest first, also of checks that left."""
        wanted = answers.Wanted(line, environment, since, until, limit)
        place = place_of(cursor, 2) if cursor else None
        return await self._tx.run(lambda connection: answers.page(connection, wanted, place))

    async def latest(self, target: TargetId, limit: int) -> list[Observation]:
        """The newest answers of a target's checks together, newest first."""
        wanted = answers.Wanted(target.line, target.environment, limit=limit)
        found = await self._tx.run(lambda connection: answers.page(connection, wanted, None))
        return list(found.items)

    async def sightings(
        self, line: LineId | None = None, environment: str | None = None
    ) -> list[tuple[TargetId, Sighting]]:
        """Versions over time, newest first; the run in progress as of its last reading."""
        return await self._tx.run(
            lambda connection: runs.sightings(connection, self._tx, line, environment)
        )

    async def uptime(
        self, target: TargetId, since: datetime, until: datetime, plan: TargetPlan | None = None
    ) -> Uptime:
        """Time per state and answers per day of Europe/Amsterdam, and in total.

        `until` is now or earlier. By the `plan`, time after the checks fell silent is
        unknown; without one (it left the catalogue) all time after its last answer is.
        """
        return await self._tx.run(
            lambda connection: history.uptime(connection, self._tx, target, since, until, plan=plan)
        )

    async def response_times(
        self, target: TargetId, since: datetime, until: datetime
    ) -> list[Point]:
        """How fast good answers came: per hour up to 8 days, per day beyond; oldest first."""
        return await self._tx.run(
            lambda connection: history.response_times(connection, target, since, until)
        )

    async def contract(self, fingerprint: str) -> Contract | None:
        asked = select(CONTRACT.c.canonical).where(CONTRACT.c.fingerprint == fingerprint)

        def read(connection: Connection) -> Contract | None:
            packed = connection.execute(asked).scalar_one_or_none()
            return Contract(fingerprint, zlib.decompress(packed).decode()) if packed else None

        return await self._tx.run(read)

    async def events(self, after: str | None = None, limit: int = 100) -> Page[Event]:
        """What was told, in that order. `next` is there to ask again later, even at the end."""
        (begin,) = place_of(after, 1) if after else (0,)
        asked = select(EVENT).where(EVENT.c.number > begin).order_by(EVENT.c.number).limit(limit)

        def read(connection: Connection) -> Page[Event]:
            rows = connection.execute(asked).all()
            events = tuple(
                Event(
                    type=EventType(row.type),
                    subject=row.subject,
                    at=row.at,
                    key=row.key,
                    facts=facts_of(row.facts),
                )
                for row in rows
            )
            return Page(events, cursor_of(rows[-1].number) if rows else after)

        return await self._tx.run(read)
