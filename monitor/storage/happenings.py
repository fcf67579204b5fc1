"""What was told lately, of one place or of all."""

from sqlalchemy import ColumnElement, Connection, not_, or_, select, true

from monitor.domain.event import EVERYWHERE, Event, Reach
from monitor.storage.codec import event_of
from monitor.storage.tables import EVENT

SUBJECT = EVENT.c.subject


def newest(connection: Connection, about: Reach, limit: int) -> list[Event]:
    """Newest first, without operators' notices. What names more than one place is in each."""
    asked = select(EVENT).where(
        not_(EVENT.c.type.startswith("notice.")), _lines(about), _environments(about)
    )
    found = connection.execute(asked.order_by(EVENT.c.number.desc()).limit(limit))
    return [event_of(row) for row in found]


def _lines(about: Reach) -> ColumnElement[bool]:
    if not (about.lines or about.interfaces):
        return true()
    named = [
        *(str(line) == SUBJECT for line in about.lines),
        *(SUBJECT.startswith(f"{line}@", autoescape=True) for line in about.lines),
        *(SUBJECT.startswith(f"{one}/", autoescape=True) for one in about.interfaces),
    ]
    return or_(*named, not_(SUBJECT.contains("/")))


def _environments(about: Reach) -> ColumnElement[bool]:
    if not about.environments:
        return true()
    named = [
        *(one == SUBJECT for one in about.environments),
        *(SUBJECT.endswith(f"@{one}", autoescape=True) for one in about.environments),
    ]
    several = not_(SUBJECT.contains("@")) & (SUBJECT.contains("/") | (SUBJECT == EVERYWHERE))
    return or_(*named, several)
