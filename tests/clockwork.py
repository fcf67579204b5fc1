"""Time that passes only when nothing is left to do: no machine is too slow for it."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta, tzinfo
from functools import wraps
from selectors import DefaultSelector, SelectorKey
from typing import Any, ParamSpec

import apscheduler.schedulers.base
import pytest
from typing_extensions import override

from tests.building import NOON

P = ParamSpec("P")


class Leaping(DefaultSelector):
    """Waits for nothing: where one would wait, the time has passed already."""

    passed = 0.0

    @override
    def select(self, timeout: float | None = None) -> list[tuple[SelectorKey, int]]:
        found = super().select(0)
        if not found:
            assert timeout is not None, "whatever this waits for, it will never happen"
            self.passed += timeout
        return found


class Clockwork(asyncio.SelectorEventLoop):
    """An event loop on such a time; `step` is how far somebody set the clock on the wall."""

    def __init__(self) -> None:
        self._leaping = Leaping()
        self.step = timedelta()
        super().__init__(self._leaping)

    @override
    def time(self) -> float:
        return self._leaping.passed

    def stand_still(self, seconds: float) -> None:
        """Nothing runs for so long, as when something blocks the loop."""
        self._leaping.passed += seconds


def clockwork() -> Clockwork:
    loop = asyncio.get_running_loop()
    assert isinstance(loop, Clockwork)
    return loop


def now() -> datetime:
    """What the clock on the wall says."""
    loop = clockwork()
    return NOON + timedelta(seconds=loop.time()) + loop.step


class _Datetime(datetime):
    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[explicit-override, override]  # as APScheduler sees it
        return now().astimezone(tz)


def by_clockwork(test: Callable[P, Coroutine[Any, Any, None]]) -> Callable[P, None]:
    """Run a test on that time, and APScheduler with it."""

    @wraps(test)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        with (
            pytest.MonkeyPatch.context() as patch,
            asyncio.Runner(loop_factory=Clockwork) as runner,
        ):
            patch.setattr(apscheduler.schedulers.base, "datetime", _Datetime)
            runner.run(test(*args, **kwargs))

    return run
