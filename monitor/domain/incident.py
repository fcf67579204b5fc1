"""Spans in which something that the public should know was wrong."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


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


def incident_id(kind: IncidentKind, subject: str, opened_at: datetime) -> str:
    return f"{kind}:{subject}:{opened_at:%Y%m%dT%H%M%S.%fZ}"
