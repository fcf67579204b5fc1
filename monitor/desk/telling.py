"""Incidents opened, followed and ended by operators, each with its record and its event."""

from dataclasses import dataclass, replace
from datetime import datetime
from secrets import token_hex

from monitor.desk.hand import Hand
from monitor.domain.audit import ActKind
from monitor.domain.bulletin import (
    Bulletin,
    BulletinError,
    Phase,
    Update,
    beside,
    changing,
    followed,
    following,
    opened,
    opening,
)
from monitor.domain.event import Event, Reach
from monitor.domain.incident import IncidentKind
from monitor.storage.engine import Database
from monitor.storage.ledger import Ledger
from monitor.storage.queries import Queries


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An incident as an operator writes it."""

    title: str
    about: Reach
    phase: Phase
    message: str


async def open_incident(database: Database, draft: Draft, hand: Hand) -> Bulletin:
    """Keep and tell it; BulletinError says why it cannot be meant."""
    made = opened(f"operator~{token_hex(8)}", draft.title, draft.about, draft.phase, hand.at)
    first = Update(incident=made.id, number=0, at=hand.at, phase=draft.phase, message=draft.message)
    async with database.begin() as tx:
        ledger = Ledger(tx)
        await ledger.keep_bulletin(made)
        await ledger.keep_update(first)
        await ledger.act(hand.did(ActKind.INCIDENT_OPENED, made.id, draft.title))
        await ledger.tell([opening(made, first)])
    return made


async def change_incident(
    database: Database, id_: str, title: str | None, about: Reach | None, hand: Hand
) -> Bulletin | None:
    """Put its title right, or what it is about; None: no operator opened one of this id."""
    async with database.begin() as tx:
        ledger = Ledger(tx)
        await ledger.next_edition()  # nobody else changes it until the commit
        before = await Queries(tx).bulletin(id_)
        if before is None:
            return None
        if before.resolved_at:
            raise BulletinError("it is resolved; open another incident")
        after = replace(before, title=title or before.title, about=about or before.about)
        if after == before:
            return before
        after = replace(after, changed_at=max(hand.at, before.changed_at))
        await ledger.keep_bulletin(after)
        await ledger.act(hand.did(ActKind.INCIDENT_CHANGED, id_, after.title))
        await ledger.tell([changing(after)])
    return after


async def update_incident(
    database: Database, id_: str, phase: Phase, message: str, hand: Hand
) -> Update | None:
    """Say how it is now, of an incident that anybody opened; None: there is none of this id."""
    async with database.begin() as tx:
        ledger = Ledger(tx)
        await ledger.next_edition()
        number = len((await Queries(tx).updates([id_])).get(id_, ()))
        update = Update(incident=id_, number=number, at=hand.at, phase=phase, message=message)
        event = await _followed(ledger, Queries(tx), update)
        if event is None:
            return None
        await ledger.keep_update(update)
        facts = {"phase": phase.value}
        await ledger.act(hand.did(ActKind.INCIDENT_UPDATED, id_, message, facts))
        await ledger.tell([event])
    return update


async def _followed(ledger: Ledger, queries: Queries, update: Update) -> Event | None:
    if bulletin := await queries.bulletin(update.incident):
        after = followed(bulletin, update)
        await ledger.keep_bulletin(after)
        return following(after, update)
    incident = await queries.incident(update.incident)
    if incident is None or incident.kind is IncidentKind.ISOLATED:
        return None
    _may_be_told(update, incident.resolved_at)
    return beside(incident.subject, update)


def _may_be_told(update: Update, resolved_at: datetime | None) -> None:
    """Of what the rules opened: they alone say when it is over."""
    if resolved_at:
        raise BulletinError("it is resolved; open another incident")
    if update.phase is Phase.RESOLVED:
        raise BulletinError("it is resolved when the checks see so; say monitoring until then")
