"""Notices when the clock was set, or when we ourselves stood still.

The wall clock can be set and the event loop can be held up; the monotonic clock is the
witness. Slow corrections by a time server stay below the limit and need no answer.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from typing_extensions import override

TOLERANCE = timedelta(seconds=1)
PERIOD = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Moment:
    """The same instant on both clocks; `monotonic` in seconds."""

    wall: datetime
    monotonic: float


@dataclass(frozen=True, slots=True)
class Upset:
    """What happened between two moments: a step of the clock, a stall, or both.

    `step` is how far the clock was set, negative when back; `stall` how long we stood still.
    """

    step: timedelta
    stall: timedelta

    @override
    def __str__(self) -> str:
        seconds = abs(self.step.total_seconds())
        if self.step > TOLERANCE:
            return f"the clock was set forward by {seconds:.0f} s"
        if self.step < -TOLERANCE:
            return f"the clock was set back by {seconds:.0f} s"
        return f"the monitor stood still for {self.stall.total_seconds():.0f} s"


def upset_between(before: Moment, now: Moment, period: timedelta = PERIOD) -> Upset | None:
    """Compare two moments that should lie `period` apart; None: nothing worth an answer."""
    elapsed = timedelta(seconds=now.monotonic - before.monotonic)
    step = now.wall - before.wall - elapsed
    stall = elapsed - period
    if abs(step) <= TOLERANCE and stall <= TOLERANCE:
        return None
    return Upset(step, max(stall, timedelta()))


class Watchdog:
    """Looks at both clocks every second and calls `upset` when they tell of trouble.

    `lag` is told how many seconds late each look was: the lag of the event loop.
    """

    def __init__(
        self,
        clock: Callable[[], datetime],
        monotonic: Callable[[], float],
        upset: Callable[[Upset], None],
        lag: Callable[[float], None],
    ) -> None:
        self._clock = clock
        self._monotonic = monotonic
        self._upset = upset
        self._lag = lag

    async def watch(self) -> None:
        before = self._now()
        while True:
            await asyncio.sleep(PERIOD.total_seconds())
            now = self._now()
            self._lag(max(0.0, now.monotonic - before.monotonic - PERIOD.total_seconds()))
            if found := upset_between(before, now):
                self._upset(found)
            before = now

    def _now(self) -> Moment:
        return Moment(self._clock(), self._monotonic())
