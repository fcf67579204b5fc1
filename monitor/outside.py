"""What operators hear of us outside the page: their channels kept in line, and a sign of life."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from structlog.stdlib import get_logger

from monitor.alerts import operators
from monitor.alerts.heartbeat import is_alive
from monitor.board import Board
from monitor.couriers import Couriers
from monitor.domain.landscape import CheckId
from monitor.scheduling.upkeep import Chore
from monitor.storage.engine import Database
from monitor.storage.stories import Stories

EVERY_HOUR = timedelta(hours=1)
EVERY_MINUTE = timedelta(minutes=1)
SOON = timedelta(seconds=1)
ENDED = timedelta(minutes=15)
"""For so long an Alertmanager is told again that something ended, should it have missed it."""
NEVER = datetime.min.replace(tzinfo=UTC)

log = get_logger(__name__)


class Outside:
    """Chores of the one process that leads; `arrived` hears of each sign of life that did."""

    def __init__(
        self,
        database: Database,
        board: Board,
        clock: Callable[[], datetime],
        couriers: Couriers,
        *,
        arrived: Callable[[datetime], None],
    ) -> None:
        self._database = database
        self._board = board
        self._clock = clock
        self._couriers = couriers
        self._arrived = arrived

    def chores(self) -> Iterator[Chore]:
        yield "operators", self.keep_channels, EVERY_HOUR, SOON
        if self._couriers.alertmanagers:
            yield "alertmanagers", self.keep_alerts, EVERY_MINUTE, EVERY_MINUTE
        if self._couriers.heartbeat:
            yield "heartbeat", self.beat, EVERY_MINUTE, EVERY_MINUTE

    async def keep_channels(self) -> None:
        """Let those of the configuration be told, and those that were in it no more."""
        now = self._clock()
        told = self._couriers
        wished = operators.wished(told.chats, told.alertmanagers, told.language, now)
        await operators.keep(self._database, [*wished], now)

    async def keep_alerts(self) -> None:
        """Tell Alertmanagers again what is open: they forget."""
        now = self._clock()
        async with self._database.read() as tx:
            newest = await Stories(tx).standing(now - ENDED)
        await self._couriers.alertmanager.keep(newest, now)

    async def beat(self) -> None:
        """Give a sign of life, if this is one."""
        heartbeat = self._couriers.heartbeat
        if heartbeat is None:
            return
        if not self._is_alive():
            log.warning("gave no sign of life: nothing new was recorded")
        elif trouble := await heartbeat.beat():
            log.warning("the sign of life did not arrive", trouble=trouble)
        else:
            self._arrived(self._clock())

    def _is_alive(self) -> bool:
        """What stands on the board was asked, and is committed."""
        asked = {id_ for id_, probe in self._board.landscape.probes.items() if probe.asked}
        recorded = (
            check.last_at or NEVER
            for standing in self._board.standings.values()
            for name, check in standing.checks.items()
            if CheckId(standing.target, name) in asked
        )
        often = min(self._board.landscape.intervals.values(), default=timedelta())
        return is_alive(self._clock(), max(recorded, default=NEVER), often)
