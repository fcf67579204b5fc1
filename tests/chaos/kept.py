"""What the database holds, read beside the process that serves it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Connection, Row, select

from monitor.storage.engine import Database
from monitor.storage.tables import CHECK, MISSED, OBSERVATION, SIGHTING

T = TypeVar("T")


class Answer(NamedTuple):
    check: str
    slot: datetime
    outcome_class: str


async def asked(url: str, question: Callable[[Connection], T]) -> T:
    database = await Database.open(url, migrate=False, exclusive=False)
    try:
        async with database.read() as tx:
            return await tx.run(question)
    finally:
        await database.close()


async def answers(url: str) -> list[Answer]:
    statement = select(CHECK.c.id, OBSERVATION.c.slot, OBSERVATION.c.outcome_class).join(
        CHECK, CHECK.c.key == OBSERVATION.c.check_key
    )
    return await asked(
        url, lambda connection: [Answer(*row) for row in connection.execute(statement)]
    )


async def holes(url: str) -> list[Row[Any]]:
    """The slots that count as missed."""
    return await asked(url, lambda connection: [*connection.execute(select(MISSED))])


async def sightings(url: str) -> list[Row[Any]]:
    return await asked(url, lambda connection: [*connection.execute(select(SIGHTING))])
