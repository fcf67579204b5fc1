"""A monitor of the simulator: it makes 90 days of history first, then watches on."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import perf_counter

from httpx2 import AsyncClient
from structlog.stdlib import get_logger

from monitor.board import Progress
from monitor.bootstrap import Monitor, Works, connected, watching
from monitor.domain.observation import Observation
from monitor.domain.pace import paced
from monitor.front_door import Settings, utc_now
from monitor.scheduling.timelapse import Journey, Pace, Remote, SettableClock, Timelapse
from monitor.storage.rollup import roll

STEP = timedelta(hours=2)
PACE = 15.0
"""Simulated seconds in a real one while history is made: answers come 15 times as fast."""
ROLL_UP = timedelta(days=1)
MONTH = timedelta(days=30)
FAST_STEP = timedelta(hours=1)
BREATH = timedelta(minutes=5) / (MONTH / FAST_STEP)
"""Real time for one fast step: a month goes by in five minutes."""

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Show:
    """What to demonstrate; `secrets` are what the catalogue refers to as env:."""

    settings: Settings
    control: str  # where the simulator is told what time it is
    secrets: dict[str, str]
    anchor: datetime  # where history ends
    history: timedelta
    fast: bool


@asynccontextmanager
async def demonstrate(show: Show) -> AsyncIterator[Monitor]:
    """The page is up at once, and says how far the history is."""
    clock, pace = SettableClock(utc_now), Pace(perf_counter)
    async with (
        connected(show.settings, clock=clock, timer=pace, secrets=show.secrets) as works,
        AsyncClient(trust_env=False) as http,
    ):
        stage = _Stage(show, works, clock, pace, Remote(http, show.control))
        begin = show.anchor - show.history
        clock.set(begin)
        works.board.progress = Progress(begin, begin, show.anchor)
        playing = asyncio.create_task(stage.play())
        playing.add_done_callback(_confess)
        try:
            yield works.monitor
        finally:
            playing.cancel()
            with suppress(asyncio.CancelledError):
                await playing


class _Stage:
    def __init__(
        self, show: Show, works: Works, clock: SettableClock, pace: Pace, remote: Remote
    ) -> None:
        self._show = show
        self._works = works
        self._clock = clock
        self._pace = pace
        self._remote = remote
        self._rolled = show.anchor - show.history

    async def play(self) -> None:
        show, board = self._show, self._works.board
        real = self._works.catalogue.landscape
        checks = tuple(probe.id for probe in real.probes.values() if probe.asked)
        travelling = Timelapse(
            clock=self._clock,
            pace=self._pace,
            remote=self._remote,
            ask=self._works.asker.ask,
            record=self._record,
            passed=self._passed,
        )
        board.replan(paced(real, STEP))
        past = Journey(show.anchor - show.history, show.anchor, STEP, PACE)
        await travelling.travel(past, checks)
        await self._works.household.roll_up()
        board.progress = None
        if show.fast:
            board.replan(paced(real, FAST_STEP))
            future = Journey(
                show.anchor + FAST_STEP,
                datetime.max.replace(tzinfo=show.anchor.tzinfo),
                FAST_STEP,
                PACE,
                BREATH,
            )
            await travelling.travel(future, checks)
            return
        await self._remote.tell(None, 1.0)
        self._pace.factor = 1.0
        self._clock.release()
        board.replan(real)
        async with watching(self._works):
            await asyncio.Event().wait()

    async def _record(self, batch: Sequence[Observation]) -> None:
        recorded = await self._works.recorder.record(batch)
        at = self._clock()
        self._works.show(recorded, at)

    async def _passed(self, now: datetime) -> None:
        board = self._works.board
        if board.progress:
            board.progress = Progress(board.progress.begin, now, board.progress.end)
        if now - self._rolled >= ROLL_UP:
            self._rolled = now
            await roll(self._works.monitor.database, now, board.landscape)
        await self._works.crier.tell_of_gates(now)  # the clock may be steps ahead already


def _confess(playing: asyncio.Task[None]) -> None:
    if not playing.cancelled() and (error := playing.exception()):
        log.error("the demonstration broke off", exc_info=error)
