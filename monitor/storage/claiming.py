"""Takes what is due for one sender, so that nobody else sends it meanwhile."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select, update

from monitor.domain.delivery import Delivery, DeliveryKind, DeliveryState, may_go
from monitor.domain.event import Event
from monitor.domain.subscription import Channel, Subscription, SubscriptionState
from monitor.storage.correspondence import DELIVERY, SUBSCRIPTION
from monitor.storage.deliveries import delivery_of, with_keys
from monitor.storage.gathering import WAITS, events_of, messages, opened, ours, unblocked
from monitor.storage.subscription_form import subscription_of

LOOKED_AT = 200
"""Deliveries that one claim looks at."""
GIVEN_UP = "was tried too often without ever coming to an end"
NOT_ACTIVE = "its subscription is not active any more"

_ITS = DELIVERY.c
_CLAIM = (
    update(DELIVERY)
    .where(_ITS.number == bindparam("its_number"))
    .values(
        claim=bindparam("its_claim"),
        lead=bindparam("its_lead"),
        due_at=bindparam("its_end"),
        attempts=_ITS.attempts + 1,
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One message that is ours to send until the lease ends.

    `delivery` is the one that leads, with the keys of all `events`, in the order in which they
    were told. `opened_by` is the id of the message that told the opening of its story.
    """

    token: str = field(repr=False)
    delivery: Delivery
    subscription: Subscription
    events: tuple[Event, ...]
    lane: str
    numbers: tuple[int, ...]  # of the rows that it is
    opened_by: str | None = None


@dataclass(frozen=True, slots=True)
class Room:
    """How much may be claimed now: of each channel, and of each lane that is not idle."""

    channels: Mapping[Channel, int]
    lanes: Mapping[str, int] = field(default_factory=dict)
    per_lane: int = 4  # of all other lanes


@dataclass(frozen=True, slots=True)
class Terms:
    """How a claim is made."""

    now: datetime
    lease: timedelta
    most: int  # attempts


def take(connection: Connection, room: Room, terms: Terms) -> list[Claim]:
    """Claim what is due, as far as there is room, and count that as an attempt."""
    due = _due(connection, room, terms.now)
    if not due:
        return []
    due = unblocked(connection, due, terms.now)
    due = _fitting(due, room)
    subscriptions = _subscriptions(connection, due)
    made = [*messages(connection, [*_sendable(connection, due, subscriptions, terms)], terms.now)]
    tokens = _mark(connection, made, terms)
    events = events_of(connection, made)
    openers = opened(connection, made)
    claims = []
    for token, rows in zip(tokens, made, strict=True):
        lead = rows[0]
        told = tuple(events[row.event] for row in rows if row.event is not None)
        delivery = replace(
            delivery_of(lead),
            events=tuple(event.key for event in told),
            attempts=lead.attempts + 1,
            due_at=terms.now + terms.lease,
        )
        by = openers.get((lead.subscription, lead.story))
        claims.append(
            Claim(
                token=token,
                delivery=delivery,
                subscription=subscriptions[lead.subscription],
                events=told,
                lane=lead.lane,
                numbers=tuple(row.number for row in rows),
                opened_by=by if by != lead.id else None,
            )
        )
    return claims


def _due(connection: Connection, room: Room, now: datetime) -> Sequence[Row[Any]]:
    """The leads of messages, the longest due first, nobody else's meanwhile."""
    full = [lane for lane, left in room.lanes.items() if left <= 0]
    asked = (
        with_keys()
        .where(
            WAITS,
            _ITS.due_at <= now,
            _ITS.channel.in_([name.value for name, left in room.channels.items() if left > 0]),
            _ITS.lane.not_in(full),
            (_ITS.lead.is_(None)) | (_ITS.lead == _ITS.id),
        )
        .order_by(_ITS.due_at, _ITS.number)
        .limit(LOOKED_AT)
    )
    return connection.execute(ours(asked)).all()


def _subscriptions(connection: Connection, due: Sequence[Row[Any]]) -> dict[str, Subscription]:
    asked = select(SUBSCRIPTION).where(SUBSCRIPTION.c.id.in_({row.subscription for row in due}))
    return {row.id: subscription_of(row) for row in connection.execute(asked)}


def _sendable(
    connection: Connection,
    due: Sequence[Row[Any]],
    subscriptions: Mapping[str, Subscription],
    terms: Terms,
) -> Iterator[Row[Any]]:
    """Settle at once what nobody may send."""
    for row in due:
        state = subscriptions[row.subscription].state
        if not may_go(DeliveryKind(row.kind), state):
            left = state is SubscriptionState.LEFT
            _end(connection, row, terms.now, DeliveryState.DROPPED if left else DeliveryState.DEAD)
        elif row.attempts >= terms.most:
            _end(connection, row, terms.now, DeliveryState.DEAD, GIVEN_UP)
        else:
            yield row


def _end(
    connection: Connection,
    row: Row[Any],
    now: datetime,
    state: DeliveryState,
    trouble: str = NOT_ACTIVE,
) -> None:
    connection.execute(
        update(DELIVERY)
        .where((_ITS.id == row.id) | (_ITS.lead == row.id))
        .values(state=state.value, settled_at=now, trouble=trouble, claim=None)
    )


def _fitting(due: Sequence[Row[Any]], room: Room) -> list[Row[Any]]:
    channels, lanes, fitting = dict(room.channels), dict(room.lanes), []
    for row in due:
        channel, lane = Channel(row.channel), row.lane
        if channels[channel] > 0 and lanes.setdefault(lane, room.per_lane) > 0:
            channels[channel] -= 1
            lanes[lane] -= 1
            fitting.append(row)
    return fitting


def _mark(
    connection: Connection, messages: Sequence[Sequence[Row[Any]]], terms: Terms
) -> list[str]:
    tokens = [token_hex(16) for _ in messages]
    marks = [
        {
            "its_number": row.number,
            "its_claim": token,
            "its_lead": rows[0].id if len(rows) > 1 else row.lead,
            "its_end": terms.now + terms.lease,
        }
        for token, rows in zip(tokens, messages, strict=True)
        for row in rows
    ]
    if marks:
        connection.execute(_CLAIM, marks)
    return tokens
