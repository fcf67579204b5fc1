"""How long it is kept what was sent to whom: shorter than what happened, which stays for ever."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import ColumnElement, Connection, and_, delete, or_, select, true

from monitor.domain.delivery import DeliveryState
from monitor.domain.event import OPENS
from monitor.storage.correspondence import ATTEMPT, DELIVERY, LIMIT_COUNT
from monitor.storage.engine import Database
from monitor.storage.tables import EVENT

SETTLED = timedelta(days=30)
DEAD = timedelta(days=90)
"""What nobody took can be sent again for longer."""
COUNTED = timedelta(days=2)
PIECE = 5_000
"""Rows deleted in one transaction: others wait for its end."""


async def tidy(database: Database, now: datetime) -> None:
    """Delete what was settled long ago; never what tells who must hear that something ended."""
    for piece in (_attempts, _counts, _deliveries):
        more = True
        while more:
            async with database.begin() as tx:
                more = await tx.run(partial(piece, now))


def _attempts(now: datetime, connection: Connection) -> bool:
    its = ATTEMPT.c
    old = select(its.number).where(its.at < now - SETTLED).limit(PIECE)
    return connection.execute(delete(ATTEMPT).where(its.number.in_(old))).rowcount == PIECE


def _counts(now: datetime, connection: Connection) -> bool:
    connection.execute(delete(LIMIT_COUNT).where(LIMIT_COUNT.c.window < now - COUNTED))
    return False


def _deliveries(now: datetime, connection: Connection) -> bool:
    its, event = DELIVERY.c, EVENT.c
    joined = DELIVERY.outerjoin(EVENT, event.number == its.event)
    settled = [DeliveryState.DELIVERED.value, DeliveryState.DROPPED.value]
    old = or_(
        and_(its.state.in_(settled), its.settled_at < now - SETTLED),
        and_(its.state == DeliveryState.DEAD.value, its.settled_at < now - DEAD),
    )
    asked = select(its.number).select_from(joined).where(old, or_(*_over())).limit(PIECE)
    numbers = [*connection.execute(asked).scalars()]
    connection.execute(delete(DELIVERY).where(its.number.in_(numbers)))
    return len(numbers) == PIECE


def _over() -> Iterator[ColumnElement[bool]]:
    """It opened nothing, or what it opened was resolved."""
    event, later = EVENT.c, EVENT.alias()
    yield event.type.is_(None)
    yield event.type.not_in([opening.value for opening in OPENS])
    for opening, resolving in OPENS.items():
        resolved = select(true()).where(
            later.c.story == event.story,
            later.c.type == resolving.value,
            later.c.number > event.number,
        )
        yield and_(event.type == opening.value, resolved.exists())
