"""Makes history: the real pipeline under a clock that we set ourselves, step by step.

Nothing is invented. A simulator is told what time it is, every check is asked once per
step, and what it answers goes the way of every answer.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from httpx2 import AsyncClient

from checks.outcome import Outcome
from monitor.domain.landscape import CheckId
from monitor.domain.observation import Observation

BATCH = 500
AT_ONCE = 16
"""Probes under way at a time: what they wait for each other is stretched to slowness."""
PATIENCE = 5.0
"""Seconds for the simulator to take a new time; it answers in milliseconds."""


class SettableClock:
    """Tells the time that was set, or the real one where none is."""

    def __init__(self, real: Callable[[], datetime]) -> None:
        self._real = real
        self._set: datetime | None = None

    def __call__(self) -> datetime:
        return self._set or self._real()

    def set(self, now: datetime) -> None:
        self._set = now

    def release(self) -> None:
        self._set = None


class Pace:
    """How many simulated seconds pass in a real one, for whoever measures durations."""

    def __init__(self, timer: Callable[[], float]) -> None:
        self._timer = timer
        self.factor = 1.0

    def __call__(self) -> float:
        return self._timer() * self.factor


class Remote:
    """The simulator's control listener."""

    def __init__(self, http: AsyncClient, control_url: str) -> None:
        self._http = http
        self._url = f"{control_url.rstrip('/')}/clock"

    async def tell(self, now: datetime | None, pace: float) -> None:
        """Set its clock; None: the real time. Raises httpx2.HTTPError when it cannot."""
        body = {"now": now.isoformat() if now else None, "pace": pace}
        answer = await self._http.post(self._url, json=body, timeout=PATIENCE)
        answer.raise_for_status()


@dataclass(frozen=True, slots=True)
class Journey:
    """From `begin` to `end` in steps; `breath` is the least real time for one step."""

    begin: datetime
    end: datetime
    step: timedelta
    pace: float
    breath: timedelta = timedelta()


class Timelapse:
    """Asks all `checks` once per step; `record` takes a batch, which may hold several steps.

    `passed` hears up to which step everything is recorded.
    """

    def __init__(
        self,
        *,
        clock: SettableClock,
        pace: Pace,
        remote: Remote,
        ask: Callable[[CheckId], Awaitable[Outcome]],
        record: Callable[[Sequence[Observation]], Awaitable[None]],
        passed: Callable[[datetime], Awaitable[None]],
    ) -> None:
        self._clock = clock
        self._pace = pace
        self._remote = remote
        self._ask = ask
        self._record = record
        self._passed = passed

    async def travel(self, journey: Journey, checks: Sequence[CheckId]) -> None:
        """Arrive at `journey.end`; what was seen is recorded, the last step included."""
        loop = asyncio.get_running_loop()
        writing: asyncio.Task[None] | None = None
        seen: list[Observation] = []
        now = journey.begin
        self._pace.factor = journey.pace
        while now <= journey.end:
            start = loop.time()
            self._clock.set(now)
            await self._remote.tell(now, journey.pace)
            seen += await self._ask_all(now, checks)
            following = now + journey.step
            if journey.breath or len(seen) + len(checks) > BATCH or following > journey.end:
                if writing:
                    await writing  # it went on beside asking
                writing = loop.create_task(self._keep(seen, now))
                seen = []
            now = following
            left = journey.breath.total_seconds() - (loop.time() - start)
            await asyncio.sleep(max(0.0, left))
        if writing:
            await writing

    async def _ask_all(self, now: datetime, checks: Sequence[CheckId]) -> list[Observation]:
        gate = asyncio.Semaphore(AT_ONCE)

        async def ask(check: CheckId) -> Observation:
            async with gate:
                return Observation(check, now, now, await self._ask(check))

        return list(await asyncio.gather(*(ask(check) for check in checks)))

    async def _keep(self, seen: Sequence[Observation], now: datetime) -> None:
        for start in range(0, len(seen), BATCH):
            await self._record(seen[start : start + BATCH])
        await self._passed(now)
