"""What a receipt comes to: for the delivery, and for the subscription that it is to."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.alerts.backoff import is_past_bearing, next_try
from monitor.alerts.parcel import Fate, Receipt
from monitor.domain.delivery import NEWS, Delivery, DeliveryKind, DeliveryState
from monitor.domain.event import EVERYWHERE, Event, EventType
from monitor.domain.subscription import Channel, Subscription, SubscriptionState
from monitor.storage.engine import Transaction
from monitor.storage.ledger import Ledger
from monitor.storage.outbox import Claim, Outbox, Settlement

PAUSABLE = frozenset({Channel.MAIL, Channel.WEBHOOK})
"""An operator's own channels are never paused: they would not hear of it."""
GIVEN_UP = "failed for five days"


def settlement(claim: Claim, receipt: Receipt, at: datetime, seconds: float) -> Settlement:
    state, due_at, remind_at = DeliveryState.DELIVERED, None, None
    match receipt.fate:
        case Fate.ARRIVED:
            interval = claim.subscription.reminder_interval
            if interval and claim.delivery.kind in NEWS:
                remind_at = at + interval
        case Fate.AGAIN:
            delivery = claim.delivery
            due_at = next_try(delivery.id, delivery.attempts, at, receipt.retry_after)
            state = DeliveryState.WAITING if due_at else DeliveryState.DEAD
        case Fate.REFUSED:
            state = DeliveryState.DEAD
        case Fate.GONE:
            state = DeliveryState.DROPPED
    return Settlement(
        claim=claim,
        at=at,
        seconds=seconds,
        fate=receipt.fate.value,
        trouble=receipt.trouble,
        state=state,
        due_at=due_at,
        remind_at=remind_at,
    )


@dataclass(frozen=True, slots=True)
class Carried:
    """An attempt that came to an end."""

    claim: Claim
    receipt: Receipt
    at: datetime
    seconds: float


async def settle(
    tx: Transaction, claim: Claim, receipt: Receipt, at: datetime, seconds: float
) -> None:
    """Keep what became of a claim, unless it is not ours any more, and what follows from it."""
    await settle_all(tx, [Carried(claim, receipt, at, seconds)])


async def settle_all(tx: Transaction, carried: Sequence[Carried]) -> None:
    """The same of several, in a few statements however many they are."""
    told = [settlement(one.claim, one.receipt, one.at, one.seconds) for one in carried]
    kept = await Outbox(tx).settle_all(told)
    for one, is_kept in zip(carried, kept, strict=True):
        if is_kept:
            await _follow(tx, one.claim, one.receipt, one.at)


async def _follow(tx: Transaction, claim: Claim, receipt: Receipt, at: datetime) -> None:
    to, kind = claim.subscription, claim.delivery.kind
    match receipt.fate:
        case Fate.ARRIVED if receipt.owned and kind is DeliveryKind.CONFIRMATION:
            await Ledger(tx).activate_subscription(to.id, at)
        case Fate.ARRIVED if to.failing_since and kind in NEWS:
            await Outbox(tx).failing(to.id, None)
        case Fate.AGAIN | Fate.REFUSED if kind in NEWS:
            await _bear_with(tx, to, at)
        case Fate.GONE:
            await _let_go(tx, to, at)
        case _:
            pass


async def _bear_with(tx: Transaction, to: Subscription, at: datetime) -> None:
    since = await Outbox(tx).failing(to.id, at)
    if since is None or not is_past_bearing(since, at) or to.channel not in PAUSABLE:
        return
    ledger = Ledger(tx)
    known = await ledger.subscription(to.id)
    if known is None or known.state is not SubscriptionState.ACTIVE:
        return
    await Outbox(tx).give_up(to.id, at, GIVEN_UP)
    await ledger.keep_subscription(replace(known, state=SubscriptionState.PAUSED), at)
    if to.channel is Channel.MAIL:
        await ledger.owe(_farewell(known, at))
    await ledger.tell([_failing(known, since, at)])


async def _let_go(tx: Transaction, to: Subscription, at: datetime) -> None:
    """Its receiver wants no more of it, in so many words."""
    ledger = Ledger(tx)
    known = await ledger.subscription(to.id)
    if known is not None and known.state is not SubscriptionState.LEFT:
        left = replace(known, state=SubscriptionState.LEFT, left_at=at)
        await ledger.keep_subscription(left, at)


def _farewell(to: Subscription, at: datetime) -> Delivery:
    id_ = f"paused-{to.id}-{at:%Y%m%d%H%M%S}"
    return Delivery(
        id=id_,
        subscription=to.id,
        kind=DeliveryKind.PAUSED,
        story=id_,
        events=(),
        created_at=at,
        due_at=at,
    )


def _failing(to: Subscription, since: datetime, at: datetime) -> Event:
    kind = EventType.NOTICE_DELIVERY_FAILING
    return Event(
        type=kind,
        subject=EVERYWHERE,
        at=at,
        key=f"{kind}:{to.id}:{since.isoformat()}",
        facts={
            "subscription": to.id,
            "channel": to.channel.value,
            "failingSince": since.isoformat(),
        },
        story=f"{kind}:{to.id}",
    )
