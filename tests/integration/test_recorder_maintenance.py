"""Maintenance through the recorder: what it covers opens nothing, and what it reads counts."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from monitor.desk.almanac import Almanac
from monitor.desk.hand import Hand
from monitor.desk.maintaining import change_maintenance, end_maintenance, plan_maintenance
from monitor.domain.audit import ActKind
from monitor.domain.health import State
from monitor.domain.landscape import CheckId, TargetId
from monitor.domain.maintenance import Maintenance
from monitor.domain.observation import Observation
from monitor.domain.sighting import Mood
from monitor.domain.standing import TargetStanding
from monitor.domain.window import WindowError
from monitor.recorder import Recorder
from monitor.storage.engine import Database
from monitor.storage.ledger import Ledger
from monitor.storage.queries import Queries
from tests.building import HEALTH, MINUTE, NOON, PRESENTEREN, PROD, landscape
from tests.unit.answers import answer, answers

LAND = landscape()
OPENAPI = CheckId(PROD, "openapi_document")
HAND = Hand("an operator", NOON, "a test")
HOUR = timedelta(hours=1)


def at(minute: float) -> datetime:
    return NOON + minute * MINUTE


def window(begin: float, end: float, **more: object) -> Maintenance:
    planned = Maintenance(
        id="m", starts_at=at(begin), ends_at=at(end), reason="new cables", lines=(PRESENTEREN,)
    )
    return replace(planned, **more)  # type: ignore[arg-type]


async def standing(database: Database, target: TargetId = PROD) -> TargetStanding:
    async with database.begin() as tx:
        return (await Ledger(tx).standings([target]))[target]


async def told(database: Database, *families: str) -> list[str]:
    async with database.read() as tx:
        events = (await Queries(tx).events(limit=1_000)).items
    return [one.type.value for one in events if one.type.partition(".")[0] in families]


async def open_incidents(database: Database) -> int:
    async with database.read() as tx:
        return len(await Queries(tx).incidents(open_only=True))


async def test_what_fails_in_maintenance_is_no_outage(database: Database) -> None:
    await plan_maintenance(database, window(1, 5, environments=("prod",)), HAND)
    recorder = Recorder(database, lambda: LAND)
    await recorder.record([*answers("ok fail fail fail fail")])
    assert (await standing(database)).state is State.MAINTENANCE
    assert (await standing(database)).reason == "planned maintenance: new cables"
    assert not await open_incidents(database)
    await recorder.record([answer("fail", at=at(5)), answer("fail", at=at(6))])
    assert (await standing(database)).state is State.DOWN
    assert await open_incidents(database) == 1


async def test_elsewhere_it_is_an_outage_all_the_same(database: Database) -> None:
    await plan_maintenance(database, window(0, 9, environments=("lto",)), HAND)
    await Recorder(database, lambda: LAND).record([*answers("ok fail fail")])
    assert (await standing(database)).state is State.DOWN


async def test_versions_that_are_read_in_maintenance_count_and_absence_does_not(
    database: Database,
) -> None:
    await plan_maintenance(database, window(2, 9), HAND)
    await Recorder(database, lambda: LAND).record([*answers("1.0 1.0 404 404 1.1 1.1", OPENAPI)])
    known = await standing(database)
    assert (known.state, known.readings.mood) == (State.MAINTENANCE, Mood.SETTLED)
    assert known.readings.settled
    assert known.readings.settled.seen.version == "1.1"
    assert known.soak.running_since is None  # the soak stands still meanwhile


ROW = "ok fail fail fail ok ok fail fail ok ok fail fail"


@pytest.mark.parametrize("border", [1, 3, 5])
async def test_the_borders_between_batches_make_no_difference(
    database: Database, border: int
) -> None:
    """Nor does it matter that it was withdrawn before what it covered was recorded."""
    await plan_maintenance(database, window(2, 7, rrule="FREQ=DAILY"), HAND)
    recorder = Recorder(database, lambda: LAND)
    row = [*answers(ROW)]
    await recorder.record(row[:border])
    await end_maintenance(database, "m", replace(HAND, at=at(4.5)))
    await recorder.record(row[border:])
    async with database.read() as tx:
        spans = await Queries(tx).uptime(PROD, NOON, at(12))
    minutes = {state.value: time / 60e6 for state, time in spans.total.time.items()}
    assert minutes == {"up": 6, "maintenance": 3, "down": 2, "unknown": 1}
    assert await told(database, "outage") == ["outage.opened", "outage.resolved"]


async def test_an_outage_from_before_is_told_after_it_and_resolved_at_any_time(
    database: Database,
) -> None:
    await plan_maintenance(database, window(2, 30), HAND)
    recorder = Recorder(database, lambda: LAND)
    await recorder.record([*answers("fail fail fail fail fail")])  # its alert was held back
    assert await open_incidents(database) == 1
    assert await told(database, "outage") == []
    await recorder.record([answer("fail", at=at(30)), answer("fail", at=at(31))])
    assert await told(database, "outage") == ["outage.opened"]
    await plan_maintenance(database, window(32, 60, id="n"), HAND)
    await recorder.record([answer("ok", at=at(32))])
    assert await open_incidents(database) == 1  # maintenance is no evidence that it is over
    await end_maintenance(database, "n", replace(HAND, at=at(33)))
    await recorder.record([answer("ok", at=at(33)), answer("ok", at=at(34))])
    assert await told(database, "outage") == ["outage.opened", "outage.resolved"]


async def test_who_is_silent_in_maintenance_is_no_sign_that_our_network_lives(
    database: Database,
) -> None:
    def everyone(word: str, minute: float) -> list[Observation]:
        return [answer(word, CheckId(one, "health"), at(minute)) for one in LAND.targets]

    await plan_maintenance(database, window(1, 30, lines=(), environments=("lto",)), HAND)
    recorder = Recorder(database, lambda: LAND)
    for minute, word in enumerate(("ok", "ok", "mute", "mute", "mute")):
        await recorder.record(everyone(word, minute))
    assert await told(database, "notice") == ["notice.isolated"]
    assert await told(database, "outage") == []


async def test_what_starts_and_ends_by_the_clock_is_told_once_by_several(
    database: Database,
) -> None:
    await plan_maintenance(database, window(0, 60, rrule="FREQ=DAILY"), HAND)
    processes = Almanac(database), Almanac(database)
    for hours in (-0.5, 0.5, 0.6, 1, 2, 24.5, 25):
        async with database.read() as tx:
            planned = await Queries(tx).maintenance()
        for almanac in processes:
            await almanac.look(LAND, planned, NOON + hours * HOUR)
    turns = ["maintenance.started", "maintenance.ended"]
    assert await told(database, "maintenance") == ["maintenance.planned", *turns, *turns]


async def test_what_nobody_heard_begin_ends_without_a_word(database: Database) -> None:
    planned = await plan_maintenance(database, window(0, 60), HAND)
    await Almanac(database).look(LAND, [planned], NOON + 2 * HOUR)
    assert await told(database, "maintenance") == ["maintenance.planned"]


async def test_an_end_before_its_time_is_told_once(database: Database) -> None:
    planned = await plan_maintenance(database, window(0, 60), HAND)
    almanac = Almanac(database)
    await almanac.look(LAND, [planned], at(10))
    assert await end_maintenance(database, "m", replace(HAND, at=at(20)))
    assert not await end_maintenance(database, "m", replace(HAND, at=at(21)))
    async with database.read() as tx:
        [withdrawn] = await Queries(tx).maintenance()
        acts = await Queries(tx).acts("m")
        events = (await Queries(tx).events(limit=9)).items
    await almanac.look(LAND, [withdrawn], at(61))
    assert await told(database, "maintenance") == [
        *("maintenance.planned", "maintenance.started", "maintenance.ended")
    ]
    assert events[-1].at == at(20)
    assert {one.story for one in events} == {"maintenance:m"}
    assert [one.what for one in acts] == [ActKind.MAINTENANCE_ENDED, ActKind.MAINTENANCE_PLANNED]


async def test_a_change_is_told_and_ends_what_is_on_where_it_moves_away(
    database: Database,
) -> None:
    planned = await plan_maintenance(database, window(0, 60), HAND)
    await Almanac(database).look(LAND, [planned], at(10))
    later = replace(planned, starts_at=at(120), ends_at=at(180))
    assert await change_maintenance(database, later, replace(HAND, at=at(20))) == later
    assert await change_maintenance(database, later, replace(HAND, at=at(21))) == later
    assert (await told(database, "maintenance"))[2:] == [
        *("maintenance.changed", "maintenance.ended")
    ]
    with pytest.raises(WindowError, match="maintenance ends after it starts"):
        await change_maintenance(database, replace(later, ends_at=at(120)), HAND)
    assert await end_maintenance(database, "m", replace(HAND, at=at(30)))  # not begun: withdrawn
    assert (await told(database, "maintenance"))[4:] == ["maintenance.changed"]
    assert await change_maintenance(database, later, replace(HAND, at=at(31))) is None
    assert await change_maintenance(database, replace(later, id="x"), HAND) is None


async def test_what_is_over_cannot_be_ended(database: Database) -> None:
    await plan_maintenance(database, window(0, 60), HAND)
    assert not await end_maintenance(database, "m", replace(HAND, at=at(60)))
    assert not await end_maintenance(database, "x", HAND)


async def test_a_certificate_is_told_at_its_nearest_threshold_once(database: Database) -> None:
    """However often it is seen, and by whichever check of the target."""
    recorder = Recorder(database, lambda: LAND)
    expires = NOON + timedelta(days=31)
    for days in (0, 1, 2, 20, 20.5, 29, 30.5):
        now = NOON + timedelta(days=days)
        for check in (HEALTH, OPENAPI):
            seen = answer("ok", check, now)
            shown = replace(seen.outcome, evidence={"notAfter": expires.isoformat()})
            await recorder.record([replace(seen, outcome=shown)])
    async with database.read() as tx:
        events = (await Queries(tx).events(limit=1_000)).items
    certificates = [one for one in events if one.type.value == "certificate.expiring"]
    assert [one.facts["daysLeft"] for one in certificates] == ["30", "11", "2"]
    assert {one.subject for one in certificates} == {str(PROD)}
