"""What became of claims, kept where they are still whose they were, and what follows from it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, update

from monitor.domain.delivery import DeliveryKind, DeliveryState
from monitor.domain.event import OPENS, Event
from monitor.storage.bulk import parts
from monitor.storage.claiming import Claim
from monitor.storage.correspondence import ATTEMPT, DELIVERY
from monitor.storage.gathering import STILL_WAITS
from monitor.storage.tables import EVENT

_ITS = DELIVERY.c
_MINE = (_ITS.number == bindparam("its_number")) & (_ITS.claim == bindparam("its_claim"))
_TOLD: dict[str, Any] = {
    "state": bindparam("its_state"),
    "trouble": bindparam("its_trouble"),
    "claim": None,
}
_GOES_ON = update(DELIVERY).where(_MINE).values({**_TOLD, "due_at": bindparam("its_when")})
_ENDS = update(DELIVERY).where(_MINE).values({**_TOLD, "settled_at": bindparam("its_when")})
_LATER = DELIVERY.alias("later")
_NEED_NOT_WAIT = (
    update(DELIVERY)
    .where(
        _ITS.number.in_(
            select(_LATER.c.number)
            .where(
                _LATER.c.subscription == bindparam("its_subscription"),
                _LATER.c.story == bindparam("its_story"),
                func.coalesce(_LATER.c.state, "") == DeliveryState.WAITING.value,
                _LATER.c.kind == DeliveryKind.EVENT.value,
                _LATER.c.attempts == 0,
                _LATER.c.due_at > bindparam("its_due"),
            )
            .with_for_update(of=_LATER, skip_locked=True)
        )
    )
    .values(due_at=bindparam("its_due"))
)
"""What another process is putting off this moment is left alone: it looks again soon, and that
process may be frozen."""


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

    @property
    def waits(self) -> bool:
        return self.state is DeliveryState.WAITING


def settle(connection: Connection, settlements: Sequence[Settlement]) -> list[bool]:
    """Of each whether it was ours still."""
    holders = _holders(connection, settlements)
    kept = [
        any(holders.get(number) == one.claim.token for number in one.claim.numbers)
        for one in settlements
    ]
    mine = [one for one, is_kept in zip(settlements, kept, strict=True) if is_kept]
    for waits, statement in ((True, _GOES_ON), (False, _ENDS)):
        rows = [row for one in mine if one.waits is waits for row in _rows(one)]
        if rows:
            connection.execute(statement, rows)
    if mine:
        connection.execute(insert(ATTEMPT), [*map(_attempt, mine)])
    if ended := [one for one in mine if not one.waits]:
        _let_go_on(connection, ended)
    for one in mine:
        if one.remind_at:
            _remind(connection, one)
    return kept


def _holders(connection: Connection, settlements: Sequence[Settlement]) -> dict[int, str]:
    """By number, whose claim it is; locked in one order, so that two who settle do not embrace."""
    holders: dict[int, str] = {}
    for numbers in parts(sorted({number for one in settlements for number in one.claim.numbers})):
        asked = select(DELIVERY.c.number, DELIVERY.c.claim)
        asked = asked.where(DELIVERY.c.number.in_(numbers), STILL_WAITS)
        locked = asked.order_by(DELIVERY.c.number).with_for_update()
        holders |= {row.number: row.claim for row in connection.execute(locked)}
    return holders


def _rows(one: Settlement) -> Iterator[dict[str, object]]:
    told = {"its_state": one.state.value, "its_trouble": one.trouble, "its_claim": one.claim.token}
    when = one.due_at if one.waits else one.at
    for number in one.claim.numbers:
        yield {"its_number": number, "its_when": when, **told}


def _attempt(one: Settlement) -> dict[str, object]:
    return {
        "delivery": one.claim.delivery.id,
        "at": one.at,
        "fate": one.fate,
        "trouble": one.trouble,
        "seconds": one.seconds,
    }


def _let_go_on(connection: Connection, ended: Sequence[Settlement]) -> None:
    """What was told later of the same stories need wait no longer."""
    stories = {
        (one.claim.subscription.id, event.story): one.at
        for one in ended
        for event in one.claim.events
    }
    rows = [
        {"its_subscription": subscription, "its_story": story, "its_due": at}
        for (subscription, story), at in stories.items()
    ]
    if rows:
        connection.execute(_NEED_NOT_WAIT, rows)


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
