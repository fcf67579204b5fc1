"""How each story that was told stands: open, or just over."""

from datetime import datetime

from sqlalchemy import Connection, func, or_, select

from monitor.domain.event import OPENS, Event
from monitor.storage.codec import event_of
from monitor.storage.engine import Transaction
from monitor.storage.tables import EVENT

_OPENING = tuple(kind.value for kind in OPENS)
_ENDING = tuple({kind.value for kind in OPENS.values()})


class Stories:
    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def standing(self, since: datetime) -> list[Event]:
        """The newest opening of every story that is open, and the ending of what ended `since`."""
        return await self._tx.run(lambda connection: _standing(connection, since))


def _standing(connection: Connection, since: datetime) -> list[Event]:
    its = EVENT.c
    last = (
        select(func.max(its.number).label("number"))
        .where(its.type.in_((*_OPENING, *_ENDING)))
        .group_by(func.coalesce(func.nullif(its.story, ""), its.key))
        .subquery()
    )
    asked = select(EVENT).join(last, last.c.number == its.number).order_by(its.number)
    matters = or_(its.type.in_(_OPENING), its.at >= since)
    return [event_of(row) for row in connection.execute(asked.where(matters))]
