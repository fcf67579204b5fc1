"""The queue in PostgreSQL through which slots reach other locations.

The only room that knows Procrastinate. A batch is one job in the queue of its location; a
worker takes it, asks, records by itself, and the job is gone.
"""

import asyncio
from collections.abc import AsyncGenerator, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import datetime, timedelta
from logging import getLogger
from typing import Any, Self

from procrastinate import App, BaseRetryStrategy, PsycopgConnector, RetryDecision
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.jobs import Job
from psycopg_pool import PoolTimeout
from structlog.stdlib import get_logger
from typing_extensions import override

from monitor.scheduling.batch import TAKEN, WAITING, Ask, Batch, NotHereError
from monitor.storage.address import libpq_address
from monitor.storage.fault import StorageError

TASK = "ketenwacht.ask"
CONNECTIONS = 3
DEADLINE = 10.0
"""Seconds for anything that we ask of the queue; psycopg itself waits for a mute server."""
OPEN = 5.0
AT_A_TIME = 40
"""Batches of one worker: each is held from its hand-out until its last answer is recorded."""
HEARTBEAT = 2.0
SILENT = 6.0
"""Seconds without a heartbeat after which a worker counts as dead."""
LOOK = 1.0
"""Seconds between looks for work, should a notification be lost."""
PUT_BACK = 1
"""Seconds before a batch that was put back may be taken again."""
OVERDUE = timedelta(minutes=10)
"""Past its deadline, a batch is lost though its worker lives: nothing takes so long to record."""

log = get_logger(__name__)


class _Returned(BaseRetryStrategy):
    """Whatever ends a batch before it is recorded puts it back; its deadline ends that."""

    @override
    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision:
        return RetryDecision(retry_in={"seconds": PUT_BACK})


class Queue:
    """Open it first. Every method may raise `StorageError`."""

    def __init__(self, url: str) -> None:
        getLogger("procrastinate").setLevel("CRITICAL")  # it tells every job; we tell trouble
        self._app = App(
            connector=PsycopgConnector(
                conninfo=libpq_address(url),
                min_size=1,
                max_size=CONNECTIONS,
                timeout=DEADLINE / 2,
                kwargs={"connect_timeout": 5, "application_name": "ketenwacht-queue"},
            )
        )
        self._ask: Ask = _nobody
        self._app.task(name=TASK, retry=_Returned())(self._take)

    @classmethod
    @asynccontextmanager
    async def open(cls, url: str) -> AsyncGenerator[Self]:
        queue = cls(url)
        try:
            with _told():
                async with asyncio.timeout(OPEN):
                    await queue._app.open_async()
            yield queue
        finally:
            await queue._app.close_async()

    async def put(self, batches: Iterable[Batch]) -> None:
        """Hand batches out; one that waits there already is not put twice.

        All in one commit: one for each would make the next hand-out late where many wait.
        """
        jobs = [self._job(one) for one in batches]
        if not jobs:
            return
        with _told():
            async with asyncio.timeout(DEADLINE):
                try:
                    await self._manager.batch_defer_jobs_async(jobs)
                except AlreadyEnqueued:
                    await self._put_singly(jobs)

    async def untaken(self, location: str, now: datetime) -> Mapping[int, Batch]:
        """By job, the batches that nobody took while there was time. They stay in the queue."""
        with _told():
            async with asyncio.timeout(DEADLINE):
                return _late(await self._listed(location, WAITING), now)

    async def abandoned(self, location: str, now: datetime) -> Mapping[int, Batch]:
        """By job, the batches that whoever took them will not finish; they stay in the queue.

        Those of dead workers for which there is time are put back.
        """
        with _told():
            async with asyncio.timeout(DEADLINE):
                stalled = await self._manager.get_stalled_jobs(
                    queue=queue_of(location), task_name=TASK, seconds_since_heartbeat=SILENT
                )
                for job in stalled:
                    if _batch(job).deadline >= now:
                        with suppress(ConnectorException):  # its worker woke and finished it
                            await self._manager.retry_job(job, retry_at=now)
                await self._manager.prune_stalled_workers(10 * SILENT)
                held = await self._listed(location, TAKEN)
        return _late(stalled, now) | _late(held, now - OVERDUE)

    async def depths(self) -> Mapping[str, int]:
        """How many batches wait for each location."""
        with _told():
            async with asyncio.timeout(DEADLINE):
                rows = await self._manager.list_queues_async(task=TASK)
        return {str(row["name"]).partition(":")[2]: int(row["todo"]) for row in rows}

    async def work(self, location: str, ask: Ask, let_finish: float) -> None:
        """Take batches and `ask` them, until cancelled; then `let_finish` seconds more."""
        self._ask = ask
        with _told():
            await self._app.run_worker_async(
                queues=[queue_of(location)],
                name=location,
                concurrency=AT_A_TIME,
                fetch_job_polling_interval=LOOK,
                update_heartbeat_interval=HEARTBEAT,
                stalled_worker_timeout=10 * SILENT,
                shutdown_graceful_timeout=let_finish,
                delete_jobs="always",
                install_signal_handlers=False,
            )

    @property
    def _manager(self) -> Any:
        return self._app.job_manager

    def _job(self, batch: Batch) -> Job:
        name = queue_of(batch.location)
        deferrer = self._app.configure_task(TASK, queue=name, queueing_lock=batch.key)
        return deferrer.make_new_job(batch=batch.written())

    async def _put_singly(self, jobs: Iterable[Job]) -> None:
        for one in jobs:
            with suppress(AlreadyEnqueued):
                await self._manager.defer_job_async(one)

    async def _listed(self, location: str, status: str) -> Iterable[Job]:
        jobs: Iterable[Job] = await self._manager.list_jobs_async(
            queue=queue_of(location), task=TASK, status=status
        )
        return jobs

    async def _take(self, batch: dict[str, Any]) -> None:
        try:
            await self._ask(Batch.read(batch))
        except NotHereError:
            raise
        except Exception:
            log.exception("a batch could not be asked, by a fault of ours, and is put back")
            raise


def queue_of(location: str) -> str:
    """The chart scales workers by its name too."""
    return f"asked-from:{location}"


def _batch(job: Job) -> Batch:
    written: Any = job.task_kwargs["batch"]
    return Batch.read(written)


def _late(jobs: Iterable[Job], than: datetime) -> dict[int, Batch]:
    batches = ((job.id, _batch(job)) for job in jobs)
    return {id_: one for id_, one in batches if id_ is not None and one.deadline < than}


async def _nobody(_batch: Batch) -> None:
    raise NotHereError


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except (ConnectorException, PoolTimeout, TimeoutError) as error:
        why = str(error.__cause__ or error).strip().partition("\n")[0] or type(error).__name__
        raise StorageError(f"The queue in PostgreSQL cannot be used ({why}).") from error
