"""Reads, shaped for whoever asks. What leaves is never a row."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import partial

from sqlalchemy import select

from checks.outcome import Contract
from monitor.domain.audit import Act
from monitor.domain.event import Event, Reach
from monitor.domain.finding import Finding, FindingKind
from monitor.domain.freeze import Freeze
from monitor.domain.gate import Override
from monitor.domain.gate_watch import ToldGate
from monitor.domain.incident import Incident
from monitor.domain.landscape import CheckId, LineId, TargetId, TargetPlan
from monitor.domain.observation import Observation
from monitor.domain.rollout import Rollout
from monitor.domain.sighting import Sighting
from monitor.domain.standing import TargetStanding
from monitor.domain.token import Token
from monitor.storage import (
    answers,
    deeds,
    findings,
    happenings,
    history,
    memory,
    rollouts,
    runs,
    told_gates,
)
from monitor.storage.announced import Announced
from monitor.storage.codec import incident_of
from monitor.storage.correspondents import Correspondents
from monitor.storage.documents import document
from monitor.storage.edition import edition
from monitor.storage.findings import Sought
from monitor.storage.history import Point, Uptime
from monitor.storage.line_facts import LineFacts, line_facts
from monitor.storage.page import Page, place_of
from monitor.storage.tables import INCIDENT


class Queries(Announced, Correspondents):
    """Every method may raise `StorageError`; those with a cursor `BadCursor` too."""

    async def standings(self) -> list[TargetStanding]:
        """What is concluded of every target, reference targets and former ones too.

        Read in parts, between which others have their turn.
        """
        found: list[TargetStanding] = []
        after: int | None = 0
        while after is not None:
            look = partial(memory.following, tx=self._tx, after=after)
            some, after = await self._tx.run(look)
            found.extend(some)
        return found

    async def standings_of(self, keys: Collection[int]) -> list[TargetStanding]:
        """What is concluded of those of which a bell spoke."""
        return await self._tx.run(lambda connection: memory.named(connection, self._tx, keys))

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

    async def evidence(self, since: datetime) -> list[tuple[CheckId, datetime, Mapping[str, str]]]:
        """What the newest answer to each check carries beside its reading."""
        return await self._tx.run(lambda connection: answers.evidence(connection, since))

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
        text = await self._tx.run(lambda connection: document(connection, fingerprint))
        return Contract(fingerprint, text) if text else None

    async def events(self, after: str | None = None, limit: int = 100) -> Page[Event]:
        """What was told, in that order. `next` is there to ask again later, even at the end."""
        return await self._tx.run(lambda connection: happenings.told(connection, after, limit))

    async def public_events(self, after: str | None = None, limit: int = 100) -> Page[Event]:
        """The same without operators' notices; a cursor of the one is a cursor of the other."""
        return await self._tx.run(lambda connection: happenings.public(connection, after, limit))

    async def newest_events(self, about: Reach, limit: int) -> list[Event]:
        """What was told of a place lately, newest first; operators' notices are left out."""
        return await self._tx.run(lambda connection: happenings.newest(connection, about, limit))

    async def edition(self) -> int:
        """Grows whenever findings, rollouts or freezes were written, by whomever."""
        return await self._tx.run(edition)

    async def open_findings(self) -> list[Finding]:
        """Of all lines, oldest first."""
        return await self._tx.run(findings.open_ones)

    async def findings(
        self,
        *,
        open_only: bool = False,
        open_at: datetime | None = None,
        kind: FindingKind | None = None,
        line: LineId | None = None,
        environment: str | None = None,
        cursor: str | None = None,
        limit: int = 100,
    ) -> Page[Finding]:
        """Newest first; `open_at`: those that were open at that moment."""
        sought = Sought(open_only, open_at, kind, line, environment)
        return await self._tx.run(
            lambda connection: findings.page(connection, sought, cursor, limit)
        )

    async def finding(self, id_: str) -> Finding | None:
        return await self._tx.run(lambda connection: findings.one(connection, id_))

    async def finding_history(self, id_: str) -> list[Finding]:
        """The finding as it stood after each change, its opening first."""
        return await self._tx.run(lambda connection: findings.history(connection, id_))

    async def open_rollouts(self) -> list[Rollout]:
        """Of all lines, oldest first."""
        return await self._tx.run(rollouts.open_ones)

    async def rollouts(
        self,
        line: LineId | None = None,
        *,
        open_only: bool = False,
        cursor: str | None = None,
        limit: int = 100,
    ) -> Page[Rollout]:
        """Newest first."""
        return await self._tx.run(
            lambda connection: rollouts.page(connection, line, cursor, limit, open_only=open_only)
        )

    async def rollout(self, id_: str) -> Rollout | None:
        return await self._tx.run(lambda connection: rollouts.one(connection, id_))

    async def freezes(self) -> list[Freeze]:
        """Those that were not withdrawn, past ones too, in the order in which they start."""
        return await self._tx.run(deeds.freezes)

    async def overrides(
        self, line: LineId, version: str | None = None, environment: str | None = None
    ) -> list[Override]:
        """Newest first."""
        return await self._tx.run(
            lambda connection: deeds.overrides(connection, line, version, environment)
        )

    async def told_gates(self, line: LineId | None = None) -> list[ToldGate]:
        """What was last told of each gate that ever turned; in the order of their turns."""
        return await self._tx.run(lambda connection: told_gates.every(connection, line))

    async def acts(self, subject: str | None = None, limit: int = 100) -> list[Act]:
        """Who did what, newest first."""
        return await self._tx.run(lambda connection: deeds.acts(connection, subject, limit))

    async def tokens(self) -> list[Token]:
        """Newest first, revoked and expired ones too."""
        return await self._tx.run(deeds.tokens)

    async def token(self, id_: str) -> tuple[Token, bytes] | None:
        """A token and the SHA-256 of its secret; not whether it still counts."""
        return await self._tx.run(lambda connection: deeds.token(connection, id_))

    async def line_facts(self, line: LineId) -> LineFacts:
        """All that a gate of the line is decided on, read as of one moment."""
        return await self._tx.run(lambda connection: line_facts(connection, self._tx, line))

    async def runs(
        self, line: LineId | None = None, environments: Sequence[str] = ()
    ) -> dict[TargetId, tuple[Sighting, ...]]:
        """The runs of equal readings of each target, oldest first; in all environments or some."""
        return await self._tx.run(
            lambda connection: runs.by_target(connection, self._tx, line, environments)
        )

    async def matrix(self, at: datetime) -> dict[TargetId, Sighting]:
        """What each target was settled on at a moment of the past."""
        return await self._tx.run(lambda connection: runs.matrix(connection, at))
