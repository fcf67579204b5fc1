"""Whether those who share a database have the same time."""

from collections.abc import Callable
from datetime import datetime, timedelta

from monitor.refusal import Refusal
from monitor.storage.engine import Database
from monitor.storage.seat import time_there

TOLERATED = timedelta(seconds=60)
"""How far ours may differ from the database's while we lead: slots are moments of our clock."""


class ClockError(Refusal):
    """Our clock and the database's are too far apart to work together."""


async def ahead(database: Database, clock: Callable[[], datetime]) -> timedelta:
    """By how much our clock is ahead of the database's; none where it is a file of ours."""
    if not database.is_shared:
        return timedelta()
    async with database.read() as tx:
        asked = clock()
        there = await tx.run(time_there)
        return asked + (clock() - asked) / 2 - there


async def same_time(database: Database, clock: Callable[[], datetime]) -> None:
    """`ClockError` when what we see and show would be told with a wrong time."""
    skew = await ahead(database, clock)
    if abs(skew) > TOLERATED:
        how = "ahead of" if skew > timedelta() else "behind"
        raise ClockError(
            f"Our clock is {abs(skew).total_seconds():.0f} s {how} that of the database "
            f"{database.place}; set whichever is wrong (timedatectl), then start again."
        )
