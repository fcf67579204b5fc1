"""What was told, as CloudEvents 1.0 in the NL GOV profile."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from monitor.alerts.cloud_event import cloud_event as told
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
    """The same as a webhook gets."""
    return CloudEvent(**asdict(told(one, source)))
