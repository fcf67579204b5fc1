"""What is owed to whom, what became of it, and every try."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, func, select

from monitor.domain.delivery import Delivery, DeliveryKind, DeliveryState
from monitor.domain.event import Event
from monitor.storage.codec import event_of
from monitor.storage.correspondence import ATTEMPT, DELIVERY
from monitor.storage.newest import newest
from monitor.storage.page import Page
from monitor.storage.tables import EVENT

_ORDER = DELIVERY.c.created_at, DELIVERY.c.number


@dataclass(frozen=True, slots=True)
class Attempt:
    """`fate` is the courier's; `trouble` says why it was not taken, without secrets."""

    at: datetime
    fate: str
    trouble: str | None
    seconds: float


def page(
    connection: Connection,
    subscription: str | None,
    state: DeliveryState | None,
    cursor: str | None,
    limit: int,
) -> Page[Delivery]:
    """Newest first."""
    asked = with_keys().where(*_sought(subscription, state))
    rows, following = newest(connection, asked, _ORDER, cursor, limit)
    return Page(tuple(map(delivery_of, rows)), following)


def one(connection: Connection, id_: str) -> Delivery | None:
    row = connection.execute(with_keys().where(DELIVERY.c.id == id_)).first()
    return delivery_of(row) if row else None


def told(connection: Connection, keys: Collection[str]) -> dict[str, Event]:
    """The events of these keys, as far as they are kept."""
    asked = select(EVENT).where(EVENT.c.key.in_(keys))
    return {row.key: event_of(row) for row in connection.execute(asked)} if keys else {}


def attempts(connection: Connection, ids: Collection[str]) -> dict[str, list[Attempt]]:
    """Of each of these, oldest first."""
    lead = func.coalesce(DELIVERY.c.lead, DELIVERY.c.id)
    asked = (
        select(DELIVERY.c.id.label("of"), ATTEMPT)
        .join(ATTEMPT, ATTEMPT.c.delivery == lead)
        .where(DELIVERY.c.id.in_(ids))
        .order_by(ATTEMPT.c.number)
    )
    found: dict[str, list[Attempt]] = {id_: [] for id_ in ids}
    for row in connection.execute(asked):
        found[row.of].append(Attempt(row.at, row.fate, row.trouble, row.seconds))
    return found


def with_keys() -> Select[Any]:
    """Deliveries, each with key and subject of the event that it tells: see `delivery_of`."""
    joined = DELIVERY.outerjoin(EVENT, EVENT.c.number == DELIVERY.c.event)
    told = EVENT.c.key.label("event_key"), EVENT.c.subject.label("event_subject")
    return select(DELIVERY, *told).select_from(joined)


def delivery_of(row: Row[Any]) -> Delivery:
    return Delivery(
        id=row.id,
        subscription=row.subscription,
        kind=DeliveryKind(row.kind),
        story=row.story,
        events=(row.event_key,) if row.event_key else (),
        created_at=row.created_at,
        due_at=row.due_at,
        attempts=row.attempts,
        state=DeliveryState(row.state),
        settled_at=row.settled_at,
        trouble=row.trouble,
    )


def _sought(subscription: str | None, state: DeliveryState | None) -> Iterator[ColumnElement[bool]]:
    if subscription:
        yield DELIVERY.c.subscription == subscription
    if state:
        yield DELIVERY.c.state == state.value
