"""What was told: in order, or lately of one place or of all."""

from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, not_, or_, select, true

from monitor.domain.event import EVERYWHERE, Event, Reach
from monitor.storage.codec import event_of
from monitor.storage.page import BadCursor, Page, cursor_of, place_of
from monitor.storage.tables import EVENT

SUBJECT = EVENT.c.subject
_PUBLIC = select(EVENT).where(not_(EVENT.c.type.startswith("notice.")))
"""What anybody may read: notices are for operators."""


def told(connection: Connection, after: str | None, limit: int) -> Page[Event]:
    return _page(connection, select(EVENT), after, limit)


def public(connection: Connection, after: str | None, limit: int) -> Page[Event]:
    return _page(connection, _PUBLIC, after, limit)


def newest(connection: Connection, about: Reach, limit: int) -> list[Event]:
    """Newest first, without operators' notices. What names more than one place is in each."""
    asked = _PUBLIC.where(_lines(about), _environments(about))
    found = connection.execute(asked.order_by(EVENT.c.number.desc()).limit(limit))
    return [event_of(row) for row in found]


def _page(connection: Connection, asked: Select[Any], after: str | None, limit: int) -> Page[Event]:
    (begin,) = place_of(after, 1) if after else (0,)
    following = asked.where(EVENT.c.number > begin).order_by(EVENT.c.number).limit(limit)
    rows = connection.execute(following).all()
    if not rows and begin > (connection.execute(select(func.max(EVENT.c.number))).scalar() or 0):
        raise BadCursor(  # who waited here for what comes next would miss all until then
            "this cursor lies ahead of all that was told, as after a backup was put back; "
            "leave it out to begin anew"
        )
    return Page(tuple(map(event_of, rows)), cursor_of(rows[-1].number) if rows else after)


def _lines(about: Reach) -> ColumnElement[bool]:
    if not (about.lines or about.interfaces):
        return true()
    named = [
        SUBJECT.in_([*map(str, about.lines)]),
        *(SUBJECT.startswith(f"{line}@", autoescape=True) for line in about.lines),
        *(SUBJECT.startswith(f"{one}/", autoescape=True) for one in about.interfaces),
    ]
    return or_(*named, not_(SUBJECT.contains("/")))


def _environments(about: Reach) -> ColumnElement[bool]:
    if not about.environments:
        return true()
    named = [
        SUBJECT.in_(about.environments),
        *(SUBJECT.endswith(f"@{one}", autoescape=True) for one in about.environments),
    ]
    several = not_(SUBJECT.contains("@")) & (SUBJECT.contains("/") | (SUBJECT == EVERYWHERE))
    return or_(*named, several)
