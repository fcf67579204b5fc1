"""Rows newest first, in parts; several may be of one moment."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Connection, Row, Select, type_coerce

from monitor.storage.moment import micros
from monitor.storage.page import cursor_of, place_of


def newest(
    connection: Connection,
    asked: Select[Any],
    order: tuple[Column[datetime], Column[Any]],
    cursor: str | None,
    limit: int,
) -> tuple[Sequence[Row[Any]], str | None]:
    """The rows of one part, and the cursor of the next; `BadCursor` when it is not ours.

    A cursor tells the moment of the last row, and how many of that moment were given out.
    """
    at, name = order
    last, given = place_of(cursor, 2) if cursor else (None, 0)
    if last is not None:
        asked = asked.where(type_coerce(at, BigInteger) <= last).offset(given)
    found = connection.execute(asked.order_by(at.desc(), name.desc()).limit(limit + 1)).all()
    rows = found[:limit]
    if len(found) <= limit or not rows:
        return rows, None
    moments = [micros(row._mapping[at]) for row in rows]  # noqa: SLF001  the documented way
    given = moments.count(moments[-1]) + (given if moments[-1] == last else 0)
    return rows, cursor_of(moments[-1], given)
