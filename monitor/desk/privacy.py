"""What is kept of a person: shown to them, hidden from others, erased in time or when asked."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from monitor.desk.hand import Hand
from monitor.domain.audit import ActKind
from monitor.domain.mail_address import MailAddressError, mail_address
from monitor.domain.subscription import Channel, Subscription
from monitor.storage.engine import Database, Transaction
from monitor.storage.ledger import Ledger
from monitor.storage.queries import Queries

CONFIRMED_WITHIN = timedelta(hours=48)
ERASED_AFTER = timedelta(days=30)
"""Both are promised on the page on privacy; the first is of reliability.md, "Telling"."""
MOST_AT_ONCE = 500
_SUBJECT = "subscriptions"


def address_digest(channel: Channel, address: str) -> bytes:
    """Finds what is kept of an address, however its owner writes capitals."""
    told = address.lower() if channel is Channel.MAIL else address
    return sha256(f"{channel} {told}".encode()).digest()


def masked(one: Subscription) -> str:
    """Enough for an operator to recognise whom it is about, and not enough to write to them."""
    match one.channel:
        case Channel.MAIL:
            local, _, host = one.address.rpartition("@")
            return f"{local[:1]}…@{host}"
        case Channel.WEBHOOK:
            place = urlsplit(one.address)
            return f"{place.scheme}://{place.netloc}/…"
        case Channel.CHAT | Channel.ALERTMANAGER:
            return one.address


async def export(database: Database, address: str, hand: Hand) -> Sequence[Mapping[str, Any]]:
    """All that is kept of an address, for its owner; that it was asked for is on record."""
    async with database.begin() as tx:
        found = await _of(tx, address)
        told = [await _everything(Queries(tx), one) for one in found]
        facts = {"count": str(len(found))}
        await Ledger(tx).act(hand.did(ActKind.SUBSCRIPTIONS_EXPORTED, _SUBJECT, facts=facts))
    return told


async def erase(database: Database, address: str, hand: Hand) -> int:
    """Keep nothing of an address any more, but that so many were erased; how many."""
    async with database.begin() as tx:
        ledger, found = Ledger(tx), await _of(tx, address)
        for one in found:
            await ledger.erase_subscription(one.id)
        if found:
            facts = {"count": str(len(found))}
            await ledger.act(hand.did(ActKind.SUBSCRIPTIONS_ERASED, _SUBJECT, facts=facts))
    return len(found)


async def forget(database: Database, now: datetime) -> int:
    """Erase what nobody confirmed in time, and what left long enough ago; how many."""
    async with database.begin() as tx:
        ids = await Queries(tx).outdated_subscriptions(
            now - CONFIRMED_WITHIN, now - ERASED_AFTER, MOST_AT_ONCE
        )
        for id_ in ids:
            await Ledger(tx).erase_subscription(id_)
    return len(ids)


async def _of(tx: Transaction, address: str) -> list[Subscription]:
    """A mail address, or the address of a webhook exactly as it was given."""
    try:
        channel, address = Channel.MAIL, str(mail_address(address))
    except MailAddressError:
        channel = Channel.WEBHOOK
    return await Queries(tx).subscriptions_at(address_digest(channel, address))


async def _everything(queries: Queries, one: Subscription) -> Mapping[str, Any]:
    sent, cursor = [], None
    while True:
        page = await queries.deliveries(subscription=one.id, cursor=cursor, limit=MOST_AT_ONCE)
        logs = await queries.logs([delivery.id for delivery in page.items])
        for delivery in page.items:
            attempts = [asdict(attempt) for attempt in logs[delivery.id]]
            sent.append({**asdict(delivery), "attempts": attempts})
        cursor = page.next
        if cursor is None:
            wanted = {**asdict(one.wanted), "lines": [*map(str, one.wanted.lines)]}
            return {"subscription": {**asdict(one), "wanted": wanted}, "deliveries": sent}
