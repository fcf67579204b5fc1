"""Rollouts through the recorder: begun, followed and ended, whoever announces what meanwhile."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.board import Board
from monitor.domain.event import Event
from monitor.domain.finding import FindingKind
from monitor.domain.journey import announce, find
from monitor.domain.landscape import CheckId, TargetId
from monitor.domain.observation import Observation
from monitor.domain.rollout import Announcement, Rollout, StageState
from monitor.recorder import Recorder
from monitor.releases import newer_releases
from monitor.storage.deeds import Request
from monitor.storage.engine import Database
from monitor.storage.fault import StorageError
from monitor.storage.ledger import Ledger
from monitor.storage.queries import Queries
from tests.building import ENVIRONMENTS, MINUTE, NOON, PRESENTEREN, landscape
from tests.unit.answers import answer

LAND = landscape()
DAY = timedelta(days=1)
PLANNED = NOON + 10 * DAY


def seen(minute: float, words: str) -> list[Observation]:
    return [
        answer(word, CheckId(TargetId(PRESENTEREN, environment), "openapi_document"), at)
        for environment, word in zip(ENVIRONMENTS, words.split(), strict=True)
        if (at := NOON + minute * MINUTE)
    ]


RELEASE = (
    *3 * ["1.0.0 1.0.0 1.0.0"],
    *3 * ["1.1.0 1.0.0 1.0.0"],
    *3 * ["1.1.0 1.1.0 1.0.0"],
    *3 * ["1.1.0 1.1.0 1.1.0"],
)


def course(begin: int, end: int) -> list[Observation]:
    return [one for n in range(begin, end) for one in seen(n, RELEASE[n])]


async def rollouts(database: Database) -> Sequence[Rollout]:
    async with database.read() as tx:
        return (await Queries(tx).rollouts()).items


async def told(database: Database, kind: str) -> list[Event]:
    async with database.read() as tx:
        events = (await Queries(tx).events(limit=1000)).items
    return [one for one in events if one.type.startswith(kind)]


async def announced(database: Database, key: str, *, planned: bool = True) -> Rollout:
    """As the command line and the API do it, in one transaction beside the recorder."""
    line = LAND.lines[PRESENTEREN]
    plans = {"pre": PLANNED, "prod": PLANNED} if planned else {}
    announcement = Announcement(at=NOON, by="kato", key=key, planned=plans)
    async with database.begin() as tx:
        ledger = Ledger(tx)
        await ledger.next_edition()
        known = find(await ledger.every_rollout(), "1.1.0")
        made = announce(line, "1.1.0", announcement, known)
        if first := await ledger.once(Request("rollouts of kato", key, b"same"), made.id, NOON):
            kept = await ledger.rollout(first)
            assert kept
            return kept
        await ledger.keep_rollouts([made])
        return made


@pytest.mark.parametrize("size", [1, 5, 100])
async def test_a_release_is_one_rollout_over_batches_and_restarts(
    database: Database, size: int
) -> None:
    row = course(0, 12)
    for begin in range(0, len(row), size):
        await Recorder(database, lambda: LAND).record(row[begin : begin + size])
    [rollout] = await rollouts(database)
    assert rollout.version == "1.1.0"
    assert {one.state for one in rollout.stages.values()} == {StageState.ARRIVED}
    arrived = await told(database, "rollout.arrived")
    assert [one.subject for one in arrived] == [f"{PRESENTEREN}@{one}" for one in ENVIRONMENTS]
    assert arrived[0].facts["arrivedAfter"] == (NOON + 2 * MINUTE).isoformat()
    assert arrived[0].facts["arrivedBy"] == (NOON + 3 * MINUTE).isoformat()


async def test_a_rollout_that_was_soaked_everywhere_is_done_at_that_moment(
    database: Database,
) -> None:
    calm = landscape(interval=60 * MINUTE)
    again = Recorder(database, lambda: calm)
    for hour in range(12 + 50):
        await again.record(seen(60 * hour, RELEASE[min(hour, 11)]))
    [rollout] = await rollouts(database)
    assert {one.state for one in rollout.stages.values()} == {StageState.VERIFIED}
    verified = await told(database, "rollout.verified")
    assert [one.subject for one in verified] == [f"{PRESENTEREN}@{one}" for one in ENVIRONMENTS]
    assert rollout.done_at == rollout.stages["prod"].verified_at == verified[-1].at
    assert rollout.done_at == NOON + 10 * 60 * MINUTE + 2 * DAY  # from when it was settled on


async def test_what_is_announced_beside_us_counts_from_the_next_observation_on(
    database_url: str,
) -> None:
    ours = await Database.open(database_url)
    theirs = await Database.open(database_url, exclusive=False)
    try:
        again = Recorder(ours, lambda: LAND)
        [lag] = (await again.record(course(0, 6))).findings
        adopted = await announced(theirs, "k")
        recorded = await again.record(seen(6, "1.1.0 1.0.0 1.0.0"))
        assert [one.id for one in recorded.rollouts] == [adopted.id]
        [longer] = recorded.findings
        assert (longer.id, longer.kind) == (lag.id, FindingKind.LAG)
        assert lag.tolerated_until != longer.tolerated_until == PLANNED
        assert [one.announced for one in await rollouts(ours)] == [adopted.announced]
    finally:
        await ours.close()
        await theirs.close()


async def test_announced_first_and_twice_with_one_key_it_is_one_rollout(
    database: Database,
) -> None:
    again = Recorder(database, lambda: LAND)
    await again.record(course(0, 3))
    first = await announced(database, "k")
    assert await announced(database, "k") == first
    recorded = await again.record(course(3, 6))
    assert [one.id for one in recorded.rollouts] == [first.id]
    assert await announced(database, "k") == recorded.rollouts[0]
    [rollout] = await rollouts(database)
    assert rollout.announced == first.announced
    assert rollout.stages["lto"].state is StageState.ARRIVED


async def test_who_announces_while_a_batch_is_written_is_waited_for(postgres_url: str) -> None:
    ours = await Database.open(postgres_url)
    theirs = await Database.open(postgres_url, exclusive=False)
    try:
        again = Recorder(ours, lambda: LAND)
        await again.record(course(0, 4))
        async with theirs.begin() as tx:
            ledger = Ledger(tx)
            await ledger.next_edition()
            announcement = Announcement(at=NOON, by="kato", key="k", planned={"prod": PLANNED})
            made = announce(LAND.lines[PRESENTEREN], "1.1.0", announcement, None)
            writing = asyncio.create_task(again.record(course(4, 6)))
            done, _ = await asyncio.wait([writing], timeout=0.5)
            assert not done
            await ledger.keep_rollouts([made])
        with pytest.raises(StorageError, match="Another process was faster"):
            await writing
        await again.record(course(4, 6))  # the intake tries again
        [rollout] = await rollouts(ours)
        assert rollout.announced == announcement
        assert rollout.stages["lto"].state is StageState.ARRIVED
    finally:
        await ours.close()
        await theirs.close()


async def test_the_board_follows_a_rollout_until_it_is_done(database: Database) -> None:
    board = Board(LAND)
    again = Recorder(database, lambda: LAND)
    await again.record(course(0, 3))
    first = await newer_releases(database, None)
    assert first
    board.recall_releases(first)
    recorded = await again.record(course(3, 6))
    board.apply(
        recorded.standings,
        recorded.incidents,
        NOON,
        rollouts=recorded.rollouts,
        editions=recorded.editions,
    )
    assert [*board.rollouts.values()] == list(recorded.rollouts)
    board.apply([], [], NOON, rollouts=[replace(recorded.rollouts[0], done_at=NOON)])
    assert board.rollouts == {}


async def test_an_outage_after_an_arrival_names_the_rollout(database: Database) -> None:
    again = Recorder(database, lambda: LAND)
    await again.record(course(0, 6))
    lto = CheckId(TargetId(PRESENTEREN, "lto"), "health")
    for minute in range(6, 11):
        others = [answer("ok", one, NOON + minute * MINUTE) for one in LAND.probes if one != lto]
        quiet = [one for one in others if one.check.name == "health"]
        await again.record([*quiet, answer("fail", lto, NOON + minute * MINUTE)])
    [outage] = await told(database, "outage.opened")
    assert outage.facts["rollout"] == (await rollouts(database))[0].id
