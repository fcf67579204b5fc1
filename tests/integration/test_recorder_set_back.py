"""The clock is set back by an hour: what is recorded goes on, and history tells no future."""

from datetime import timedelta

from monitor.domain.health import State
from monitor.domain.landscape import CheckId
from monitor.recorder import Recorder
from monitor.storage.engine import Database
from monitor.storage.queries import Queries
from tests.building import MINUTE, NOON, PROD, landscape
from tests.unit.answers import answers

OPENAPI = CheckId(PROD, "openapi_document")
AHEAD = NOON + timedelta(hours=1)


def micros(*, minutes: int) -> int:
    return minutes * 60_000_000


async def test_states_incidents_and_history_follow_the_clock_that_was_set_back(
    database: Database,
) -> None:
    land = landscape()
    recorder = Recorder(database, lambda: land)
    await recorder.record([*answers("1.0 1.0", OPENAPI, NOON - 2 * MINUTE)])
    await recorder.record([*answers("fail fail", OPENAPI, AHEAD)])
    recorded = await recorder.record([*answers("1.0 1.0 fail fail", OPENAPI, NOON)])
    (standing,) = recorded.standings
    assert (standing.state, standing.since) == (State.DOWN, NOON + 3 * MINUTE)
    async with database.read() as tx:
        (kept,) = await Queries(tx).standings()
        uptime = await Queries(tx).uptime(
            PROD, NOON - 2 * MINUTE, NOON + 5 * MINUTE, land.targets[PROD]
        )
        incidents = await Queries(tx).incidents(open_only=True)
    assert kept.since == standing.since
    up, down = (uptime.total.time[state] for state in (State.UP, State.DOWN))
    assert (micros(minutes=4), micros(minutes=3)) == (up, down)  # down as it was told, first
    assert len(incidents) == 1
