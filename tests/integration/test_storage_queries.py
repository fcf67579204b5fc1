"""Questions to the database: pages, filters, runs and cursors."""

from dataclasses import replace
from datetime import timedelta

import pytest

from checks.outcome import Contract, OutcomeClass, Phases, Reading, ReadingKind
from monitor.domain.event import Event, EventType
from monitor.domain.incident import Incident, IncidentKind
from monitor.domain.landscape import REFERENCE, CheckId, LineId, TargetId
from monitor.domain.observation import Observation
from monitor.domain.sighting import Readings, Seen, Sighting
from monitor.domain.standing import TargetStanding
from monitor.storage import answers
from monitor.storage.engine import Database
from monitor.storage.ledger import Ledger
from monitor.storage.page import BadCursor
from monitor.storage.queries import Queries
from tests.building import HEALTH, MINUTE, NOON, PRESENTEREN, PROD, STAM, seen

LTO = CheckId(TargetId(PRESENTEREN, "lto"), "health")
STAM_PROD = CheckId(TargetId(STAM, "prod"), "health")


async def observed(database: Database, *batch: Observation) -> None:
    async with database.begin() as tx:
        await Ledger(tx).observe(batch)


async def pages(database: Database, limit: int, **wanted: object) -> list[list[Observation]]:
    found, cursor = [], None
    async with database.read() as tx:
        while True:
            page = await Queries(tx).observations(cursor=cursor, limit=limit, **wanted)  # type: ignore[arg-type]
            found.append([*page.items])
            cursor = page.next
            if not cursor:
                return found


async def test_an_observation_comes_back_as_it_was_written(database: Database) -> None:
    plain = seen()
    full = Observation(
        HEALTH,
        NOON,
        NOON + timedelta(microseconds=1),
        replace(
            plain.outcome,
            outcome_class=OutcomeClass.THROTTLED,
            reason="te veel; later → weer",
            status=429,
            reading=Reading(ReadingKind.SERVED, "8.5.2", "abc"),
            phases=Phases(0.1, 0.2, 0.3, 0.4, 0.5, 1.5),
            retry_after=30.0,
            evidence={"sunset": "2026-12-31", "é": '"'},
            trace="Traceback",
        ),
    )
    await observed(database, full)
    async with database.read() as tx:
        assert await Queries(tx).latest(PROD, 5) == [full]


async def test_what_an_answer_carries_counts_until_the_next_one(database: Database) -> None:
    def answer(check: CheckId, minute: int, **evidence: str) -> Observation:
        at = NOON + minute * MINUTE
        return Observation(check, at, at, replace(seen().outcome, evidence=evidence))

    await observed(
        database,
        answer(HEALTH, 0, sunset="soon"),
        answer(HEALTH, 1),
        answer(LTO, 1, sunset="now"),
        answer(STAM_PROD, -9, sunset="old"),
    )
    async with database.read() as tx:
        told = await Queries(tx).evidence(NOON - MINUTE)
    assert told == [(LTO, NOON + MINUTE, {"sunset": "now"})]


@pytest.mark.parametrize("few", [64, 1])
async def test_pages_put_together_are_the_whole_newest_first(
    database: Database, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "FEW", few)
    everything = [
        seen(check, NOON + step * MINUTE) for step in range(7) for check in (HEALTH, LTO, STAM_PROD)
    ]
    await observed(database, *everything)
    found = await pages(database, 4)
    assert [len(page) for page in found] == [4, 4, 4, 4, 4, 1]
    flat = [one for page in found for one in page]
    assert sorted(flat, key=lambda one: (one.slot, one.check)) == sorted(
        everything, key=lambda one: (one.slot, one.check)
    )
    assert [one.slot for one in flat] == sorted((one.slot for one in flat), reverse=True)


@pytest.mark.parametrize("few", [64, 0])
async def test_observations_are_filtered_by_line_environment_and_time(
    database: Database, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "FEW", few)
    await observed(
        database,
        *(
            seen(check, NOON + step * MINUTE)
            for step in range(3)
            for check in (HEALTH, LTO, STAM_PROD)
        ),
    )
    (found,) = await pages(database, 9, line=PRESENTEREN, environment="prod")
    assert {one.check for one in found} == {HEALTH}
    (found,) = await pages(database, 9, environment="prod", since=NOON, until=NOON + MINUTE)
    assert {one.check for one in found} == {HEALTH, STAM_PROD}
    assert {one.slot for one in found} == {NOON}
    (found,) = await pages(database, 9, line=LineId("absent", "1"))
    assert found == []


async def test_answers_of_reference_targets_are_not_given_out(database: Database) -> None:
    await observed(database, seen(CheckId(TargetId(REFERENCE, "x"), "reference")))
    assert await pages(database, 9) == [[]]


@pytest.mark.parametrize(
    "cursor", ["", "!", "abc", "MS4y.", "LTE", "MS4yLjM", "é", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OS4x"]
)
async def test_a_cursor_that_is_not_ours_is_refused(database: Database, cursor: str) -> None:
    async with database.read() as tx:
        if cursor:
            with pytest.raises(BadCursor, match="leave it out"):
                await Queries(tx).observations(cursor=cursor)
        else:
            assert (await Queries(tx).observations(cursor=cursor)).items == ()


async def test_the_run_in_progress_is_told_as_of_its_last_reading(database: Database) -> None:
    old = Sighting(
        seen=Seen(served=True, version="8.5.1"), after=None, by=NOON - MINUTE, last=NOON - MINUTE
    )
    run = Sighting(seen=Seen(served=True, version="8.5.2"), after=old.last, by=NOON, last=NOON)
    now = replace(run, last=NOON + 9 * MINUTE, readings=10, settled=True)
    async with database.begin() as tx:
        ledger = Ledger(tx)
        await ledger.sight([(PROD, old), (PROD, run)])
        await ledger.keep([TargetStanding(target=PROD, readings=Readings(current=now))])
    async with database.read() as tx:
        assert await Queries(tx).sightings(PRESENTEREN, "prod") == [(PROD, now), (PROD, old)]
        assert await Queries(tx).sightings(environment="lto") == []
        assert [one.target for one in await Queries(tx).standings()] == [PROD]


async def test_incidents_come_newest_first(database: Database) -> None:
    first = Incident(
        id="1", kind=IncidentKind.TARGET, subject=str(PROD), opened_at=NOON, reason="no answer"
    )
    second = replace(first, id="2", opened_at=NOON + MINUTE, resolved_at=NOON + 2 * MINUTE)
    async with database.begin() as tx:
        await Ledger(tx).keep_incidents([first, second])
    async with database.read() as tx:
        assert await Queries(tx).incidents(open_only=False) == [second, first]
        assert await Queries(tx).incidents(open_only=True) == [first]


async def test_a_contract_comes_back_by_its_fingerprint(database: Database) -> None:
    contract = Contract("abc", '{"paths":{"/é":{}}}')
    async with database.begin() as tx:
        await Ledger(tx).contract(contract, NOON)
    async with database.read() as tx:
        assert await Queries(tx).contract("abc") == contract
        assert await Queries(tx).contract("absent") is None


async def test_events_can_be_caught_up_on(database: Database) -> None:
    told = [
        Event(
            type=EventType.OUTAGE_OPENED,
            subject=str(PROD),
            at=NOON,
            key=str(number),
            facts={"why": "no answer"},
        )
        for number in range(3)
    ]
    async with database.begin() as tx:
        await Ledger(tx).tell(told)
    async with database.read() as tx:
        queries = Queries(tx)
        first = await queries.events(limit=2)
        rest = await queries.events(after=first.next)
        nothing = await queries.events(after=rest.next)
    assert [*first.items, *rest.items] == told
    assert (nothing.items, nothing.next) == ((), rest.next)
