"""Findings through the recorder: opened once, resolved once, whatever happens in between."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from checks.contract import contract_of
from checks.outcome import Contract
from monitor.board import Board
from monitor.domain.event import Event, EventType
from monitor.domain.finding import Finding, FindingKind, FindingPhase
from monitor.domain.landscape import CheckId, Landscape, TargetId
from monitor.domain.observation import Observation
from monitor.recorder import Recorded, Recorder
from monitor.releases import arrived_since, newer_releases
from monitor.storage.engine import Database
from monitor.storage.fault import StorageError
from monitor.storage.ledger import Ledger
from monitor.storage.queries import Queries
from tests.building import ENVIRONMENTS, MINUTE, NOON, PRESENTEREN, STAM, landscape
from tests.unit.answers import answer

LAND = landscape()
DAY = timedelta(days=1)
LTO, PRE, PROD = (TargetId(PRESENTEREN, one) for one in ENVIRONMENTS)


def seen(minute: float, words: str) -> list[Observation]:
    """What lto, pre and prod answer in a minute."""
    return [
        answer(word, CheckId(TargetId(PRESENTEREN, environment), "openapi_document"), at)
        for environment, word in zip(ENVIRONMENTS, words.split(), strict=True)
        if (at := NOON + minute * MINUTE)
    ]


def course(*rounds: str, begin: int = 0) -> list[Observation]:
    return [one for minute, words in enumerate(rounds, begin) for one in seen(minute, words)]


RELEASE = (
    *3 * ["1.0.0 1.0.0 1.0.0"],
    *3 * ["1.1.0 1.0.0 1.0.0"],
    *3 * ["1.1.0 1.1.0 1.0.0"],
    *3 * ["1.1.0 1.1.0 1.1.0"],
)


async def findings(database: Database) -> Sequence[Finding]:
    async with database.read() as tx:
        return (await Queries(tx).findings(limit=1000)).items


async def histories(database: Database) -> list[list[Finding]]:
    async with database.read() as tx:
        found = (await Queries(tx).findings(limit=1000)).items
        return [await Queries(tx).finding_history(one.id) for one in found]


async def events(database: Database) -> list[Event]:
    async with database.read() as tx:
        told = (await Queries(tx).events(limit=1000)).items
    return [one for one in told if one.type.startswith("drift.")]


async def test_a_release_in_order_opens_one_finding_and_resolves_it_over_restarts(
    database: Database,
) -> None:
    for minute, words in enumerate(RELEASE):
        await Recorder(database, lambda: LAND).record(seen(minute, words))
    [lag] = await findings(database)
    assert (lag.kind, lag.phase) == (FindingKind.LAG, FindingPhase.RESOLVED)
    assert (lag.opened_at, lag.resolved_at) == (NOON + 4 * MINUTE, NOON + 10 * MINUTE)
    told = await events(database)
    assert [one.type for one in told] == [EventType.DRIFT_OPENED, EventType.DRIFT_RESOLVED]
    assert [one.at for one in told] == [lag.opened_at, lag.resolved_at]
    assert {one.facts["finding"] for one in told} == {lag.id}
    assert {one.subject for one in told} == {str(PRESENTEREN)}


@pytest.mark.parametrize("size", [1, 2, 7, 100])
async def test_the_borders_between_batches_make_no_difference_to_findings(
    database: Database, size: int, tmp_path: Path
) -> None:
    row = course(
        *RELEASE,
        *3 * ["1.1.0 1.1.0 2.0.0"],
        *3 * ["404 1.1.0 2.0.0"],
        *3 * ["2.0.0 1.1.0 2.0.0"],
        *3 * ["2.0.0/a fail 2.0.0/b"],
        *3 * ["2.0.0/a 2.0.0/b 1.1.0"],
    )
    again = Recorder(database, lambda: LAND)
    for begin in range(0, len(row), size):
        await again.record(row[begin : begin + size])
    at_once = await Database.open(f"sqlite:///{tmp_path / 'at_once.db'}")
    await Recorder(at_once, lambda: LAND).record(row)
    assert await histories(database) == await histories(at_once)
    assert await events(database) == await events(at_once)
    assert len(await findings(database)) > 4
    await at_once.close()


async def test_the_same_batch_twice_finds_nothing_the_second_time(database: Database) -> None:
    row = course(*RELEASE[:8])
    again = Recorder(database, lambda: LAND)
    await again.record(row)
    before = await histories(database), await events(database)
    assert await again.record(row) == Recorded()
    assert await Recorder(database, lambda: LAND).record(row) == Recorded()
    assert (await histories(database), await events(database)) == before


async def test_what_is_found_is_told_with_what_was_recorded(database: Database) -> None:
    again = Recorder(database, lambda: LAND)
    assert (await again.record(course(*RELEASE[:3]))).findings == ()
    recorded = await again.record(course(*RELEASE[3:6], begin=3))
    assert [one.kind for one in recorded.findings] == [FindingKind.LAG]
    assert recorded.arrivals == {LTO}
    assert recorded.editions
    quiet = await again.record(seen(6, "1.1.0 1.0.0 1.0.0"))
    assert (quiet.findings, quiet.arrivals, quiet.editions) == ((), frozenset(), None)


async def test_what_we_met_there_did_not_arrive(database: Database) -> None:
    recorded = await Recorder(database, lambda: LAND).record(course(*RELEASE[:3]))
    assert recorded.arrivals == frozenset()
    assert [*arrived_since(recorded.standings, NOON - DAY)] == []


async def test_after_a_restart_we_know_where_a_version_arrived_lately(database: Database) -> None:
    recorded = await Recorder(database, lambda: LAND).record(course(*RELEASE[:6]))
    arrived = NOON + 3 * MINUTE
    assert [*arrived_since(recorded.standings, NOON)] == [(LTO, arrived)]
    assert [*arrived_since(recorded.standings, arrived)] == []


async def test_a_finding_of_a_batch_that_failed_was_never_found(database: Database) -> None:
    again = Recorder(database, lambda: LAND)
    await again.record(course(*RELEASE[:3]))
    broken = replace(seen(5, "1.1.0 1.0.0 1.0.0")[0], at=None)  # type: ignore[arg-type]  # a fault of ours
    with pytest.raises((AttributeError, TypeError)):
        await again.record([*course(*RELEASE[3:6], begin=3), broken])
    assert await findings(database) == ()
    recorded = await again.record(course(*RELEASE[3:6], begin=3))
    assert len(recorded.findings) == 1
    assert await findings(database) == recorded.findings


DOCUMENTS = {
    path: contract_of({"openapi": "3.0.0", "paths": {path: {"get": {"responses": {}}}}})
    for path in ("/old", "/new")
}


async def test_a_contract_that_differs_is_told_path_by_path(database: Database) -> None:
    def read(minute: int, paths: str) -> list[Observation]:
        return [
            with_contract(one, DOCUMENTS[path])
            for one, path in zip(seen(minute, "1 1 1"), paths.split(), strict=True)
        ]

    again = Recorder(database, lambda: LAND)
    for minute in range(4):
        await again.record(read(minute, "/new /new /old"))
    [differs] = [one for one in await findings(database) if one.is_open]
    assert differs.kind is FindingKind.CONTRACT_DIFFERS
    assert differs.evidence["paths"] == {
        "added": ["path /old: added"],
        "removed": ["path /new: removed"],
        "changed": [],
    }
    for minute in range(4, 7):
        await again.record(read(minute, "/new /new /new"))
    kept = [one for one in await histories(database) if one[0].id == differs.id]
    assert [one.evidence.get("paths") for one in kept[0]] == [differs.evidence["paths"]] * 2


def with_contract(one: Observation, contract: Contract) -> Observation:
    reading = replace(one.outcome.reading, fingerprint=contract.fingerprint)
    return replace(one, outcome=replace(one.outcome, reading=reading, contract=contract))


async def test_a_line_that_leaves_the_catalogue_takes_its_findings_along(
    database: Database,
) -> None:
    land = [LAND]
    again = Recorder(database, lambda: land[0])
    await again.record(course(*RELEASE[:6]))
    land[0] = replace(LAND, interfaces=LAND.interfaces[1:])
    stam = CheckId(TargetId(STAM, "lto"), "openapi_document")
    recorded = await again.record([answer("5", stam, NOON + DAY)])
    [gone] = recorded.findings
    assert gone.resolved_at == NOON + DAY
    assert [one.is_open for one in await findings(database)] == [False]


async def test_a_catalogue_that_expects_less_resolves_what_it_no_longer_promises(
    database: Database,
) -> None:
    land = [LAND]
    again = Recorder(database, lambda: land[0])
    await again.record(course(*3 * ["1.0.0 404 1.0.0"]))
    [missing] = [one for one in await findings(database) if one.is_open]
    assert missing.kind is FindingKind.MISSING
    land[0] = without(LAND, PRE)
    await again.record(seen(5, "1.0.0 404 1.0.0"))
    assert not any(one.is_open for one in await findings(database))


def without(land: Landscape, target: TargetId) -> Landscape:
    line = land.lines[target.line]
    rest = {where: plan for where, plan in line.targets.items() if where != target.environment}
    interface = replace(land.interfaces[0], lines=(replace(line, targets=rest),))
    return replace(land, interfaces=(interface, *land.interfaces[1:]))


async def test_who_was_overtaken_by_another_process_thinks_again(database_url: str) -> None:
    ours = await Database.open(database_url)
    theirs = await Database.open(database_url, exclusive=False)
    try:
        again = Recorder(ours, lambda: LAND)
        await again.record(course(*RELEASE[:6]))
        async with theirs.begin() as tx:
            [lag] = await Ledger(tx).open_findings()
            edition = await Ledger(tx).edition()
            later = replace(lag, tolerated_until=NOON + 30 * DAY)
            await Ledger(tx).keep_findings([later])
        with pytest.raises(StorageError, match="Another process was faster"):
            async with ours.begin() as tx:
                await Ledger(tx).next_edition(edition)
        recorded = await again.record(seen(6, "1.1.0 1.0.0 1.0.0"))
        assert [one.id for one in recorded.findings] == [lag.id]
        assert recorded.findings[0].tolerated_until == lag.tolerated_until
    finally:
        await ours.close()
        await theirs.close()


async def test_the_board_learns_what_another_process_wrote_and_only_then(
    database_url: str,
) -> None:
    ours = await Database.open(database_url)
    theirs = await Database.open(database_url, exclusive=False)
    board = Board(LAND)
    try:
        again = Recorder(ours, lambda: LAND)
        first = await newer_releases(ours, board.edition)
        assert first
        board.recall_releases(first)
        recorded = await again.record(course(*RELEASE[:6]))
        board.apply(
            recorded.standings,
            recorded.incidents,
            NOON,
            findings=recorded.findings,
            editions=recorded.editions,
        )
        assert [*board.findings.values()] == list(recorded.findings)
        assert await newer_releases(ours, board.edition) is None
        revision = board.revision
        async with theirs.begin() as tx:
            changed = replace(recorded.findings[0], tolerated_until=NOON + 30 * DAY)
            await Ledger(tx).keep_findings([changed])
        news = await newer_releases(ours, board.edition)
        assert news
        board.recall_releases(news)
        assert [*board.findings.values()] == [changed]
        assert board.changed_since(revision) == frozenset({LTO, PRE, PROD})
        board.recall_releases(first)  # read before, arrived after
        assert [*board.findings.values()] == [changed]
    finally:
        await ours.close()
        await theirs.close()
