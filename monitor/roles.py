"""What a process is for, and who of several leads."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import StrEnum
from functools import partial

from monitor.duties import delivering, leading, up, watching
from monitor.scheduling.lease import Lease
from monitor.scheduling.upkeep import at_it
from monitor.storage.bells import Channel
from monitor.storage.fault import StorageError
from monitor.works import Works

LOOK_AGAIN = 2.0
"""Seconds after which a change is found that nobody told us of."""
GATHER = 0.1
"""Seconds between two looks at what changed; a page is to show it within a second."""
ANEW = 1.0
"""Seconds before a database that was away is asked again."""


class Role(StrEnum):
    """What a process is for."""

    RUN = "run"  # everything
    WATCHER = "watcher"  # asks when it leads
    WEB = "web"  # shows what others record


@asynccontextmanager
async def on_duty(works: Works, role: Role) -> AsyncIterator[None]:
    """What `role` asks, until left."""
    if role is Role.WEB:
        async with up(works), at_it("following", partial(_follow, works)):
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
            at_it("following", partial(_follow, works)),
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
            await works.catch_up()  # what others asked before us
        except StorageError:
            await asyncio.sleep(ANEW)
            continue
        async with leading(works):
            await lease.lost()


async def _follow(works: Works) -> None:
    """Keep the board as fresh as the database, whoever writes there."""
    with works.monitor.database.listening(Channel.STANDINGS, Channel.RELEASES) as bell:
        while True:
            await bell.rung(LOOK_AGAIN)
            try:
                await works.catch_up()
                await works.look_at_releases()
            except StorageError as error:
                if not works.asking:
                    works.troubled(str(error))
                await asyncio.sleep(ANEW)
            await asyncio.sleep(GATHER)
