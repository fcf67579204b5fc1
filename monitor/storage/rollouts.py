"""Rollouts, each kept as one text beside what it is looked up by."""

from collections.abc import Sequence

from sqlalchemy import Connection, select

from monitor.domain.landscape import LineId
from monitor.domain.rollout import Rollout
from monitor.storage.forms import rollout_fields, rollout_of
from monitor.storage.keys import replacing
from monitor.storage.newest import newest
from monitor.storage.page import Page
from monitor.storage.registers import ROLLOUT

_ORDER = ROLLOUT.c.opened_at, ROLLOUT.c.id


def keep(connection: Connection, rollouts: Sequence[Rollout]) -> None:
    connection.execute(replacing(connection, ROLLOUT), [rollout_fields(one) for one in rollouts])


def page(
    connection: Connection,
    line: LineId | None,
    cursor: str | None,
    limit: int,
    *,
    open_only: bool,
) -> Page[Rollout]:
    """Newest first."""
    asked = select(ROLLOUT)
    if line:
        asked = asked.where(ROLLOUT.c.line == str(line))
    if open_only:
        asked = asked.where(ROLLOUT.c.done_at.is_(None))
    rows, following = newest(connection, asked, _ORDER, cursor, limit)
    return Page(tuple(map(rollout_of, rows)), following)


def open_ones(connection: Connection, line: LineId | None = None) -> list[Rollout]:
    """Oldest first."""
    asked = select(ROLLOUT).where(ROLLOUT.c.done_at.is_(None)).order_by(*_ORDER)
    if line:
        asked = asked.where(ROLLOUT.c.line == str(line))
    return [rollout_of(row) for row in connection.execute(asked)]


def every(connection: Connection) -> list[Rollout]:
    """Oldest first."""
    rows = connection.execute(select(ROLLOUT).order_by(*_ORDER))
    return [rollout_of(row) for row in rows]


def one(connection: Connection, id_: str) -> Rollout | None:
    row = connection.execute(select(ROLLOUT).where(ROLLOUT.c.id == id_)).first()
    return rollout_of(row) if row else None
