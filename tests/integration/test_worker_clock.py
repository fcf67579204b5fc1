"""A worker whose clock goes wrong while it works."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.bootstrap import configured, connected, utc_now
from monitor.outpost import Outpost
from monitor.scheduling.batch import Batch, NotHereError
from monitor.storage.queries import Queries
from tests.chaos.posts import Divided, catalogue

SECOND = timedelta(seconds=1)


async def test_a_worker_whose_clock_is_behind_leaves_what_is_far_ahead_to_others(
    postgres_url: str, tmp_path: Path
) -> None:
    """Else it would ask ten minutes late, and say that it was in time."""
    file = catalogue(tmp_path, Divided(url="http://127.0.0.1:9"), 1)
    settings = configured(catalogue=(file,), database_url=postgres_url, location="pkio")
    now = utc_now()
    async with connected(settings, clock=lambda: now - timedelta(minutes=10), secrets={}) as works:
        outpost = Outpost(works, "pkio")
        check = next(one for one in works.board.landscape.probes if one.location == "pkio")
        slots = ((check, now + SECOND),)
        batch = Batch("pkio", "key", slots, now + 5 * SECOND, works.origin)
        with pytest.raises(NotHereError, match="clock of this worker is behind that of the leader"):
            async with asyncio.timeout(60):
                await outpost.ask(batch)
        async with works.monitor.database.read() as tx:
            assert not (await Queries(tx).observations(limit=10)).items
        await outpost.errands.stop()
