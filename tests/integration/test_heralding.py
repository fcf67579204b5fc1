"""A gate that opens is told once, by one of all processes, and so is one that is open no more."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

from monitor.desk.heralding import Herald, Scene
from monitor.domain.event import Event
from monitor.domain.finding import Finding, FindingKind, FindingPhase, Severity, finding_key
from monitor.domain.rollout import Announcement, Rollout, rollout_id
from monitor.storage.engine import Database
from monitor.storage.ledger import Ledger
from monitor.storage.queries import Queries
from tests.building import PRESENTEREN
from tests.unit.gating import HOUR, GateStory

SOAKED = {"lto": "8.5*3 8.6*50", "prod": "8.5*53"}


def story(**rows: str) -> GateStory:
    return GateStory(drifts=False).tell(**rows)


def scene(told: GateStory, *rollouts: Rollout, findings: tuple[Finding, ...] = ()) -> Scene:
    return Scene(
        landscape=told.landscape,
        standings=told.standings,
        rollouts=rollouts,
        findings=findings,
    )


async def written(database: Database, told: GateStory, *findings: Finding) -> None:
    async with database.begin() as tx:
        ledger = Ledger(tx)
        await ledger.standings(told.standings)
        await ledger.keep(told.standings.values())
        runs = [(target, one) for target, rows in told.rows.items() for one in rows.values()]
        await ledger.sight(runs)
        if findings:
            await ledger.keep_findings([*findings])


async def events(database: Database) -> list[Event]:
    async with database.read() as tx:
        return [*(await Queries(tx).events()).items]


async def told_by(database: Database) -> list[str]:
    return [f"{one.type} {one.subject} {one.facts['version']}" for one in await events(database)]


OPENED = "gate.opened presenteren/v8@prod 8.6"
CLOSED = "gate.closed presenteren/v8@prod 8.6"


def trouble(told: GateStory, at: datetime) -> Finding:
    key = finding_key(PRESENTEREN, FindingKind.MIXED, ["lto"])
    return Finding(
        id=key,
        key=key,
        kind=FindingKind.MIXED,
        severity=Severity.WARNING,
        phase=FindingPhase.OPEN,
        line=told.line,
        environments=("lto",),
        opened_at=at,
        tolerated_until=None,
        resolved_at=None,
        evidence={},
        changed_at=at,
    )


async def test_a_gate_is_told_to_open_once_to_close_once_and_to_open_again(
    database: Database,
) -> None:
    told, herald = story(**SOAKED), Herald(database)
    await written(database, told)
    for _ in range(2):
        await herald.look(scene(told), told.now)
        assert await told_by(database) == [OPENED]
    (opened,) = await events(database)
    assert opened.at == told.now
    assert opened.facts["decision"] == "open"
    open_ = trouble(told, told.now)
    await written(database, told, open_)
    for _ in range(2):
        await herald.look(scene(told, findings=(open_,)), told.now)
        assert await told_by(database) == [OPENED, CLOSED]
    closed = (await events(database))[-1]
    assert (closed.facts["decision"], closed.facts["objections"]) == ("closed", "quiet")
    assert closed.story == opened.story
    await written(database, told, replace(open_, resolved_at=told.now))
    await herald.look(scene(told), told.now)
    assert await told_by(database) == [OPENED, CLOSED, OPENED]


async def test_of_several_processes_one_tells_it(database: Database) -> None:
    told = story(**SOAKED)
    await written(database, told)
    clocks = (told.now + timedelta(seconds=later) for later in range(3))
    await asyncio.gather(*(Herald(database).look(scene(told), now) for now in clocks))
    assert await told_by(database) == [OPENED]


async def test_a_gate_that_was_told_to_be_open_is_not_open_when_nobody_knows(
    database: Database,
) -> None:
    told, herald = story(**SOAKED), Herald(database)
    await written(database, told)
    await herald.look(scene(told), told.now)
    await herald.look(scene(told), told.now + 4 * HOUR)  # nobody read anything since
    closed = (await events(database))[-1]
    assert (closed.type, closed.facts["decision"]) == ("gate.closed", "unknown")


async def test_what_was_never_told_to_be_open_is_not_told_to_close(database: Database) -> None:
    told = story(lto="8.5*3 8.6*5", prod="8.5*8")
    await written(database, told)
    await Herald(database).look(scene(told), told.now)
    assert await told_by(database) == []


async def test_memory_alone_opens_no_gate(database: Database) -> None:
    """What a process remembers may be ahead of what was committed, or behind it."""
    told = story(**SOAKED)
    await Herald(database).look(scene(told), told.now)
    assert await told_by(database) == []
    await written(database, told, trouble(told, told.now))
    await Herald(database).look(scene(told), told.now)
    assert await told_by(database) == []


async def test_a_rollout_that_is_written_otherwise_is_the_same_gate(database: Database) -> None:
    told, herald = story(**SOAKED), Herald(database)
    await written(database, told)
    rollout = announced("v8.6.0", told.now)
    await herald.look(scene(told), told.now)
    await herald.look(scene(told, rollout), told.now)
    assert await told_by(database) == [OPENED]


async def test_what_arrived_on_prod_waits_at_no_gate_any_more(database: Database) -> None:
    told, herald = story(lto="8.5*3 8.6*53", prod="8.5*53 8.6*3"), Herald(database)
    await written(database, told)
    await herald.look(scene(told, announced("8.6", told.now)), told.now)
    assert await told_by(database) == []


def announced(version: str, at: datetime) -> Rollout:
    return Rollout(
        id=rollout_id(PRESENTEREN, version),
        line=PRESENTEREN,
        version=version,
        opened_at=at,
        announced=Announcement(at=at, by="kato", key="k"),
    )
