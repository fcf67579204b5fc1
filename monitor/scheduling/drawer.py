"""APScheduler, kept in one drawer: it knows when, and nothing else.

What it does per run was cut to the bone (performance.md asks 0.24 ms of the stock one): the
trigger counts on the grid, the executor calls a function instead of keeping futures and
instance counts, and the timer stays inside the event loop.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from logging import getLogger
from typing import Any

from apscheduler.executors.base import BaseExecutor
from apscheduler.job import Job
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger
from typing_extensions import override

from monitor.domain.landscape import CheckId
from monitor.scheduling.plan import Schedule, next_slot, slot_at

SHORTEST_SLEEP = 0.005
"""Seconds. Under uvloop a sleep below 1 ms returns at once; 5 ms gathers neighbours."""

Due = Callable[[CheckId, datetime], None]


class Grid(BaseTrigger):  # type: ignore[misc]  # APScheduler has no types
    """Fires on the slots of one schedule, by integer arithmetic."""

    __slots__ = ("schedule",)

    def __init__(self, schedule: Schedule) -> None:
        self.schedule = schedule

    @override
    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:
        if previous_fire_time is None:
            return next_slot(self.schedule, now)
        following: datetime = previous_fire_time + self.schedule.interval
        if following > now:
            return following
        # after a pause the newest slot is enough: those between are counted as missed
        return max(following, slot_at(self.schedule, now))


class Starter(BaseExecutor):  # type: ignore[misc]  # APScheduler has no types
    """Calls the job's function at once; it starts a task of its own and returns."""

    @override
    def submit_job(self, job: Job, run_times: list[datetime]) -> None:
        check, _first_slot = job.args
        job.func(check, run_times[-1])

    @override
    def _do_submit_job(self, job: Job, run_times: list[datetime]) -> None:
        raise NotImplementedError


class _Timer(AsyncIOScheduler):  # type: ignore[misc]  # APScheduler has no types
    """Everything happens in the event loop's own thread, so no call goes through its pipe."""

    @override
    def wakeup(self) -> None:
        self._stop_timer()
        self._start_timer(self._process_jobs())

    @override
    def _start_timer(self, wait_seconds: float | None) -> None:
        super()._start_timer(None if wait_seconds is None else max(wait_seconds, SHORTEST_SLEEP))


class Drawer:
    """One job per check; calls `due(check, slot)` in the event loop when a slot comes."""

    def __init__(self, due: Due) -> None:
        getLogger("apscheduler").setLevel("WARNING")
        self._due = due
        self._jobs = MemoryJobStore()
        self._timer: Any = _Timer(
            jobstores={"default": self._jobs}, executors={"default": Starter()}, timezone="UTC"
        )

    def open(self) -> None:
        self._timer.start()

    def close(self) -> None:
        """Call nobody any more; to be called in the event loop that opened it."""
        self._timer.remove_all_jobs()
        self._timer.shutdown(wait=False)

    def rearrange(self, schedules: Mapping[CheckId, Schedule], now: datetime) -> None:
        """Put exactly `schedules` in, each at its first slot after `now`."""
        self._timer.pause()
        self._timer.remove_all_jobs()
        for check, schedule in schedules.items():
            first = next_slot(schedule, now)
            self._timer.add_job(
                self._due,
                Grid(schedule),
                args=(check, first),
                id=str(check),
                next_run_time=first,
                max_instances=1,
                coalesce=True,
                misfire_grace_time=_whole_seconds(schedule.interval),
            )
        self._timer.resume()

    def wake(self) -> None:
        """Look now what is due: the clock was set forward, or we overslept."""
        self._timer.wakeup()

    def next_slot(self) -> datetime | None:
        """Return the soonest slot of any check."""
        soonest: datetime | None = self._jobs.get_next_run_time()
        return soonest


def _whole_seconds(interval: timedelta) -> int:
    return max(1, round(interval.total_seconds()))
