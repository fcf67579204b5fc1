"""One message to one subscription: owed until it arrived, or until nobody can take it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from urllib.parse import urlsplit

from monitor.domain.subscription import Channel, Subscription, SubscriptionState


class DeliveryKind(StrEnum):
    EVENT = "event"
    REMINDER = "reminder"  # what was opened is open still
    DIGEST = "digest"  # what happened in a day
    CONFIRMATION = "confirmation"  # asks the owner of an address
    KNOWN = "known"  # tells the owner of an address that it is subscribed already
    LEFT = "left"  # tells once that nothing more will come
    PAUSED = "paused"  # tells once that nothing comes until its owner goes on
    TEST = "test"


NEWS = frozenset({DeliveryKind.EVENT, DeliveryKind.REMINDER, DeliveryKind.DIGEST})
"""What opens something that may stay open, and what shows whether an endpoint still works: all
else is asked for by whoever looks."""


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


def may_be_asked_again(one: Delivery) -> bool:
    """Whether its receiver may have it sent once more, or sooner than it would be tried again."""
    is_news = one.kind in NEWS or one.kind is DeliveryKind.TEST
    ended = one.state in {DeliveryState.DELIVERED, DeliveryState.DEAD}
    return is_news and (ended or (one.state is DeliveryState.WAITING and one.attempts > 0))


def may_go(kind: DeliveryKind, state: SubscriptionState) -> bool:
    """Whether a message of this kind is sent to a subscription in this state."""
    match kind:
        case DeliveryKind.EVENT | DeliveryKind.REMINDER | DeliveryKind.DIGEST:
            return state is SubscriptionState.ACTIVE
        case DeliveryKind.CONFIRMATION:
            return state is SubscriptionState.PENDING
        case DeliveryKind.KNOWN | DeliveryKind.TEST:
            return state in {SubscriptionState.ACTIVE, SubscriptionState.PAUSED}
        case DeliveryKind.PAUSED:
            return state is SubscriptionState.PAUSED
        case DeliveryKind.LEFT:
            return state is SubscriptionState.LEFT


def lane_of(subscription: Subscription) -> str:
    """What its messages share with others' and may hold them up: a mail server, or a host."""
    match subscription.channel:
        case Channel.MAIL:
            return "mail"
        case Channel.WEBHOOK:
            return urlsplit(subscription.address).netloc.lower()
        case Channel.CHAT | Channel.ALERTMANAGER:
            return subscription.id
