"""What is owed without an event, and what is owed once more."""

from datetime import datetime

from sqlalchemy import Connection, insert, or_, select, update

from monitor.domain.delivery import Delivery, DeliveryKind, DeliveryState, lane_of, may_go
from monitor.storage import subscriptions
from monitor.storage.correspondence import DELIVERY
from monitor.storage.fault import StorageError


def owe(connection: Connection, delivery: Delivery) -> None:
    """A delivery to one subscription, which must be kept already."""
    subscription = subscriptions.one(connection, delivery.subscription)
    if subscription is None:
        raise StorageError(
            f"Nothing is owed to the subscription {delivery.subscription}: there is none."
        )
    row = {
        "id": delivery.id,
        "subscription": subscription.id,
        "kind": delivery.kind.value,
        "round": 0,
        "story": delivery.story,
        "channel": subscription.channel.value,
        "lane": lane_of(subscription),
        "created_at": delivery.created_at,
        "due_at": delivery.due_at,
        "attempts": 0,
        "state": DeliveryState.WAITING.value,
    }
    connection.execute(insert(DELIVERY), row)


def redeliver(connection: Connection, id_: str, at: datetime) -> bool:
    """All that made one message with it goes with it, under the same id."""
    its = DELIVERY.c
    row = connection.execute(select(DELIVERY).where(its.id == id_)).first()
    if row is None:
        return False
    subscription = subscriptions.one(connection, row.subscription)
    if subscription is None or not may_go(DeliveryKind(row.kind), subscription.state):
        return False
    lead = row.lead or row.id
    renewed = {"state": DeliveryState.WAITING.value, "due_at": at, "attempts": 0}
    settled = {"claim": None, "settled_at": None, "trouble": None}
    mine = or_(its.id == id_, its.id == lead, its.lead == lead)
    connection.execute(update(DELIVERY).where(mine).values({**renewed, **settled}))
    return True
