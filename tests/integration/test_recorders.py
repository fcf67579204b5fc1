"""Two processes that record at the same time: nothing is opened, told or kept twice."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace

import psycopg

from monitor.domain.incident import Incident, IncidentKind
from monitor.domain.landscape import CheckId, Landscape, LineId, TargetId
from monitor.domain.observation import Observation
from monitor.recorder import Recorder
from monitor.storage.engine import Database
from monitor.storage.ledger import TURN
from monitor.storage.queries import Queries
from tests.building import ENVIRONMENTS, landscape, plan
from tests.unit.answers import answer
from tests.unit.test_quorum import at, everywhere

LAND = everywhere(quorum=1)
LINES = 6


def wide() -> Landscape:
    """Six lines in each environment: three of them that go down together speak for it."""
    land = landscape()
    first = land.interfaces[0]
    names = [LineId(first.id, f"v{number}") for number in range(LINES)]
    lines = tuple(
        replace(
            first.lines[0],
            id=name,
            targets={where: plan(TargetId(name, where)) for where in ENVIRONMENTS},
        )
        for name in names
    )
    return replace(land, interfaces=(replace(first, lines=lines),))


WIDE = wide()


@asynccontextmanager
async def two_recorders(url: str, land: Landscape) -> AsyncGenerator[list[Recorder]]:
    first, second = await Database.open(url), await Database.open(url)
    try:
        yield [Recorder(first, lambda: land), Recorder(second, lambda: land)]
    finally:
        await first.close()
        await second.close()


async def incidents_of(url: str) -> list[Incident]:
    database = await Database.open(url)
    async with database.read() as tx:
        found = await Queries(tx).incidents(open_only=False)
    await database.close()
    return found


def seen(target: TargetId, place: str, minute: float) -> Observation:
    return answer("fail", CheckId(target, f"health~{place}"), at(minute))


async def test_an_outage_that_two_recorders_see_at_once_is_one_incident(postgres_url: str) -> None:
    """Twelve targets fail for both, at the same moment, and each opens by one of them."""
    async with two_recorders(postgres_url, LAND) as recorders:
        for number, target in enumerate(LAND.targets):
            for minute in (0, 1):
                await asyncio.gather(
                    *(
                        recorder.record([seen(target, place, 10 * number + minute + half / 10)])
                        for half, (place, recorder) in enumerate(
                            zip(("internet", "pkio"), recorders, strict=True)
                        )
                    )
                )
    incidents = await incidents_of(postgres_url)
    subjects = [one.subject for one in incidents if one.kind is IncidentKind.TARGET]
    assert sorted(subjects) == sorted(map(str, LAND.targets))


async def test_an_environment_that_two_recorders_see_fall_is_one_incident(
    postgres_url: str,
) -> None:
    """Each sees three of its six targets fall, at the same moment as the other."""
    async with two_recorders(postgres_url, WIDE) as recorders:
        for hour, where in enumerate(ENVIRONMENTS):
            for minute in (0.0, 1.0):
                await asyncio.gather(
                    *(
                        recorder.record(
                            [
                                answer(
                                    "fail",
                                    CheckId(TargetId(line, where), "health"),
                                    at(60 * hour + minute + half / 10),
                                )
                                for line in [*WIDE.lines][half::2]
                            ]
                        )
                        for half, recorder in enumerate(recorders)
                    )
                )
    incidents = await incidents_of(postgres_url)
    fallen = [one for one in incidents if one.kind is IncidentKind.ENVIRONMENT]
    assert sorted(one.subject for one in fallen) == sorted(ENVIRONMENTS)
    parents = {one.parent for one in incidents if one.kind is IncidentKind.TARGET}
    assert parents == {one.id for one in fallen}


async def test_nobody_waits_for_a_turn_in_which_no_incident_changes(postgres_url: str) -> None:
    """While one changes incidents for long, the others record what goes on as it did."""
    line, other = [*WIDE.lines][:2]
    lasting = CheckId(TargetId(line, "prod"), "health")
    well = CheckId(TargetId(other, "prod"), "health")
    async with two_recorders(postgres_url, WIDE) as (first, second):
        for minute in (0, 1, 2, 3):
            await first.record(
                [answer("fail", lasting, at(minute)), answer("ok", well, at(minute))]
            )
        with psycopg.connect(postgres_url) as somebody:
            somebody.execute("select pg_advisory_xact_lock(%s)", [TURN])
            still = [answer("fail", lasting, at(4)), answer("ok", well, at(4))]
            await asyncio.wait_for(second.record(still), 60)
            over = [answer("ok", lasting, at(minute)) for minute in (5, 6)]
            waiting = asyncio.create_task(second.record(over))
            await asyncio.sleep(0.3)
            assert not waiting.done(), "what ends an outage waits for its turn"
        await waiting
    (outage,) = await incidents_of(postgres_url)
    assert outage.resolved_at == at(6)
