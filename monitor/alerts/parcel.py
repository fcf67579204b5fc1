"""What a channel is handed, and what it answers."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from monitor.domain.delivery import Delivery
from monitor.domain.event import Event
from monitor.domain.subscription import Subscription


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """One delivery with all that is needed to put it into words.

    `opened_by` is the id of the delivery that told this subscription the opening of the same
    story, so that a mail can answer it; `secrets` are the subscription's own, newest first.
    """

    delivery: Delivery
    subscription: Subscription
    events: tuple[Event, ...]
    now: datetime
    opened_by: str | None = None
    token: str | None = None  # goes into links: confirm, manage, leave. Only its hash is stored
    secrets: tuple[str, ...] = ()  # of a webhook, for its signatures


class Fate(StrEnum):
    ARRIVED = "arrived"
    AGAIN = "again"  # a fault that may pass
    REFUSED = "refused"  # for good: another attempt would end the same
    GONE = "gone"  # the receiver wants no more of it (410): ends the subscription


@dataclass(frozen=True, slots=True)
class Receipt:
    """`trouble` is one plain sentence without secrets, addresses or the receiver's words.

    `owned` comes with a confirmation that arrived: the receiver gave its consent in the same
    breath, and the subscription is active without a code to be sent back.
    """

    fate: Fate
    trouble: str | None = None
    retry_after: timedelta | None = None
    owned: bool = False


class Courier(Protocol):
    """A channel. May raise: the dispatcher takes any exception for `Fate.AGAIN`."""

    async def deliver(self, parcel: Parcel) -> Receipt: ...
