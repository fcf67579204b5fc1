"""What happened, as CloudEvents 1.0 in the NL GOV profile."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from monitor.alerts.parcel import Parcel
from monitor.domain.delivery import DeliveryKind
from monitor.domain.event import Event

ONE = "application/cloudevents+json"
SEVERAL = "application/cloudevents-batch+json"  # a JSON array (HTTP binding, section 3.3)


@dataclass(frozen=True, slots=True, kw_only=True)
class CloudEvent:
    """Its names are those of the standard: lower case without a break."""

    specversion: str = "1.0"
    id: str
    source: str
    type: str
    subject: str
    time: datetime
    datacontenttype: str = "application/json"
    data: Mapping[str, str]

    @property
    def fields(self) -> dict[str, object]:
        """As JSON has them."""
        return {
            "specversion": self.specversion,
            "id": self.id,
            "source": self.source,
            "type": self.type,
            "subject": self.subject,
            "time": self.time.astimezone(UTC).isoformat().replace("+00:00", "Z"),
            "datacontenttype": self.datacontenttype,
            "data": dict(self.data),
        }


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


def contents(parcel: Parcel, source: str) -> tuple[CloudEvent, ...]:
    """What a parcel holds. What is about the subscription itself has an id of its own."""
    match parcel.delivery.kind:
        case DeliveryKind.EVENT | DeliveryKind.DIGEST:
            return tuple(cloud_event(one, source) for one in parcel.events)
        case DeliveryKind.REMINDER:
            return tuple(_reminder(parcel, cloud_event(one, source)) for one in parcel.events)
        case DeliveryKind.CONFIRMATION:
            return (_own(parcel, source, "confirm", {"code": parcel.token or ""}),)
        case DeliveryKind.TEST | DeliveryKind.KNOWN | DeliveryKind.LEFT | DeliveryKind.PAUSED:
            return (_own(parcel, source, parcel.delivery.kind.value, {}),)


def written(events: Sequence[CloudEvent]) -> tuple[str, str]:
    """The body in ASCII, and its media type: one event as an object, several as an array."""
    if len(events) == 1:
        return json.dumps(events[0].fields), ONE
    return json.dumps([one.fields for one in events]), SEVERAL


def _reminder(parcel: Parcel, opening: CloudEvent) -> CloudEvent:
    """Not the opening again: whoever has that one already would drop its second copy."""
    return CloudEvent(
        id=parcel.delivery.id,
        source=opening.source,
        type="nl.ketenwacht.subscription.reminder.v1",
        subject=opening.subject,
        time=parcel.delivery.created_at,
        data={
            **opening.data,
            "event": opening.id,
            "eventType": opening.type,
            "openSince": str(opening.fields["time"]),
        },
    )


def _own(parcel: Parcel, source: str, name: str, data: Mapping[str, str]) -> CloudEvent:
    return CloudEvent(
        id=parcel.delivery.id,
        source=source,
        type=f"nl.ketenwacht.subscription.{name}.v1",
        subject=f"subscription/{parcel.subscription.id}",
        time=parcel.delivery.created_at,
        data={**data, "subscription": parcel.subscription.id},
    )
