"""Spans in which something that the public should know was wrong."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from monitor.domain.event import Event, EventType

LONGEST_HOLD = timedelta(seconds=60)
"""A target's alert waits no longer for an environment incident to take it up."""
FEWEST = 3
"""Targets that make an environment incident, however small the environment."""


class IncidentKind(StrEnum):
    TARGET = "target"  # subject: a target id
    ENVIRONMENT = "environment"  # subject: an environment id; its targets are children
    ISOLATED = "isolated"  # our own network is gone: for the operator, never an outage


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """Opened once, resolved once. `parent` names the incident that took it up."""

    id: str  # stable: kind, subject and opening, see `incident_id`
    kind: IncidentKind
    subject: str
    opened_at: datetime
    reason: str
    resolved_at: datetime | None = None
    parent: str | None = None
    told: bool = False  # its opening went out as an event; only then does its end
    held_from: datetime | None = None  # its alert waits from then on; None: from the opening


def monitor_at(location: str) -> str:
    """The subject of an isolation: the monitor, where it stands or at a named location."""
    return f"monitor:{location}" if location else "monitor"


def blinds(incident: Incident, locations: Collection[str]) -> bool:
    """Whether it is an isolation, still, of one of these locations."""
    isolated = incident.kind is IncidentKind.ISOLATED and incident.resolved_at is None
    return isolated and incident.subject in map(monitor_at, locations)


def incident_id(kind: IncidentKind, subject: str, opened_at: datetime) -> str:
    """One segment of a URL; names in the catalogue hold no tilde."""
    place = subject.replace("/", "~").replace("@", "~")
    return f"{kind}~{place}~{opened_at:%Y%m%dT%H%M%S.%fZ}"


def open_incident(kind: IncidentKind, subject: str, at: datetime, reason: str) -> Incident:
    return Incident(
        id=incident_id(kind, subject, at), kind=kind, subject=subject, opened_at=at, reason=reason
    )


def enough(targets: int) -> int:
    """How many of an environment's targets make an incident of the environment itself."""
    return max(FEWEST, (targets + 1) // 2)


def opening(incident: Incident, at: datetime) -> Event:
    if incident.kind is IncidentKind.ISOLATED:
        return _event(EventType.NOTICE_ISOLATED, incident, at)
    return _event(EventType.OUTAGE_OPENED, incident, at)


def resolving(incident: Incident, at: datetime) -> Iterator[Event]:
    """Whoever got the opening gets this; an isolation ends without a word."""
    if incident.told and incident.kind is not IncidentKind.ISOLATED:
        yield _event(EventType.OUTAGE_RESOLVED, incident, at)


def _event(kind: EventType, incident: Incident, at: datetime) -> Event:
    return Event(
        type=kind,
        subject=incident.subject,
        at=at,
        key=f"{kind}:{incident.id}",
        facts={
            "incident": incident.id,
            "openedAt": incident.opened_at.isoformat(),
            "reason": incident.reason,
        },
        story=incident.id,
    )
