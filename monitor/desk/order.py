"""The record of order: for every version of PROD, whether LTO had it first."""

from monitor.domain.landscape import Landscape, LineId, TargetId
from monitor.domain.order_record import OrderEntry
from monitor.domain.order_record import order_record as record_of
from monitor.storage.engine import Transaction
from monitor.storage.queries import Queries


async def order_record(
    tx: Transaction, landscape: Landscape, line: LineId | None = None
) -> tuple[OrderEntry, ...]:
    """Newest first on PROD; of one line, or of all that ever were, former ones too."""
    runs = await Queries(tx).runs(line)
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
