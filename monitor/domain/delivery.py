"""One message to one subscription: owed until it arrived, or until nobody can take it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class DeliveryKind(StrEnum):
    EVENT = "event"
    REMINDER = "reminder"  # what was opened is open still
    DIGEST = "digest"  # what happened in a day
    CONFIRMATION = "confirmation"  # asks the owner of an address
    KNOWN = "known"  # tells the owner of an address that it is subscribed already
    LEFT = "left"  # tells once that nothing more will come
    PAUSED = "paused"  # tells once that nothing comes until its owner goes on
    TEST = "test"


class DeliveryState(StrEnum):
    WAITING = "waiting"  # also while it is claimed
    DELIVERED = "delivered"
    DEAD = "dead"  # given up; kept, shown, and can be sent again
    DROPPED = "dropped"  # its subscription left, or its endpoint answered 410


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """`id` is stable over all attempts: a receiver drops a second copy by it."""

    id: str  # URL-safe
    subscription: str
    kind: DeliveryKind
    story: str  # deliveries of one story and subscription arrive in order
    events: tuple[str, ...]  # keys of what it tells; several in a digest, none in a test
    created_at: datetime
    due_at: datetime  # not sent before
    attempts: int = 0  # counted when it is claimed, so that poison ends too
    state: DeliveryState = DeliveryState.WAITING
    settled_at: datetime | None = None
    trouble: str | None = None  # of the last attempt, for whoever looks: no secret, no response
