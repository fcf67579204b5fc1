"""Parcels, and the courier that brings them by mail."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor.alerts.channels.mail import MailCourier
from monitor.alerts.links import Links
from monitor.alerts.mime import sender_of
from monitor.alerts.parcel import Parcel
from monitor.alerts.relay import Relay
from monitor.desk.derived import Derived
from monitor.domain.delivery import Delivery, DeliveryKind
from monitor.domain.event import Event, EventType
from monitor.domain.landscape import Words
from monitor.domain.subscription import Channel, Subscription, Wanted

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
DERIVED = Derived(b"a secret key of thirty-two bytes")
LINKS = Links("https://keten.example")
TITLES = {"stam": Words("STAM", "STAM")}


def parcel(
    *events: Event,
    address: str = "Jan.de.Vries+keten@Example.NL",
    kind: DeliveryKind = DeliveryKind.EVENT,
    delivery: str = "d-1",
    opened_by: str | None = None,
    language: str = "nl",
) -> Parcel:
    told = events or (outage(),)
    return Parcel(
        delivery=Delivery(
            id=delivery,
            subscription="s-1",
            kind=kind,
            story=told[0].story,
            events=tuple(one.key for one in told),
            created_at=NOON,
            due_at=NOON,
        ),
        subscription=Subscription(
            id="s-1",
            channel=Channel.MAIL,
            address=address,
            wanted=Wanted(),
            language=language,
            created_at=NOON,
        ),
        events=told,
        now=NOON,
        opened_by=opened_by,
        token="confirm-me",
    )


def outage(kind: EventType = EventType.OUTAGE_OPENED, **facts: str) -> Event:
    return Event(
        type=kind,
        subject="stam/5@prod",
        at=NOON,
        key=f"{kind}:1",
        facts={"openedAt": (NOON - timedelta(minutes=12)).isoformat(), **facts},
        story="target:stam/5@prod:1",
    )


@asynccontextmanager
async def courier(
    relay: Relay, ca_file: Path | None = None, total: float = 10.0
) -> AsyncIterator[MailCourier]:
    made = MailCourier(
        relay,
        sender_of("Ketenwacht <ketenwacht@keten.example>"),
        LINKS,
        DERIVED,
        lambda: TITLES,
        ca_file=str(ca_file) if ca_file else None,
        total=total,
    )
    try:
        yield made
    finally:
        await made.aclose()
