"""The postman of one process, and what must be known and told around it."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from datetime import datetime, timedelta

from monitor.alerts.parcel import Courier
from monitor.alerts.postman import Postman
from monitor.alerts.returns import Carried
from monitor.desk.derived import Derived
from monitor.domain.landscape import Landscape
from monitor.domain.subscription import Channel
from monitor.storage.engine import Database
from monitor.storage.ledger import Ledger
from monitor.storage.outbox import Outbox, Outstanding

Chore = tuple[str, Callable[[], Awaitable[None]], timedelta, timedelta]

LOOK_AT_CHAINS = timedelta(seconds=3)
MEASURE = timedelta(seconds=15)


class PostOffice:
    """`landscape_of` gives the catalogue in force: it says which interface is of which chain."""

    def __init__(
        self,
        database: Database,
        landscape_of: Callable[[], Landscape],
        couriers: Mapping[Channel, Courier],
        derived: Derived | None,
        clock: Callable[[], datetime],
        *,
        noted: Callable[[Carried], None],
        measured: Callable[[Mapping[Channel, Outstanding], datetime], None],
    ) -> None:
        self.postman = Postman(database, couriers, derived, clock, noted=noted)
        self._database = database
        self._landscape_of = landscape_of
        self._clock = clock
        self._measured = measured
        self._kept: Mapping[str, str] | None = None

    def chores(self) -> Iterator[Chore]:
        """Of the one process that leads."""
        yield "chains", self.keep_chains, LOOK_AT_CHAINS, timedelta()
        yield "outbox", self.measure, MEASURE, timedelta(seconds=1)

    async def keep_chains(self) -> None:
        """Let whoever tells something know which chains it concerns."""
        chains = {one.id: one.chain.value for one in self._landscape_of().interfaces}
        if chains != self._kept:
            async with self._database.begin() as tx:
                await Ledger(tx).keep_chains(chains)
            self._kept = chains

    async def measure(self) -> None:
        async with self._database.read() as tx:
            outstanding = await Outbox(tx).outstanding()
        self._measured(outstanding, self._clock())
