"""The record of order: for every version of PROD, whether LTO had it first."""

import asyncio
from collections.abc import Mapping

from monitor.domain.landscape import Landscape, LineId, TargetId
from monitor.domain.order_record import OrderEntry
from monitor.domain.order_record import order_record as record_of
from monitor.domain.sighting import Sighting
from monitor.storage.engine import Database
from monitor.storage.queries import Queries


async def order_record(
    database: Database, landscape: Landscape, line: LineId | None = None
) -> tuple[OrderEntry, ...]:
    """Newest first on PROD; of one line, or of all that ever were, former ones too."""
    async with database.read() as tx:
        runs = await Queries(tx).runs(line)
    # Every version is held against all others of its line: apart from the event loop.
    return await asyncio.to_thread(_entries, runs, landscape)


def _entries(
    runs: Mapping[TargetId, tuple[Sighting, ...]], landscape: Landscape
) -> tuple[OrderEntry, ...]:
    entries = [
        entry
        for one in sorted({target.line for target in runs})
        for before, after in landscape.must_precede
        for entry in record_of(
            one, runs.get(TargetId(one, before), ()), runs.get(TargetId(one, after), ())
        )
    ]
    return tuple(sorted(entries, key=_newest_first))


def _newest_first(entry: OrderEntry) -> tuple[float, str, str]:
    at = entry.prod.by or entry.prod.after
    return (-at.timestamp() if at else 0.0, str(entry.line), entry.version)
