"""Takes what was seen and hands it to the record in batches; loses nothing in between."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from time import perf_counter
from typing import Protocol

from structlog.stdlib import get_logger

from monitor.domain.landscape import CheckId
from monitor.domain.observation import Missed, Observation
from monitor.recorder import Recorded
from monitor.scheduling.misses import Misses
from monitor.storage.fault import DiskFull, LeadershipLost, StorageError

EVERY = 0.25
"""Seconds for which a batch is gathered (performance.md: 0.25-1 s batches are right)."""
BATCH = 500
ROOM = 100_000
"""Observations kept while the database is away; at 200 a second that is 8 minutes."""
FIRST_PAUSE, LONGEST_PAUSE = 0.25, 5.0
"""Seconds between tries while the database is away; the longest is well below the 10 s
in which the first observation must be stored after it is back (reliability.md)."""
BEHIND = 5 * BATCH
"""Observations that wait although the database takes them: asking outruns recording."""
TRIES = 3
"""So often a batch is tried as a whole before we suspect that one of it is at fault."""

NO_ROOM = "the database was away for too long to keep the answer"
NOT_JUDGED = "the answer could not be recorded, by a fault of ours"

log = get_logger(__name__)


class Record(Protocol):
    """What the intake needs of the recorder. Raises StorageError while it cannot write."""

    async def record(self, batch: Sequence[Observation]) -> Recorded: ...
    async def miss(self, missed: Sequence[Missed]) -> None: ...


@dataclass(frozen=True, slots=True)
class Written:
    """One committed batch: what it concluded, what it held, how many seconds it took."""

    recorded: Recorded
    batch: Sequence[Observation]
    seconds: float


class Intake:
    """One batch at a time. `take` and `miss` return at once; `run` does the work.

    `told` hears what was committed, `troubled` why nothing can be; `alive` raises a
    StorageError when the database cannot be written at all.
    """

    def __init__(
        self,
        record: Record,
        told: Callable[[Written], None],
        troubled: Callable[[str], None],
        alive: Callable[[], Awaitable[None]],
        room: int = ROOM,
    ) -> None:
        self._record = record
        self._told = told
        self._troubled = troubled
        self._alive = alive
        self._room = room
        self._waiting: deque[Observation] = deque()
        self._hand: list[Observation] = []  # the batch being written
        self._tries = 0  # of that batch
        self._missed = Misses()
        self._telling = Misses()  # those being written
        self._faults: set[tuple[CheckId, str]] = set()  # of ours, logged already
        self._awaited: dict[int, asyncio.Future[bool]] = {}  # by identity; is it recorded
        self._away = False  # the database, at the last try
        self._came = asyncio.Event()  # something is there to be written, or it is time to stop
        self._ready = asyncio.Event()  # a full batch waits, or it is time to stop
        self._stopping = False
        self.dropped = 0

    @property
    def depth(self) -> int:
        """How many observations are not yet recorded."""
        return len(self._waiting) + len(self._hand)

    @property
    def behind(self) -> bool:
        """Whether asking more would only be dropped later; an outage is waited for instead."""
        return len(self._waiting) > BEHIND and not self._away

    def take(self, seen: Observation) -> None:
        if seen.outcome.trace:
            self._confess(seen)
        self._waiting.append(seen)
        self._came.set()
        if len(self._waiting) > self._room:
            self._lose(self._waiting.popleft(), NO_ROOM)
        if len(self._waiting) >= BATCH:
            self._ready.set()

    async def keep(self, seen: Observation) -> bool:
        """Take it, and return when it is recorded; False: it never will be."""
        done: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._awaited[id(seen)] = done
        try:
            self.take(seen)
            return await done
        finally:
            del self._awaited[id(seen)]

    def miss(self, missed: Missed) -> None:
        self._missed.add(missed)
        self._came.set()

    async def noted(self) -> None:
        """Return when all that was missed up to now is recorded."""
        if pending := self._missed or self._telling:
            await pending.over()

    async def run(self) -> None:
        """Write until told to stop and nothing waits any more."""
        pause = FIRST_PAUSE
        while not self._stopping or self.depth or self._missed:
            await self._gathered()
            try:
                await self._write()
            except LeadershipLost:  # it may be ours again before anybody else has led
                await asyncio.sleep(FIRST_PAUSE)
            except StorageError as error:
                self._away = True
                self._troubled(str(error))
                log.warning("nothing recorded", why=str(error), waiting=self.depth)
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)
            else:
                self._away, pause = False, FIRST_PAUSE

    def forget(self) -> int:
        """Drop what waits: another process has accounted for these slots. Gives how much it was."""
        lost = self.depth
        for seen in (*self._hand, *self._waiting):
            self._answer(seen, recorded=False)
        self._missed.end()
        self._hand, self._tries, self._missed = [], 0, Misses()
        self._waiting.clear()
        self.dropped += lost
        return lost

    def stop(self) -> None:
        """Let `run` end as soon as everything is written."""
        self._stopping = True
        self._came.set()
        self._ready.set()

    async def _gathered(self) -> None:
        """Wait for something to write, and then for what comes soon after it."""
        if not (self.depth or self._missed or self._stopping):
            self._came.clear()
            await self._came.wait()
        with suppress(TimeoutError):
            async with asyncio.timeout(EVERY):
                await self._ready.wait()

    async def _write(self) -> None:
        if not self._hand:
            size = min(BATCH, len(self._waiting))
            self._hand = [self._waiting.popleft() for _ in range(size)]
        if not self._stopping and len(self._waiting) < BATCH:
            self._ready.clear()
        if self._hand:
            await self._write_hand()
        if self._missed:
            await self._write_missed()

    async def _write_missed(self) -> None:
        self._telling, self._missed = self._missed, Misses()
        try:
            await self._record.miss(tuple(self._telling.rows.values()))
        except StorageError:
            self._telling.join(self._missed)
            self._missed = self._telling
            raise
        else:
            self._telling.end()
        finally:
            self._telling = Misses()

    async def _write_hand(self) -> None:
        try:
            await self._commit(self._hand)
        except StorageError as error:
            self._tries += 1
            if self._tries < TRIES or isinstance(error, DiskFull | LeadershipLost):
                raise
            await self._alive()
            await self._write_singly()
        except Exception:  # noqa: BLE001  one faulty judgement must not hold up all others
            await self._write_singly()
        self._hand, self._tries = [], 0

    async def _write_singly(self) -> None:
        while self._hand:
            await self._write_or_lose(self._hand[0])
            self._hand = self._hand[1:]

    async def _write_or_lose(self, seen: Observation) -> None:
        try:
            await self._commit((seen,))
        except (DiskFull, LeadershipLost):
            raise
        except Exception:
            await self._alive()  # if it raises, the database is away and nobody is at fault
            log.exception("not recorded, by a fault of ours", check=str(seen.check))
            self._lose(seen, NOT_JUDGED)

    async def _commit(self, batch: Sequence[Observation]) -> None:
        start = perf_counter()
        recorded = await self._record.record(batch)
        self._told(Written(recorded, tuple(batch), perf_counter() - start))
        for seen in batch:
            self._answer(seen, recorded=True)

    def _lose(self, seen: Observation, reason: str) -> None:
        self.dropped += 1
        self._answer(seen, recorded=False)
        self.miss(Missed(seen.check, seen.slot, seen.slot, 1, reason))

    def _answer(self, seen: Observation, *, recorded: bool) -> None:
        waiting = self._awaited.get(id(seen))
        if waiting and not waiting.done():
            waiting.set_result(recorded)

    def _confess(self, seen: Observation) -> None:
        fault = (seen.check, seen.outcome.reason)
        if fault not in self._faults:
            self._faults.add(fault)
            log.error(seen.outcome.reason, check=str(seen.check), trace=seen.outcome.trace)
