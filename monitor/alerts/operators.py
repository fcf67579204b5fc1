"""Where operators are told by configuration: subscriptions like all others, with fixed names."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from monitor.alerts.alert import NAMES
from monitor.catalogue.references import Reference
from monitor.domain.subscription import Channel, Subscription, SubscriptionState, Wanted
from monitor.storage.correspondents import Correspondents
from monitor.storage.corresponding import Corresponding
from monitor.storage.engine import Database

MOST = 100  # of one channel, those of earlier configurations included


def wished(
    chats: Sequence[Reference], alertmanagers: Sequence[Reference], language: str, now: datetime
) -> Iterator[Subscription]:
    """`operator-chat-0` and so on. Each has for its address where its secret address is kept."""
    alerts = Wanted(events=tuple(kind.value for kind in NAMES))
    told = ((Channel.CHAT, chats, Wanted()), (Channel.ALERTMANAGER, alertmanagers, alerts))
    for channel, places, wanted in told:
        for number, place in enumerate(places):
            yield Subscription(
                id=f"operator-{channel}-{number}",
                channel=channel,
                address=str(place),
                wanted=wanted,
                language=language,
                state=SubscriptionState.ACTIVE,
                created_at=now,
                confirmed_at=now,
            )


async def keep(database: Database, wished: Sequence[Subscription], now: datetime) -> None:
    """Let the subscriptions of operators be these and no others."""
    async with database.begin() as tx:
        known: dict[str, Subscription] = {}
        for channel in (Channel.CHAT, Channel.ALERTMANAGER):
            page = await Correspondents(tx).subscriptions(channel=channel, limit=MOST)
            known |= {one.id: one for one in page.items}
        for changed in _changes(known, wished, now):
            await Corresponding(tx).keep_subscription(changed, now)


def _changes(
    known: dict[str, Subscription], wished: Sequence[Subscription], now: datetime
) -> Iterator[Subscription]:
    for one in wished:
        before = known.pop(one.id, None)
        since = before if before and before.confirmed_at else one
        wish = replace(one, created_at=since.created_at, confirmed_at=since.confirmed_at)
        if before is None or _terms(before) != _terms(wish):
            yield wish
    for gone in known.values():
        if gone.state is not SubscriptionState.LEFT:
            yield replace(gone, state=SubscriptionState.LEFT, left_at=now)


def _terms(one: Subscription) -> tuple[object, ...]:
    return one.address, one.wanted, one.language, one.state
