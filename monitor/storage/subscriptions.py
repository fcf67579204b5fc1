"""Who is told what: kept, confirmed, found, erased."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from hmac import compare_digest
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, select, update

from monitor.domain.delivery import DeliveryKind, DeliveryState
from monitor.domain.subscription import Channel, Subscription, SubscriptionState
from monitor.storage.correspondence import ATTEMPT, AUDIENCE, DELIVERY, SUBSCRIPTION
from monitor.storage.keys import upsert
from monitor.storage.newest import newest
from monitor.storage.page import Page
from monitor.storage.subscription_form import subscription_fields, subscription_of

PARTING = (DeliveryKind.LEFT, DeliveryKind.PAUSED)
"""What is told about it that nothing more is told."""

_ORDER = SUBSCRIPTION.c.created_at, SUBSCRIPTION.c.id


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What confirms a subscription: the SHA-256 of a token, and until when it may come."""

    digest: bytes
    until: datetime


def keep(
    connection: Connection,
    subscription: Subscription,
    at: datetime,
    address_digest: bytes | None,
    confirmation: Confirmation | None,
) -> None:
    """Replace what is known of it; what is None of the last two stays as it was."""
    given: dict[str, Any] = {}
    if address_digest is not None:
        given["address_digest"] = address_digest
    if confirmation is not None:
        given |= {
            "confirmation_digest": confirmation.digest,
            "confirmation_until": confirmation.until,
        }
    row = {**subscription_fields(subscription), **given}
    statement = upsert(connection, SUBSCRIPTION).values(row)
    rest = {name: statement.excluded[name] for name in row if name != "id"}
    connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=rest))
    if subscription.state in {SubscriptionState.LEFT, SubscriptionState.PAUSED}:
        drop_waiting(connection, subscription.id, at)
    grow(connection)


def confirm(connection: Connection, id_: str, digest: bytes, now: datetime) -> Subscription | None:
    """Activate a pending subscription by what was sent to its owner, once; None: that is not it."""
    its = SUBSCRIPTION.c
    row = connection.execute(select(SUBSCRIPTION).where(its.id == id_).with_for_update()).first()
    expected = bytes(row.confirmation_digest or b"") if row else b""
    same = compare_digest(expected, digest)
    if row is None or not same or row.confirmation_until <= now:
        return None
    if row.state != SubscriptionState.PENDING.value:
        return None
    return _activate(connection, row, now)


def consented(connection: Connection, id_: str, now: datetime) -> bool:
    """Activate a pending subscription; False: it is not pending."""
    pending = SUBSCRIPTION.c.state == SubscriptionState.PENDING.value
    asked = select(SUBSCRIPTION).where(SUBSCRIPTION.c.id == id_, pending).with_for_update()
    row = connection.execute(asked).first()
    if row is not None:
        _activate(connection, row, now)
    return row is not None


def _activate(connection: Connection, row: Row[Any], now: datetime) -> Subscription:
    """A pending one; whatever could confirm it confirms nothing any more."""
    found = subscription_of(row)
    its = SUBSCRIPTION.c
    connection.execute(
        update(SUBSCRIPTION)
        .where(its.id == found.id)
        .values(
            state=SubscriptionState.ACTIVE.value,
            confirmed_at=now,
            confirmation_digest=None,
            confirmation_until=None,
        )
    )
    grow(connection)
    return replace(found, state=SubscriptionState.ACTIVE, confirmed_at=now)


def drop_waiting(connection: Connection, id_: str, at: datetime) -> None:
    """Send nothing more of what waits, except what is to be told about just that."""
    its = DELIVERY.c
    waiting = (its.subscription == id_) & (its.state == DeliveryState.WAITING.value)
    connection.execute(
        update(DELIVERY)
        .where(waiting, its.kind.not_in([kind.value for kind in PARTING]))
        .values(state=DeliveryState.DROPPED.value, settled_at=at, claim=None)
    )


def one(connection: Connection, id_: str, *, lock: bool = False) -> Subscription | None:
    asked = select(SUBSCRIPTION).where(SUBSCRIPTION.c.id == id_)
    row = connection.execute(asked.with_for_update() if lock else asked).first()
    return subscription_of(row) if row else None


def at_address(connection: Connection, address_digest: bytes) -> list[Subscription]:
    """All of one address, oldest first, also those that left."""
    asked = select(SUBSCRIPTION).where(SUBSCRIPTION.c.address_digest == address_digest)
    return [subscription_of(row) for row in connection.execute(asked.order_by(*_ORDER))]


def page(
    connection: Connection,
    channel: Channel | None,
    state: SubscriptionState | None,
    cursor: str | None,
    limit: int,
) -> Page[Subscription]:
    """Newest first."""
    asked = select(SUBSCRIPTION).where(*_sought(channel, state))
    rows, following = newest(connection, asked, _ORDER, cursor, limit)
    return Page(tuple(map(subscription_of, rows)), following)


def erase(connection: Connection, id_: str) -> None:
    """All that is kept of a subscription, as if it had never been."""
    ids = select(DELIVERY.c.id).where(DELIVERY.c.subscription == id_)
    connection.execute(delete(ATTEMPT).where(ATTEMPT.c.delivery.in_(ids)))
    connection.execute(delete(DELIVERY).where(DELIVERY.c.subscription == id_))
    connection.execute(delete(SUBSCRIPTION).where(SUBSCRIPTION.c.id == id_))
    grow(connection)


def outdated(
    connection: Connection, pending_before: datetime, left_before: datetime, limit: int
) -> list[str]:
    """The ids of those that nobody confirmed, and of those that left, before these moments."""
    its = SUBSCRIPTION.c
    pending = (its.state == SubscriptionState.PENDING.value) & (its.created_at < pending_before)
    left = (its.state == SubscriptionState.LEFT.value) & (its.left_at < left_before)
    return [*connection.execute(select(its.id).where(pending | left).limit(limit)).scalars()]


def grow(connection: Connection) -> None:
    """Say that somebody is told something else from now on."""
    connection.execute(update(AUDIENCE).values(number=AUDIENCE.c.number + 1))


def _sought(
    channel: Channel | None, state: SubscriptionState | None
) -> Iterator[ColumnElement[bool]]:
    if channel:
        yield SUBSCRIPTION.c.channel == channel.value
    if state:
        yield SUBSCRIPTION.c.state == state.value
