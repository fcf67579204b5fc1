"""What operators tell of an incident: one that they opened, or one that the rules did."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from monitor.domain.event import Event, EventType, Reach


class Phase(StrEnum):
    """The values are the API's."""

    INVESTIGATING = "investigating"
    IDENTIFIED = "identified"
    MONITORING = "monitoring"  # mended; the backlog is worked off
    RESOLVED = "resolved"


class BulletinError(ValueError):
    """What is told cannot be meant; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """One message, as it stands on the page. Who wrote it is in the record of acts."""

    incident: str
    number: int  # from 0, in the order in which they were written
    at: datetime
    phase: Phase
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bulletin:
    """An incident that an operator opened; it ends when one says so."""

    id: str  # needs no escaping in a URL
    title: str
    about: Reach
    opened_at: datetime
    changed_at: datetime
    phase: Phase
    resolved_at: datetime | None = None


def opened(id_: str, title: str, about: Reach, phase: Phase, at: datetime) -> Bulletin:
    if phase is Phase.RESOLVED:
        raise BulletinError("what is resolved already needs no incident; begin with another phase")
    return Bulletin(id=id_, title=title, about=about, opened_at=at, changed_at=at, phase=phase)


def followed(bulletin: Bulletin, update: Update) -> Bulletin:
    """As it stands after one more update."""
    if bulletin.resolved_at:
        raise BulletinError("it is resolved; open another incident")
    at = max(update.at, bulletin.opened_at)
    over = update.phase is Phase.RESOLVED
    return replace(bulletin, changed_at=at, phase=update.phase, resolved_at=at if over else None)


def opening(bulletin: Bulletin, first: Update) -> Event:
    return _event(EventType.INCIDENT_OPENED, bulletin, first.at, "", _said(first))


def following(bulletin: Bulletin, update: Update) -> Event:
    """Of an update, the last one too."""
    if update.phase is Phase.RESOLVED:
        return _event(EventType.INCIDENT_RESOLVED, bulletin, update.at, "", _said(update))
    mark = str(update.number)
    return _event(EventType.INCIDENT_UPDATED, bulletin, update.at, mark, _said(update))


def changing(bulletin: Bulletin) -> Event:
    """Its title, or what it is about, was put right."""
    at = bulletin.changed_at
    return _event(EventType.INCIDENT_UPDATED, bulletin, at, at.isoformat(), {})


def beside(subject: str, update: Update) -> Event:
    """Of an update to an incident that the rules opened and will resolve."""
    return Event(
        type=EventType.INCIDENT_UPDATED,
        subject=subject,
        at=update.at,
        key=f"{EventType.INCIDENT_UPDATED}:{update.incident}:{update.number}",
        facts={"incident": update.incident, **_said(update)},
        story=update.incident,
    )


def _said(update: Update) -> Mapping[str, str]:
    return {"phase": update.phase.value, "message": update.message}


def _event(
    kind: EventType, bulletin: Bulletin, at: datetime, mark: str, said: Mapping[str, str]
) -> Event:
    return Event(
        type=kind,
        subject=bulletin.about.subject,
        at=at,
        key=":".join(part for part in (kind.value, bulletin.id, mark) if part),
        facts={
            "incident": bulletin.id,
            "title": bulletin.title,
            "openedAt": bulletin.opened_at.isoformat(),
            "phase": bulletin.phase.value,
            **bulletin.about.facts,
            **said,
        },
        story=bulletin.id,
    )
