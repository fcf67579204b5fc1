"""Writes facts. Each method is one statement of what happened; none commits."""

import zlib
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection, func, select

from checks.outcome import Contract
from monitor.domain.finding import Finding
from monitor.domain.health import StateSpan
from monitor.domain.incident import Incident
from monitor.domain.landscape import TargetId
from monitor.domain.maintenance import Maintenance
from monitor.domain.observation import Missed, Observation
from monitor.domain.rollout import Rollout
from monitor.domain.sighting import Sighting
from monitor.domain.standing import TargetStanding
from monitor.storage import bulletins, findings, memory, rollouts, spans
from monitor.storage.acting import Acting
from monitor.storage.bells import Channel
from monitor.storage.codec import incident_fields, incident_of, sighting_fields
from monitor.storage.corresponding import Corresponding
from monitor.storage.documents import document
from monitor.storage.edition import edition
from monitor.storage.intake import insert_new
from monitor.storage.keys import replacing, target_keys, upsert
from monitor.storage.marks import reopen
from monitor.storage.missing import keep_missed
from monitor.storage.tables import CONTRACT, INCIDENT, SIGHTING

TURN = 0x4B574349  # any number, but not that of schema.py

_OPEN = (
    select(INCIDENT)
    .where(INCIDENT.c.resolved_at.is_(None))
    .order_by(INCIDENT.c.opened_at, INCIDENT.c.id)
)


class Ledger(Acting, Corresponding):
    """Every method may raise `StorageError`; the transaction is then lost as a whole."""

    async def standings(self, targets: Iterable[TargetId]) -> dict[TargetId, TargetStanding]:
        """What was concluded of these targets, locked until the end of the transaction.

        A target of which nothing was concluded yet is not in the answer, but locked too.
        """
        return await self._tx.run(lambda connection: memory.locked(connection, self._tx, targets))

    async def survey(
        self, targets: Iterable[TargetId]
    ) -> tuple[dict[TargetId, TargetStanding], int]:
        """`standings`, and after they are locked the edition, on one way to the database."""

        def look(connection: Connection) -> tuple[dict[TargetId, TargetStanding], int]:
            return memory.locked(connection, self._tx, targets), edition(connection)

        return await self._tx.run(look)

    async def glance(self, targets: Iterable[TargetId]) -> dict[TargetId, TargetStanding]:
        """What is concluded of these targets now; not locked, so not to be changed."""
        return await self._tx.run(lambda connection: memory.glimpsed(connection, self._tx, targets))

    async def keep(self, standings: Iterable[TargetStanding]) -> None:
        """Replace what was concluded of these targets."""
        kept = list(standings)
        if kept:
            await self._tx.run(lambda connection: memory.keep(connection, self._tx, kept))

    async def observe(self, batch: Sequence[Observation]) -> list[Observation]:
        """Keep observations, and say which are new: (check, slot) is known only once."""
        if not batch:
            return []
        return await self._tx.run(lambda connection: insert_new(connection, self._tx, batch))

    async def miss(self, missed: Iterable[Missed]) -> None:
        """Keep that slots passed in which nothing was asked."""
        holes = list(missed)
        if not holes:
            return
        await self._tx.run(lambda connection: keep_missed(connection, self._tx, holes))

    async def change_states(self, changes: Sequence[tuple[TargetId, StateSpan]]) -> None:
        """From its `since` on a target is in the state of the span: the one before ends there.

        What the history said of the time after `since` is replaced. The changes of one
        target are taken in their order.
        """
        if not changes:
            return

        def write(connection: Connection) -> None:
            keys = target_keys(connection, self._tx, {target for target, _ in changes})
            spans.enter(connection, [(keys[target], span) for target, span in changes])
            reopen(connection, min(span.since for _, span in changes))

        await self._tx.run(write)

    async def sight(self, seen: Sequence[tuple[TargetId, Sighting]]) -> None:
        """Keep runs of equal readings; a run told again replaces what was said of it."""
        if not seen:
            return

        def write(connection: Connection) -> None:
            keys = target_keys(connection, self._tx, {target for target, _ in seen})
            rows = [sighting_fields(keys[target], sighting) for target, sighting in seen]
            connection.execute(replacing(connection, SIGHTING), rows)

        await self._tx.run(write)

    async def contract(self, contract: Contract, at: datetime) -> None:
        """Keep a contract document, once per fingerprint."""
        fingerprint = contract.fingerprint
        if fingerprint in self._tx.known.contracts or fingerprint in self._tx.fresh.contracts:
            return
        row = {
            "fingerprint": fingerprint,
            "first_seen": at,
            "canonical": zlib.compress(contract.canonical.encode()),
        }
        await self._tx.run(
            lambda connection: connection.execute(
                upsert(connection, CONTRACT).on_conflict_do_nothing(), row
            )
        )
        self._tx.fresh.contracts.add(fingerprint)

    async def incidents_in_turn(self) -> list[Incident]:
        """Wait for whoever changes incidents now, and keep others waiting until we commit.

        The answer are the open ones, as whoever was before us left them. To be asked when all
        standings that this transaction needs are locked: then two can never wait for each
        other. On SQLite there is one writer anyway.
        """

        def wait(connection: Connection) -> None:
            if connection.dialect.name == "postgresql":
                connection.execute(select(func.pg_advisory_xact_lock(TURN)))

        await self._tx.run(wait)
        return await self.open_incidents()

    async def open_incidents(self) -> list[Incident]:
        """Oldest first."""
        return await self._tx.run(
            lambda connection: [incident_of(row) for row in connection.execute(_OPEN)]
        )

    async def keep_incidents(self, incidents: Iterable[Incident]) -> None:
        """Open, change or resolve incidents, by their ids."""
        rows = [incident_fields(incident) for incident in incidents]
        if rows:
            await self._tx.run(
                lambda connection: connection.execute(replacing(connection, INCIDENT), rows)
            )
            self._tx.notify(Channel.INCIDENTS)

    async def open_findings(self) -> list[Finding]:
        """Of all lines, oldest first."""
        return await self._tx.run(findings.open_ones)

    async def every_rollout(self) -> list[Rollout]:
        """Of all lines, oldest first, also those of which nothing is awaited any more."""
        return await self._tx.run(rollouts.every)

    async def planned_maintenance(self) -> list[Maintenance]:
        """All that was ever planned, withdrawn ones too, in the order in which they start."""
        return await self._tx.run(bulletins.planned)

    async def document(self, fingerprint: str) -> str | None:
        """The canonical text of a contract."""
        return await self._tx.run(lambda connection: document(connection, fingerprint))

    async def keep_findings(self, changed: Sequence[Finding]) -> None:
        """Open, change or resolve findings, by their ids; each is added to its history."""
        if changed:
            await self._change(lambda connection: findings.keep(connection, changed))
