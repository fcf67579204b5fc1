"""What is owed is claimed, sent by somebody else, and settled only by whose claim it still is."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select, update

from monitor.domain.delivery import DeliveryState
from monitor.domain.subscription import Channel
from monitor.storage import posting, settled
from monitor.storage.claiming import Claim, Room, Terms, take
from monitor.storage.correspondence import DELIVERY, HELD, SUBSCRIPTION
from monitor.storage.engine import Transaction
from monitor.storage.moment import Moment
from monitor.storage.settled import Settlement

__all__ = ["LEASE", "Claim", "Outbox", "Outstanding", "Room", "Settlement"]

LEASE = timedelta(seconds=30)
"""How long nobody else sends what was claimed (semantics.md, section 7)."""


@dataclass(frozen=True, slots=True)
class Outstanding:
    """How many wait, when the first of them is or was to be sent, and how many were given up."""

    count: int
    first_due: datetime | None
    dead: int


class Outbox:
    """Every method may raise `StorageError`; none commits."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def next_due(self, channels: Collection[Channel]) -> datetime | None:
        """When the next delivery of these channels is to be sent; None: nothing waits."""
        its = DELIVERY.c
        asked = select(func.min(its.due_at, type_=Moment)).where(
            its.state == DeliveryState.WAITING.value,
            its.channel.in_([channel.value for channel in channels]),
        )
        return await self._tx.run(lambda connection: connection.execute(asked).scalar_one())

    async def holds_back(self) -> bool:
        """Whether anything was told whose alert is suppressed still, as far as is known."""
        return await self._tx.run(
            lambda connection: connection.execute(select(HELD.c.event).limit(1)).first() is not None
        )

    async def outstanding(self) -> dict[Channel, Outstanding]:
        """What waits, digests and reminders of a later hour too; channels without are left out."""
        its = DELIVERY.c
        waits = its.state == DeliveryState.WAITING.value
        due = func.min(its.due_at, type_=Moment).filter(waits)
        asked = (
            select(its.channel, func.count().filter(waits), due, func.count().filter(~waits))
            .where(its.state.in_([DeliveryState.WAITING.value, DeliveryState.DEAD.value]))
            .group_by(its.channel)
        )

        def look(connection: Connection) -> dict[Channel, Outstanding]:
            rows = connection.execute(asked).all()
            return {Channel(row[0]): Outstanding(*row[1:]) for row in rows}

        return await self._tx.run(look)

    async def claim(
        self, now: datetime, room: Room, most: int, lease: timedelta = LEASE
    ) -> list[Claim]:
        """What is due, as far as there is room; each is counted as an attempt.

        A delivery waits for those of its story that were told before it. What was tried `most`
        times and never settled, so that it may be what kills whoever tries, is given up.
        """
        terms = Terms(now, lease, most)
        return await self._tx.run(lambda connection: take(connection, room, terms))

    async def settle(self, settlement: Settlement) -> bool:
        """Keep what became of a claim; False: it was lost, and nothing changes."""
        return (await self.settle_all([settlement]))[0]

    async def settle_all(self, settlements: Sequence[Settlement]) -> list[bool]:
        """The same of several, in a few statements however many they are."""
        return await self._tx.run(lambda connection: settled.settle(connection, settlements))

    async def failing(self, subscription: str, since: datetime | None) -> datetime | None:
        """Keep that its endpoint fails, or (None) that it does not; since when it does."""
        its = SUBSCRIPTION.c
        mine = its.id == subscription
        changed = its.failing_since.is_not(None) if since is None else its.failing_since.is_(None)

        def write(connection: Connection) -> datetime | None:
            connection.execute(
                update(SUBSCRIPTION).where(mine, changed).values(failing_since=since)
            )
            asked = select(its.failing_since).where(mine)
            found: datetime | None = connection.execute(asked).scalar_one_or_none()
            return found

        return await self._tx.run(write)

    async def give_up(self, subscription: str, at: datetime, trouble: str) -> None:
        """All that waits for it; it is kept, and can be sent again."""
        its = DELIVERY.c
        waiting = (its.subscription == subscription) & (its.state == DeliveryState.WAITING.value)
        dead = {"state": DeliveryState.DEAD.value, "settled_at": at, "trouble": trouble}
        await self._tx.run(
            lambda connection: connection.execute(
                update(DELIVERY).where(waiting).values({**dead, "claim": None})
            )
        )

    async def release(self, at: datetime) -> None:
        """Owe what was suppressed when it was told, where that is over."""
        await self._tx.run(lambda connection: posting.release(connection, self._tx, at))
