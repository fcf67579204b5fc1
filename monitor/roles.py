"""What a process is for, and who of several leads."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import StrEnum
from functools import partial

from monitor.duties import delivering, leading, up, watching
from monitor.following import ANEW, Following, catch_up
from monitor.scheduling.lease import Lease
from monitor.scheduling.upkeep import at_it
from monitor.storage.clocks import same_time
from monitor.storage.fault import StorageError
from monitor.storage.rights import lacking_to_lead
from monitor.works import Works


class Role(StrEnum):
    """What a process is for."""

    RUN = "run"  # everything
    WATCHER = "watcher"  # asks when it leads
    WEB = "web"  # shows what others record


@asynccontextmanager
async def on_duty(works: Works, role: Role) -> AsyncIterator[None]:
    """What `role` asks, until left. A Refusal where it cannot be done here."""
    database = works.monitor.database
    if role is not Role.WEB:
        await database.demand(lacking_to_lead)
    await same_time(database, works.monitor.clock)
    if role is Role.WEB:
        async with up(works), at_it("following", Following(works).run):
            yield
    elif works.lease:
        async with _candidate(works, works.lease):
            yield
    else:
        async with watching(works):
            yield


@asynccontextmanager
async def _candidate(works: Works, lease: Lease) -> AsyncIterator[None]:
    """Watch whenever we lead; at the end the lead is kept until all is written."""
    try:
        async with (
            at_it("lease", lease.run),
            up(works),
            delivering(works),
            at_it("following", Following(works).run),
            at_it("leading", partial(_reign, works, lease)),
        ):
            yield
    finally:
        await lease.close()


async def _reign(works: Works, lease: Lease) -> None:
    """Lead, for as long as we may, again and again."""
    while True:
        await lease.taken()
        try:
            await catch_up(works)  # what others asked before us
        except StorageError:
            await asyncio.sleep(ANEW)
            continue
        async with leading(works):
            await lease.lost()
