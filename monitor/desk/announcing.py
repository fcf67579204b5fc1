"""A rollout that somebody announces, in one transaction with its record."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256

from monitor.desk.hand import Hand
from monitor.domain.audit import ActKind
from monitor.domain.event import Event, EventType
from monitor.domain.journey import RolloutError, advance, announce, find
from monitor.domain.landscape import Landscape, LineId
from monitor.domain.rollout import Announcement, Rollout
from monitor.domain.tidings import of_rollout
from monitor.storage.deeds import Request
from monitor.storage.engine import Database
from monitor.storage.ledger import Ledger
from monitor.storage.queries import Queries

KNOWN_ROLLOUTS = 500
"""Of one line, newest first: older ones are not announced again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A rollout as somebody announces it, under a key of their own."""

    line: LineId
    version: str
    key: str
    planned: Mapping[str, datetime] = field(default_factory=dict)
    release_notes: str | None = None
    content_wipe: bool = False

    @property
    def digest(self) -> bytes:
        """The same for the same content, whatever the key and the offsets of the times."""
        times = {name: at.astimezone(UTC).isoformat() for name, at in self.planned.items()}
        content = [str(self.line), self.version, times, self.release_notes, self.content_wipe]
        return sha256(json.dumps(content, sort_keys=True).encode()).digest()


async def announce_rollout(
    database: Database, landscape: Landscape, told: Told, hand: Hand
) -> Rollout:
    """Announce a version on its way. The same key again is the same announcement.

    RolloutError: it cannot be meant. KeyReused: the client used the key for something else.
    """
    line = landscape.lines.get(told.line)
    if line is None:
        raise RolloutError(f"the catalogue has no line {told.line}")
    announcement = Announcement(
        at=hand.at,
        by=hand.by,
        key=f"{hand.client}: {told.key}",
        planned=told.planned,
        release_notes=told.release_notes,
        content_wipe=told.content_wipe,
    )
    async with database.begin() as tx:
        ledger, queries = Ledger(tx), Queries(tx)
        await ledger.next_edition()  # nobody else changes rollouts until the commit
        page = await queries.rollouts(told.line, limit=KNOWN_ROLLOUTS)
        known = find(page.items, told.version)
        adopted = announce(line, told.version, announcement, known)
        request = Request(f"rollouts of {hand.client}", told.key, told.digest)
        if first := await ledger.once(request, adopted.id, hand.at):
            return await queries.rollout(first) or adopted
        standings = (await queries.line_facts(told.line)).standings
        rollout = advance(adopted, line, standings, hand.at)
        await ledger.keep_rollouts([rollout])
        facts = {"rollout": rollout.id, "key": told.key}
        await ledger.act(hand.did(ActKind.ROLLOUT_ANNOUNCED, rollout.id, facts=facts))
        await ledger.tell([_announced(rollout, announcement), *of_rollout(rollout, known)])
    return rollout


def _announced(rollout: Rollout, announcement: Announcement) -> Event:
    return Event(
        type=EventType.ROLLOUT_ANNOUNCED,
        subject=str(rollout.line),
        at=announcement.at,
        key=f"{EventType.ROLLOUT_ANNOUNCED}:{rollout.id}:{announcement.at.isoformat()}",
        facts={
            "rollout": rollout.id,
            "version": rollout.version,
            "by": announcement.by,
            "contentWipe": str(announcement.content_wipe).lower(),
        },
        story=rollout.id,
    )
