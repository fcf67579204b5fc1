"""What couriers came back with, settled as soon as it can be: a fault in between costs a copy."""

import asyncio
from collections.abc import Callable

from structlog.stdlib import get_logger

from monitor.alerts.settling import Carried, settle_all
from monitor.storage.engine import Database
from monitor.storage.fault import StorageError

__all__ = ["AWAY", "Carried", "Returns"]

AWAY = 1.0
"""Seconds to wait for a database that is away."""

log = get_logger(__name__)


class Returns:
    """`noted` hears of each attempt once it is settled, and `settled` is called after some were."""

    def __init__(
        self,
        database: Database,
        noted: Callable[[Carried], None],
        settled: Callable[[], None],
    ) -> None:
        self._database = database
        self._noted = noted
        self._settled = settled
        self._carried: list[Carried] = []
        self._came = asyncio.Event()
        self._closed = False

    def bring(self, carried: Carried) -> None:
        self._carried.append(carried)
        self._came.set()

    def close(self) -> None:
        """Nothing more will be brought."""
        self._closed = True
        self._came.set()

    async def run(self) -> None:
        """Until closed, and all that was brought is settled."""
        while self._carried or not self._closed:
            await self._came.wait()
            self._came.clear()
            while self._carried:
                await self._settle()

    async def _settle(self) -> None:
        """All that is there in one transaction; on a fault of the database, later."""
        here = sorted(self._carried, key=lambda one: one.claim.delivery.id)
        try:
            async with self._database.begin() as tx:
                await settle_all(tx, here)
        except StorageError as error:
            log.warning("nothing settled", why=str(error))
            await asyncio.sleep(AWAY)
            return
        del self._carried[: len(here)]
        for one in here:
            self._noted(one)
        self._settled()
