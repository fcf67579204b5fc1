"""Parcels for the tests of channels."""

from base64 import b64encode
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from monitor.alerts.parcel import Parcel
from monitor.domain.delivery import Delivery, DeliveryKind
from monitor.domain.event import Event, EventType
from monitor.domain.subscription import Channel, Subscription, SubscriptionState, Wanted

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
SECRET = "whsec_" + b64encode(bytes(range(32))).decode()
OLDER = "whsec_" + b64encode(bytes(range(32, 64))).decode()


def outage(subject: str = "presenteren/v8@prod", **facts: str) -> Event:
    return happened(EventType.OUTAGE_OPENED, subject, facts)


def happened(
    kind: EventType, subject: str = "presenteren/v8@prod", facts: Mapping[str, str] | None = None
) -> Event:
    return Event(
        type=kind,
        subject=subject,
        at=NOON - timedelta(minutes=5),
        key=f"{kind}:{subject}",
        facts=facts or {"reason": "answered 502"},
        story=f"story of {subject}",
    )


def parcel(
    address: str,
    *events: Event,
    channel: Channel = Channel.WEBHOOK,
    kind: DeliveryKind = DeliveryKind.EVENT,
    now: datetime = NOON,
    token: str | None = None,
    secrets: tuple[str, ...] = (SECRET,),
    language: str = "en",
) -> Parcel:
    told = events or ((outage(),) if kind is not DeliveryKind.TEST else ())
    subscription = Subscription(
        id="sub-1",
        channel=channel,
        address=address,
        wanted=Wanted(),
        language=language,
        state=SubscriptionState.ACTIVE,
        created_at=NOON - timedelta(days=1),
    )
    delivery = Delivery(
        id="del-1",
        subscription=subscription.id,
        kind=kind,
        story=told[0].story if told else "",
        events=tuple(one.key for one in told),
        created_at=NOON,
        due_at=NOON,
        attempts=1,
    )
    return Parcel(
        delivery=delivery,
        subscription=subscription,
        events=told,
        now=now,
        token=token,
        secrets=secrets,
    )
