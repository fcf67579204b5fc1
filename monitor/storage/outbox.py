"""What is owed is claimed, sent by somebody else, and settled only by whose claim it still is."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_hex

from sqlalchemy import Connection, func, insert, select, update

from monitor.domain.delivery import DeliveryKind, DeliveryState
from monitor.domain.event import OPENS, Event
from monitor.domain.subscription import Channel
from monitor.storage import posting
from monitor.storage.claiming import Claim, Room, Terms, take
from monitor.storage.correspondence import ATTEMPT, DELIVERY, HELD, SUBSCRIPTION
from monitor.storage.engine import Transaction
from monitor.storage.gathering import STILL_WAITS, ours
from monitor.storage.moment import Moment
from monitor.storage.tables import EVENT

__all__ = ["LEASE", "Claim", "Outbox", "Outstanding", "Room", "Settlement"]

LEASE = timedelta(seconds=30)
"""How long nobody else sends what was claimed (semantics.md, section 7)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What became of a claim. `due_at` is of the next try, where it goes on waiting."""

    claim: Claim
    at: datetime
    seconds: float  # that the try took
    fate: str
    trouble: str | None
    state: DeliveryState
    due_at: datetime | None = None
    remind_at: datetime | None = None  # tell once more what it opened, if that is open then


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
        return await self._tx.run(lambda connection: _settle(connection, settlement))

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


def _settle(connection: Connection, settlement: Settlement) -> bool:
    its, claim = DELIVERY.c, settlement.claim
    waits = settlement.state is DeliveryState.WAITING
    ours = its.number.in_(claim.numbers) & (its.claim == claim.token) & STILL_WAITS
    ended = {"state": settlement.state.value, "trouble": settlement.trouble, "claim": None}
    when = {"due_at": settlement.due_at} if waits else {"settled_at": settlement.at}
    if not connection.execute(update(DELIVERY).where(ours).values({**ended, **when})).rowcount:
        return False
    attempt = {
        "delivery": claim.delivery.id,
        "at": settlement.at,
        "fate": settlement.fate,
        "trouble": settlement.trouble,
        "seconds": settlement.seconds,
    }
    connection.execute(insert(ATTEMPT), attempt)
    if not waits:
        _let_go_on(connection, settlement)
    if settlement.remind_at:
        _remind(connection, settlement)
    return True


def _let_go_on(connection: Connection, settlement: Settlement) -> None:
    """What was told later of the same stories need wait no longer.

    What another process is putting off this moment is left alone: it looks again soon, and that
    process may be frozen.
    """
    its, claim = DELIVERY.c, settlement.claim
    later = select(its.number).where(
        its.subscription == claim.subscription.id,
        its.story.in_({event.story for event in claim.events}),
        STILL_WAITS,
        its.kind == DeliveryKind.EVENT.value,
        its.attempts == 0,
        its.due_at > settlement.at,
    )
    if numbers := connection.scalars(ours(later)).all():
        due = update(DELIVERY).where(its.number.in_(numbers)).values(due_at=settlement.at)
        connection.execute(due)


def _remind(connection: Connection, settlement: Settlement) -> None:
    """Once for each opening in the message that nothing has resolved since."""
    claim = settlement.claim
    openings = {event.key: event for event in claim.events if event.type in OPENS}
    if not openings:
        return
    told = select(EVENT).where(EVENT.c.key.in_(openings))
    for row in connection.execute(told).all():
        event = openings[row.key]
        resolved = select(EVENT.c.number).where(
            EVENT.c.story == event.story,
            EVENT.c.type == OPENS[event.type].value,
            EVENT.c.number > row.number,
        )
        if connection.execute(resolved).first() is None:
            _owe_reminder(connection, settlement, row.number, event)


def _owe_reminder(
    connection: Connection, settlement: Settlement, number: int, event: Event
) -> None:
    """In place of one of the same story that waits: its newest opening speaks for it."""
    its, claim, at = DELIVERY.c, settlement.claim, settlement.at
    to = claim.subscription
    story = (its.subscription == to.id) & (its.story == event.story)
    reminders = story & (its.kind == DeliveryKind.REMINDER.value)
    dropped = {"state": DeliveryState.DROPPED.value, "settled_at": at, "claim": None}
    connection.execute(update(DELIVERY).where(reminders, STILL_WAITS).values(dropped))
    rounds = select(func.count()).where(reminders, its.event == number)
    row = {
        "id": token_hex(16),
        "subscription": to.id,
        "kind": DeliveryKind.REMINDER.value,
        "event": number,
        "round": connection.execute(rounds).scalar_one() + 1,
        "story": event.story,
        "channel": to.channel.value,
        "lane": claim.lane,
        "created_at": at,
        "due_at": settlement.remind_at,
        "attempts": 0,
        "state": DeliveryState.WAITING.value,
    }
    connection.execute(insert(DELIVERY), row)
