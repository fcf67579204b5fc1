"""Subscribers and events to test with."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from monitor.domain.delivery import Delivery
from monitor.domain.event import Event, EventType
from monitor.domain.subscription import Channel, Subscription, SubscriptionState, Wanted
from monitor.storage.engine import Database
from monitor.storage.ledger import Ledger
from monitor.storage.outbox import Claim, Outbox, Room
from monitor.storage.queries import Queries
from tests.building import NOON

EVERY_CHANNEL = Room(dict.fromkeys(Channel, 100), per_lane=100)
SECOND = timedelta(seconds=1)


def subscriber(id_: str = "a1", **changed: Any) -> Subscription:
    """An active webhook that wants everything."""
    plain = Subscription(
        id=id_,
        channel=Channel.WEBHOOK,
        address=f"https://{id_}.example/hook",
        wanted=Wanted(),
        state=SubscriptionState.ACTIVE,
        created_at=NOON,
    )
    return replace(plain, **changed)


def event(
    type_: EventType = EventType.DRIFT_OPENED,
    story: str = "s1",
    at: datetime = NOON,
    subject: str = "presenteren/v8@prod",
) -> Event:
    return Event(
        type=type_, subject=subject, at=at, key=f"{type_}:{story}:{at.isoformat()}", story=story
    )


async def subscribed(database: Database, *ones: Subscription) -> None:
    async with database.begin() as tx:
        for one in ones:
            await Ledger(tx).keep_subscription(one, NOON)


async def told(database: Database, *events: Event) -> None:
    async with database.begin() as tx:
        await Ledger(tx).tell(events)


async def claimed(
    database: Database, now: datetime = NOON + 2 * SECOND, room: Room = EVERY_CHANNEL
) -> list[Claim]:
    async with database.begin() as tx:
        return await Outbox(tx).claim(now, room, most=10)


async def owed(database: Database, subscription: str | None = None) -> list[Delivery]:
    """Oldest first."""
    async with database.read() as tx:
        page = await Queries(tx).deliveries(subscription=subscription, limit=1_000)
    return [*reversed(page.items)]
