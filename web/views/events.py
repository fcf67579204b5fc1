"""What was told, as CloudEvents 1.0 in the NL GOV profile."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Literal

from pydantic import BaseModel, ConfigDict

from monitor.domain.event import Event


class CloudEvent(BaseModel):
    """Its names are those of the standard: lower case without a break."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    specversion: Literal["1.0"] = "1.0"
    id: str
    source: str
    type: str
    subject: str
    time: datetime
    datacontenttype: Literal["application/json"] = "application/json"
    data: Mapping[str, str]


class EventPage(BaseModel):
    """`next` is there even at the end: ask again later with it, and miss nothing."""

    model_config = ConfigDict(frozen=True)

    items: tuple[CloudEvent, ...]
    next: str | None = None


def cloud_event(one: Event, source: str) -> CloudEvent:
    """`id` is stable: made of what tells this happening from all others."""
    return CloudEvent(
        id=sha256(one.key.encode()).hexdigest()[:32],
        source=source,
        type=f"nl.ketenwacht.{one.type}.v1",
        subject=one.subject,
        time=one.at,
        data=one.facts,
    )


def source_of(oin: str | None, address: str) -> str:
    """By our OIN where we have one (api.md), else by where we are found."""
    return f"urn:nld:oin:{oin}:systeem:ketenwacht" if oin else address
