"""What goes out together, and what must wait for something else."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, func, select, tuple_, update

from monitor.domain.delivery import DeliveryKind, DeliveryState
from monitor.domain.event import Event
from monitor.domain.subscription import Channel
from monitor.storage.codec import event_of
from monitor.storage.correspondence import DELIVERY
from monitor.storage.deliveries import with_keys
from monitor.storage.posting import GATHERED
from monitor.storage.tables import EVENT

LONGEST = 200
"""Events in one message."""
BLOCKED = timedelta(seconds=1)
"""The least pause of what must wait for another; all of it, where that is being sent."""

_ITS = DELIVERY.c
_PUT_OFF = (
    update(DELIVERY)
    .where(_ITS.number == bindparam("its_number"))
    .values(due_at=bindparam("its_due"))
)
WAITS = _ITS.state == DeliveryState.WAITING.value
STILL_WAITS = func.coalesce(_ITS.state, "") == DeliveryState.WAITING.value
"""The same, where the index of all that waits must not be taken for the way to a few of them."""


def ours(asked: Select[Any]) -> Select[Any]:
    """Locked for us; what another locked is left to it."""
    return asked.with_for_update(of=DELIVERY, skip_locked=True)


def unblocked(connection: Connection, due: Sequence[Row[Any]], now: datetime) -> list[Row[Any]]:
    """Without those of whose story an earlier one waits; they are due when that one is."""
    first_tries = [
        row.number for row in due if row.kind == DeliveryKind.EVENT.value and not row.attempts
    ]
    blockers = _blockers(connection, first_tries) if first_tries else {}
    if not blockers:
        return [*due]
    asked = select(_ITS.number, _ITS.due_at).where(
        _ITS.number.in_(blockers.values()), _ITS.claim.is_(None)
    )
    due_at = {row.number: row.due_at for row in connection.execute(asked)}
    later = [
        {"its_number": number, "its_due": max(due_at.get(blocker, now), now + BLOCKED)}
        for number, blocker in blockers.items()
    ]
    connection.execute(_PUT_OFF, later)  # at once: they are locked meanwhile
    return [row for row in due if row.number not in blockers]


def _blockers(connection: Connection, numbers: Sequence[int]) -> dict[int, int]:
    """By those that must wait, the first that waits of the same story."""
    its = DELIVERY.alias().c
    first = (
        select(func.min(its.number))
        .where(
            its.subscription == _ITS.subscription,
            its.story == _ITS.story,
            its.kind == DeliveryKind.EVENT.value,
            func.coalesce(its.state, "") == DeliveryState.WAITING.value,
        )
        .correlate(DELIVERY)
        .scalar_subquery()
    )
    asked = select(_ITS.number, first).where(_ITS.number.in_(numbers))
    return {number: least for number, least in connection.execute(asked) if least < number}


def messages(
    connection: Connection, leads: Sequence[Row[Any]], now: datetime
) -> Iterator[list[Row[Any]]]:
    """Each lead with what goes out beside it."""
    taken: set[int] = set()
    for lead in leads:
        if lead.number in taken:
            continue
        message = [lead]
        if lead.lead is not None:
            asked = with_keys().where(WAITS, _ITS.lead == lead.id, _ITS.id != lead.id)
            message += connection.execute(asked.order_by(_ITS.number))
        elif Channel(lead.channel) in GATHERED and lead.event is not None:
            message += _beside(connection, lead, now)
        taken.update(row.number for row in message)
        yield message


def _beside(connection: Connection, lead: Row[Any], now: datetime) -> list[Row[Any]]:
    """What is due to the same subscription of the same place; in a digest, of every place."""
    if lead.kind == DeliveryKind.REMINDER.value:
        return []
    asked = with_keys().where(
        WAITS,
        _ITS.subscription == lead.subscription,
        _ITS.kind == lead.kind,
        _ITS.due_at <= now,
        _ITS.number > lead.number,
        _ITS.lead.is_(None),
        _ITS.attempts == 0,
    )
    ordered = asked.order_by(_ITS.number).limit(LONGEST - 1)
    rows = connection.execute(ours(ordered)).all()
    if lead.kind == DeliveryKind.DIGEST.value:
        return [*rows]
    here = _place(lead.event_subject)
    return unblocked(connection, [row for row in rows if _place(row.event_subject) == here], now)


def _place(subject: str) -> str:
    """The environment, or what else the subject ends in."""
    return subject.rpartition("@")[2]


def events_of(connection: Connection, messages: Sequence[Sequence[Row[Any]]]) -> dict[int, Event]:
    numbers = {row.event for rows in messages for row in rows if row.event is not None}
    asked = select(EVENT).where(EVENT.c.number.in_(numbers))
    return {row.number: event_of(row) for row in connection.execute(asked)} if numbers else {}


def opened(
    connection: Connection, messages: Sequence[Sequence[Row[Any]]]
) -> dict[tuple[str, str], str]:
    """By subscription and story, the id of the first message of that story."""
    stories = {
        (lead.subscription, lead.story)
        for lead, *_ in messages
        if lead.event is not None and Channel(lead.channel) in GATHERED
    }
    if not stories:
        return {}
    story = _ITS.subscription, _ITS.story
    asked = (
        select(*story, func.coalesce(_ITS.lead, _ITS.id))
        .where(tuple_(*story).in_(stories), _ITS.kind == DeliveryKind.EVENT.value)
        .order_by(_ITS.number.desc())
    )
    return {(row[0], row[1]): row[2] for row in connection.execute(asked)}
