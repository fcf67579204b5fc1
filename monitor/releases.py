"""What is open or planned, whoever wrote it, and where a version arrived just now."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.domain.bulletin import Bulletin
from monitor.domain.finding import Finding
from monitor.domain.freeze import Freeze
from monitor.domain.landscape import TargetId
from monitor.domain.maintenance import Maintenance
from monitor.domain.rollout import Rollout
from monitor.domain.standing import TargetStanding
from monitor.storage.engine import Database
from monitor.storage.queries import Queries


@dataclass(frozen=True, slots=True)
class Releases:
    """As of one edition of the database."""

    edition: int
    findings: Sequence[Finding] = ()  # open ones
    rollouts: Sequence[Rollout] = ()  # of which something is awaited
    freezes: tuple[Freeze, ...] = ()  # not withdrawn; past and coming ones too
    maintenance: tuple[Maintenance, ...] = ()  # all that was ever planned, withdrawn ones too
    bulletins: tuple[Bulletin, ...] = ()  # open ones


async def newer_releases(database: Database, known: int | None) -> Releases | None:
    """What is open; None: nothing changed since edition `known`, and little was read."""
    async with database.read() as tx:
        queries = Queries(tx)
        edition = await queries.edition()
        if edition == known:
            return None
        return Releases(
            edition,
            await queries.open_findings(),
            await queries.open_rollouts(),
            tuple(await queries.freezes()),
            tuple(await queries.maintenance()),
            tuple(await queries.open_bulletins()),
        )


def arrived_since(
    standings: Iterable[TargetStanding], begin: datetime
) -> Iterator[tuple[TargetId, datetime]]:
    """Where another version was first read after `begin`; what we met there did not arrive."""
    for standing in standings:
        run = standing.readings.settled
        if run and run.seen.served and run.after and run.by > begin:
            yield standing.target, run.by
