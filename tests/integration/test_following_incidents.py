"""All that is open is shown by who only follows, and read only when it changed."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from monitor.domain.incident import Incident, IncidentKind
from monitor.following import WHOLE
from monitor.storage.bulk import PART
from monitor.storage.engine import Database
from monitor.storage.ledger import Ledger
from monitor.storage.outages import all_open
from tests.integration.test_following import NOON, TARGETS, Office, office


def incident(number: int) -> Incident:
    return Incident(
        id=f"i{number:05}",
        kind=IncidentKind.TARGET,
        subject=f"mass/v{number}@prod",
        opened_at=NOON + timedelta(seconds=number % 7),
        reason="it does not answer",
    )


async def kept(here: Office, *incidents: Incident, told: bool = True) -> None:
    async with here.other.begin() as tx:
        await Ledger(tx).keep_incidents(incidents)
        if not told:
            tx.tidings.clear()


async def test_an_outage_of_everything_is_shown_whole(postgres_url: str, tmp_path: Path) -> None:
    everything = {one.id: one for one in map(incident, range(1_500))}
    async with office(postgres_url, tmp_path) as here:
        await kept(here, *everything.values())
        await here.all_heard()
        assert here.works.board.incidents == everything
        over = [replace(one, resolved_at=NOON) for one in everything.values()]
        await kept(here, *over[1:])
        await here.all_heard()
        assert here.works.board.incidents == {over[0].id: incident(0)}


async def test_incidents_are_read_when_they_changed_and_after_a_while(
    postgres_url: str, tmp_path: Path
) -> None:
    async with office(postgres_url, tmp_path) as here:
        shown = here.works.board.incidents
        await kept(here, incident(1), told=False)
        await here.kept(here.other, TARGETS[0])
        await here.all_heard()
        assert here.works.board.incidents == shown == {}, "of this nobody spoke"
        here.ticks += WHOLE
        await here.look()
        assert [*here.works.board.incidents] == ["i00001"]


async def test_what_is_open_is_read_in_parts(database: Database) -> None:
    known = [incident(number) for number in range(7)]
    async with database.begin() as tx:
        await Ledger(tx).keep_incidents([*known, replace(incident(8), resolved_at=NOON)])
    async with database.read() as tx:
        for part in (1, 2, 7, PART):
            assert await all_open(tx, part) == known
