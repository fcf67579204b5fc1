"""What ended while nothing was sent to whoever was told that it began."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, and_, func, or_, select

from monitor.domain.delivery import DeliveryKind, DeliveryState
from monitor.domain.event import OPENS
from monitor.domain.subscription import Subscription
from monitor.storage.codec import event_of
from monitor.storage.correspondence import DELIVERY
from monitor.storage.engine import Transaction
from monitor.storage.owing import redeliver
from monitor.storage.posting import Told, owe
from monitor.storage.tables import EVENT

_ITS = DELIVERY.c
_TELLS = _ITS.kind.in_([DeliveryKind.EVENT.value, DeliveryKind.DIGEST.value])
_TURNS = [kind.value for pair in OPENS.items() for kind in pair]


def make_up(connection: Connection, tx: Transaction, to: Subscription, at: datetime) -> None:
    """Owe it the endings; what has begun anew since is left as it was told."""
    endings = _endings(connection, to)
    asked = select(_ITS.event, _ITS.id, _ITS.state).where(
        _ITS.subscription == to.id, _ITS.event.in_(endings), _TELLS
    )
    owed = {row.event: row for row in connection.execute(asked)}
    for row in connection.execute(select(EVENT).where(EVENT.c.number.in_(endings))).all():
        known = owed.get(row.number)
        if _is_open(connection, row.story):
            continue
        if known is None:
            owe(connection, tx, Told(row.number, replace(event_of(row), at=at)), [to])
        elif known.state in {DeliveryState.DROPPED.value, DeliveryState.DEAD.value}:
            redeliver(connection, known.id, at)


def _endings(connection: Connection, to: Subscription) -> Iterable[int]:
    """The first of each opening that arrived."""
    ending = EVENT.alias().c
    pairs = (
        and_(EVENT.c.type == opening.value, ending.type == resolving.value)
        for opening, resolving in OPENS.items()
    )
    first = (
        select(func.min(ending.number))
        .where(ending.story == EVENT.c.story, ending.number > EVENT.c.number, or_(*pairs))
        .correlate(EVENT)
        .scalar_subquery()
    )
    asked = (
        select(first)
        .select_from(DELIVERY.join(EVENT, EVENT.c.number == _ITS.event))
        .where(_ITS.subscription == to.id, _TELLS)
        .where(_ITS.state == DeliveryState.DELIVERED.value)
        .where(EVENT.c.type.in_([opening.value for opening in OPENS]))
    )
    return {number for number in connection.execute(asked).scalars() if number is not None}


def _is_open(connection: Connection, story: str) -> bool:
    turns = select(EVENT.c.type).where(EVENT.c.story == story, EVENT.c.type.in_(_TURNS))
    newest = connection.execute(turns.order_by(EVENT.c.number.desc()).limit(1)).scalar_one()
    return newest in {opening.value for opening in OPENS}
