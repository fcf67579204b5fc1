"""Two processes that record at the same time: nothing is opened, told or kept twice."""

import asyncio

from monitor.domain.incident import IncidentKind
from monitor.domain.landscape import CheckId, TargetId
from monitor.domain.observation import Observation
from monitor.recorder import Recorder
from monitor.storage.engine import Database
from monitor.storage.queries import Queries
from tests.unit.answers import answer
from tests.unit.test_quorum import at, everywhere

LAND = everywhere(quorum=1)


def seen(target: TargetId, place: str, minute: float) -> Observation:
    return answer("fail", CheckId(target, f"health~{place}"), at(minute))


async def test_an_outage_that_two_recorders_see_at_once_is_one_incident(postgres_url: str) -> None:
    """Twelve targets fail for both, at the same moment, and each opens by one of them."""
    first, second = await Database.open(postgres_url), await Database.open(postgres_url)
    recorders = {
        "internet": Recorder(first, lambda: LAND),
        "pkio": Recorder(second, lambda: LAND),
    }
    try:
        for number, target in enumerate(LAND.targets):
            for minute in (0, 1):
                await asyncio.gather(
                    *(
                        recorder.record([seen(target, place, 10 * number + minute + shift)])
                        for shift, (place, recorder) in zip(
                            (0.0, 0.1), recorders.items(), strict=True
                        )
                    )
                )
        async with first.read() as tx:
            incidents = await Queries(tx).incidents(open_only=False)
    finally:
        await first.close()
        await second.close()
    subjects = [one.subject for one in incidents if one.kind is IncidentKind.TARGET]
    assert sorted(subjects) == sorted(map(str, LAND.targets))
