"""What one process tells of for all: gates that turn, days that come, silent locations."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from monitor.board import Board
from monitor.desk.almanac import Almanac
from monitor.desk.heralding import Herald, Scene
from monitor.desk.roll_call import RollCall
from monitor.scheduling.upkeep import Chore
from monitor.storage.engine import Database

LOOK = timedelta(seconds=5)


class Crier:
    """Looks at the board, and records as events what readers are to hear."""

    def __init__(self, database: Database, board: Board, clock: Callable[[], datetime]) -> None:
        self._board = board
        self._clock = clock
        self._roll_call = RollCall(database)
        self._herald = Herald(database)
        self._almanac = Almanac(database)

    def chores(self) -> Iterator[Chore]:
        yield "locations", self.call_the_roll, LOOK, LOOK
        yield "almanac", self.tell_what_time_brings, LOOK, LOOK

    async def call_the_roll(self) -> None:
        """Tell which of our locations fell silent, and which are heard again."""
        board = self._board
        await self._roll_call.look(board.landscape, board.standings, self._clock())

    async def tell_what_time_brings(self) -> None:
        """Tell of maintenance that starts or ends, and of support that does."""
        board = self._board
        await self._almanac.look(board.landscape, board.maintenance, self._clock())

    async def tell_of_gates(self, at: datetime | None = None) -> None:
        """Tell which gates opened, and which are open no more; `at` is now where not given."""
        board = self._board
        scene = Scene(
            landscape=board.landscape,
            standings=board.standings,
            findings=[*board.findings.values()],
            incidents=[*board.incidents.values()],
            bulletins=board.bulletins,
            rollouts=[*board.rollouts.values()],
            freezes=board.freezes,
        )
        await self._herald.look(scene, at or self._clock())
