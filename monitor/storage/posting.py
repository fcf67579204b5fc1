"""Who is owed what of the things that were told: in the transaction that tells them.

`Ledger.tell` is the only way to tell something, so that none who tells can forget it.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from monitor.domain.audience import Audience
from monitor.domain.delivery import DeliveryKind, DeliveryState, lane_of
from monitor.domain.event import OPENS, Event
from monitor.domain.incident import IncidentKind
from monitor.domain.maintenance import Roster
from monitor.domain.morning import next_morning
from monitor.domain.subscription import Channel, Mode, Subscription, SubscriptionState
from monitor.domain.suppression import Weather, is_held, weather
from monitor.domain.tidings import TROUBLE
from monitor.storage import bulletins
from monitor.storage.audience import audience
from monitor.storage.bells import Channel as Bell
from monitor.storage.bulk import execute_many
from monitor.storage.codec import event_of, incident_of
from monitor.storage.correspondence import DELIVERY, HELD, SUBSCRIPTION
from monitor.storage.engine import Transaction
from monitor.storage.moment import micros
from monitor.storage.subscription_form import subscription_of
from monitor.storage.tables import EVENT, INCIDENT

GATHER = timedelta(seconds=0.5)
"""What people read waits so long for what else happens in the same place: one message then.
Two batches of the record fit in it."""
GATHERED = frozenset({Channel.MAIL, Channel.CHAT})

RESOLVED_BY = {
    resolving: frozenset(opening for opening, by in OPENS.items() if by is resolving)
    for resolving in OPENS.values()
}

_NAMES = (
    *("id", "subscription", "kind", "event", "round", "story", "channel", "lane"),
    *("created_at", "due_at", "attempts", "state"),
)
_INSERT = insert(DELIVERY).values({name: bindparam(name) for name in _NAMES}).inline()


class Told(NamedTuple):
    number: int
    event: Event


def post(connection: Connection, tx: Transaction, told: Sequence[Told]) -> None:
    """Owe what was just told to whoever wants it; what is suppressed waits."""
    everyone = audience(connection, tx)
    now = None
    for one in told:
        if one.event.type in TROUBLE:
            now = now or _weather(connection)
            if is_held(one.event, now, one.event.at):
                connection.execute(insert(HELD), {"event": one.number, "at": one.event.at})
                continue
        owe(connection, tx, one, _hearers(connection, everyone, one))


def release(connection: Connection, tx: Transaction, at: datetime) -> None:
    """Owe what was held back, where that is over and it is open still."""
    joined = select(EVENT).join(HELD, HELD.c.event == EVENT.c.number)
    asked = joined.order_by(EVENT.c.number).with_for_update(of=HELD, skip_locked=True)
    held = connection.execute(asked).all()
    if not held:
        return
    everyone, now = audience(connection, tx), _weather(connection)
    for row in held:
        one = Told(row.number, event_of(row))
        if not is_held(one.event, now, at):
            connection.execute(delete(HELD).where(HELD.c.event == one.number))
            owe(connection, tx, one, everyone.listeners(one.event))


def _hearers(connection: Connection, everyone: Audience, one: Told) -> Iterable[Subscription]:
    """Who wants it, and who was told what it resolves, whatever they want by now."""
    wanting = everyone.listeners(one.event)
    if one.event.type not in RESOLVED_BY:
        return wanting
    openings = _openings(connection, one)
    unheard = connection.execute(delete(HELD).where(HELD.c.event.in_(openings))).rowcount
    _remind_no_more(connection, openings, one.event.at)
    told = {subscription.id: subscription for subscription in _told(connection, openings)}
    if not unheard:  # else it was over before anybody was told
        told.update((subscription.id, subscription) for subscription in wanting)
    return told.values()


def _openings(connection: Connection, one: Told) -> list[int]:
    """What it resolves: the openings of the same story since that was resolved before."""
    its, event = EVENT.c, one.event
    before = select(func.coalesce(func.max(its.number), 0)).where(
        its.story == event.story, its.type == event.type.value, its.number < one.number
    )
    openers = [kind.value for kind in RESOLVED_BY[event.type]]
    asked = select(its.number).where(
        its.story == event.story,
        its.type.in_(openers),
        its.number > before.scalar_subquery(),
        its.number < one.number,
    )
    return [*connection.execute(asked).scalars()]


def _told(connection: Connection, openings: Sequence[int]) -> list[Subscription]:
    its = DELIVERY.c
    owed = select(its.subscription).where(
        its.event.in_(openings),
        its.kind.in_([DeliveryKind.EVENT.value, DeliveryKind.DIGEST.value]),
    )
    asked = select(SUBSCRIPTION).where(
        SUBSCRIPTION.c.id.in_(owed), SUBSCRIPTION.c.state == SubscriptionState.ACTIVE.value
    )
    return [subscription_of(row) for row in connection.execute(asked)]


def _remind_no_more(connection: Connection, openings: Sequence[int], at: datetime) -> None:
    its = DELIVERY.c
    connection.execute(
        update(DELIVERY)
        .where(
            its.event.in_(openings),
            its.kind == DeliveryKind.REMINDER.value,
            its.state == DeliveryState.WAITING.value,
        )
        .values(state=DeliveryState.DROPPED.value, settled_at=at, claim=None)
    )


def owe(
    connection: Connection, tx: Transaction, one: Told, hearers: Iterable[Subscription]
) -> None:
    rows = [_row(one, subscription) for subscription in hearers]
    if rows:
        execute_many(connection, _INSERT, _NAMES, rows)
        tx.notify(Bell.DELIVERIES)


def _row(one: Told, to: Subscription) -> tuple[Any, ...]:
    """In the order of `_NAMES`."""
    daily, at = to.mode is Mode.DAILY, one.event.at
    soon = at + GATHER if to.channel in GATHERED else at
    return (
        token_hex(16),
        to.id,
        DeliveryKind.DIGEST.value if daily else DeliveryKind.EVENT.value,
        one.number,
        0,
        one.event.story,
        to.channel.value,
        lane_of(to),
        micros(at),
        micros(next_morning(at) if daily else soon),
        0,
        DeliveryState.WAITING.value,
    )


def _weather(connection: Connection) -> Weather:
    asked = select(INCIDENT).where(
        INCIDENT.c.resolved_at.is_(None), INCIDENT.c.kind != IncidentKind.TARGET.value
    )
    incidents = [incident_of(row) for row in connection.execute(asked)]
    return weather(incidents, Roster(bulletins.planned(connection)))
