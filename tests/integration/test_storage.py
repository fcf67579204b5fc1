"""What goes into the database comes out of it, once, and all of it or nothing."""

from dataclasses import replace

import pytest

from checks.outcome import Contract, OutcomeClass
from monitor.domain.event import Event, EventType
from monitor.domain.health import CheckStanding, State
from monitor.domain.incident import Incident, IncidentKind, incident_id
from monitor.domain.observation import Missed
from monitor.domain.sighting import Readings, Seen, Sighting
from monitor.domain.standing import TargetStanding
from monitor.storage.engine import Database
from monitor.storage.ledger import Ledger
from tests.building import HEALTH, MINUTE, NOON, PROD, seen

STANDING = TargetStanding(
    target=PROD,
    state=State.UP,
    since=NOON,
    outcome_class=OutcomeClass.OK,
    last_at=NOON,
    checks={"health": CheckStanding(state=State.UP, since=NOON, states=(State.UP,), successes=1)},
    readings=Readings(
        recent=(Seen(served=True, version="8.5.2"),),
        current=Sighting(seen=Seen(served=True, version="8.5.2"), after=None, by=NOON, last=NOON),
    ),
)


async def test_an_observation_is_known_once_per_check_and_slot(database: Database) -> None:
    batch = [seen(at=NOON), seen(at=NOON + MINUTE)]
    async with database.begin() as tx:
        assert await Ledger(tx).observe(batch) == batch
    async with database.begin() as tx:
        assert await Ledger(tx).observe([*batch, seen(at=NOON + 2 * MINUTE)]) == [
            seen(at=NOON + 2 * MINUTE)
        ]
        assert await Ledger(tx).observe(batch) == []


async def test_a_batch_that_holds_a_slot_twice_keeps_the_first(database: Database) -> None:
    twice = [seen(at=NOON), seen(at=NOON, outcome_class=OutcomeClass.FAILED)]
    async with database.begin() as tx:
        assert await Ledger(tx).observe(twice) == twice[:1]


async def test_what_was_not_committed_never_was(database: Database) -> None:
    async def crash() -> None:
        async with database.begin() as tx:
            await Ledger(tx).observe([seen()])
            await Ledger(tx).keep([STANDING])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await crash()
    async with database.begin() as tx:
        assert await Ledger(tx).standings([PROD]) == {}
        assert await Ledger(tx).observe([seen()]) == [seen()]


async def test_a_standing_comes_back_as_it_was_kept(database: Database) -> None:
    async with database.begin() as tx:
        assert await Ledger(tx).standings([PROD]) == {}
        await Ledger(tx).keep([STANDING])
    async with database.begin() as tx:
        assert await Ledger(tx).standings([PROD]) == {PROD: STANDING}


async def test_a_standing_that_another_process_changed_is_read_again(database_url: str) -> None:
    ours = await Database.open(database_url)
    theirs = await Database.open(database_url, exclusive=False)
    later = replace(STANDING, state=State.DOWN, last_at=NOON + MINUTE)
    try:
        async with ours.begin() as tx:
            await Ledger(tx).keep([STANDING])
        async with theirs.begin() as tx:
            assert await Ledger(tx).standings([PROD]) == {PROD: STANDING}
            await Ledger(tx).keep([later])
        async with ours.begin() as tx:
            assert await Ledger(tx).standings([PROD]) == {PROD: later}
    finally:
        await ours.close()
        await theirs.close()


async def test_a_standing_that_was_rolled_back_is_not_remembered(database_url: str) -> None:
    ours = await Database.open(database_url)
    theirs = await Database.open(database_url, exclusive=False)
    degraded = replace(STANDING, state=State.DEGRADED)

    async def crash() -> None:
        async with ours.begin() as tx:
            await Ledger(tx).keep([replace(STANDING, state=State.DOWN)])
            raise ZeroDivisionError

    try:
        async with ours.begin() as tx:
            await Ledger(tx).keep([STANDING])
        with pytest.raises(ZeroDivisionError):
            await crash()
        async with theirs.begin() as tx:  # to the very revision that was rolled back
            await Ledger(tx).keep([degraded])
        async with ours.begin() as tx:
            assert await Ledger(tx).standings([PROD]) == {PROD: degraded}
    finally:
        await ours.close()
        await theirs.close()


async def test_an_event_is_told_once_per_key(database: Database) -> None:
    event = Event(type=EventType.OUTAGE_OPENED, subject=str(PROD), at=NOON, key="k")
    async with database.begin() as tx:
        assert await Ledger(tx).tell([event, replace(event, at=NOON + MINUTE)]) == [event]
        other = replace(event, key="another")
        assert await Ledger(tx).tell([replace(event, at=NOON), other]) == [other]


async def test_an_incident_stays_open_until_it_is_resolved(database: Database) -> None:
    incident = Incident(
        id=incident_id(IncidentKind.TARGET, str(PROD), NOON),
        kind=IncidentKind.TARGET,
        subject=str(PROD),
        opened_at=NOON,
        reason="no answer",
        told=True,
    )
    async with database.begin() as tx:
        await Ledger(tx).keep_incidents([incident])
        assert await Ledger(tx).open_incidents() == [incident]
        await Ledger(tx).keep_incidents([replace(incident, resolved_at=NOON + MINUTE)])
        assert await Ledger(tx).open_incidents() == []


async def test_a_contract_is_kept_once_and_a_hole_may_grow(database: Database) -> None:
    contract = Contract("abc", '{"paths":{}}')
    hole = Missed(HEALTH, NOON, NOON + MINUTE, 2, "a stall")
    async with database.begin() as tx:
        await Ledger(tx).contract(contract, NOON)
        await Ledger(tx).miss([hole])
    async with database.begin() as tx:
        await Ledger(tx).contract(contract, NOON)
        await Ledger(tx).miss([replace(hole, last=NOON + 2 * MINUTE, count=3)])
