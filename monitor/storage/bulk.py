"""Many rows through one statement, without a dictionary per row."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Connection, Dialect
from sqlalchemy.sql.dml import UpdateBase

T = TypeVar("T")

PART = 5_000
"""Rows named in one statement: PostgreSQL takes 32,767 values, SQLite one fewer; and the event
loop stands still while they are taken over."""


def parts(of: Iterable[T], size: int = PART) -> Iterator[list[T]]:
    """All of them, in their order, at most `size` at a time; none: no part."""
    rest = iter(of)
    while part := list(islice(rest, size)):
        yield part


def execute_many(
    connection: Connection,
    statement: UpdateBase,
    names: tuple[str, ...],
    rows: Sequence[tuple[Any, ...]],
) -> None:
    """Run `statement` once per row of raw values, in the order of its parameters' `names`.

    Nothing converts the values: moments come as whole microseconds. Half the cost of
    handing dictionaries to SQLAlchemy, on the one road where that counts.
    """
    text, order = _compiled(statement, connection.dialect)
    assert order == names, f"the statement wants {order}"
    connection.exec_driver_sql(text, list(rows))


@cache  # a handful of module-level statements, and one dialect per process
def _compiled(statement: UpdateBase, dialect: Dialect) -> tuple[str, tuple[str, ...]]:
    compiled = statement.compile(dialect=dialect)
    return str(compiled), tuple(compiled.positiontup or ())
