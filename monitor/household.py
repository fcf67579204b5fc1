"""Keeping house: one process sums up, makes room and forgets, for all that share a database."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from monitor.board import Board
from monitor.desk.privacy import forget
from monitor.scheduling.upkeep import Chore
from monitor.storage.engine import Database
from monitor.storage.partitions import make_days
from monitor.storage.retention import Keep, prune
from monitor.storage.rollup import roll

ROLL_UP = timedelta(minutes=5)
PRUNE = timedelta(days=1)
MAKE_DAYS = timedelta(hours=1)
FORGET = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


class Household:
    """Chores of the one process that leads."""

    def __init__(
        self, database: Database, board: Board, clock: Callable[[], datetime], kept: Keep
    ) -> None:
        self._database = database
        self._board = board
        self._clock = clock
        self._kept = kept

    def chores(self) -> Iterator[Chore]:
        yield "roll-up", self.roll_up, ROLL_UP, MINUTE
        yield "days", self.make_days, MAKE_DAYS, MINUTE
        yield "prune", self.keep_history_small, PRUNE, 2 * MINUTE
        yield "forget", self.forget_who_left, FORGET, 3 * MINUTE

    async def roll_up(self) -> None:
        await roll(self._database, self._clock(), self._board.landscape)

    async def make_days(self) -> None:
        await make_days(self._database, self._clock())

    async def keep_history_small(self) -> None:
        await prune(self._database, self._clock(), self._kept)

    async def forget_who_left(self) -> None:
        await forget(self._database, self._clock())
