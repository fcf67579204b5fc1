"""From answers to what is kept: one transaction, and each thing once."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, event

from checks.outcome import Contract
from monitor.domain.event import Event
from monitor.domain.health import State
from monitor.domain.incident import Incident, IncidentKind
from monitor.domain.landscape import CheckId, Landscape, LineId, TargetId
from monitor.domain.observation import Missed, Observation
from monitor.domain.sighting import Mood
from monitor.domain.standing import TargetStanding
from monitor.domain.verdict import Court
from monitor.recorder import Recorded, Recorder
from monitor.storage.engine import Database
from monitor.storage.ledger import Ledger
from monitor.storage.queries import Queries
from tests.building import HEALTH, MINUTE, NOON, PRESENTEREN, PROD, landscape
from tests.unit.answers import answer, answers

LAND = landscape()
OPENAPI = CheckId(PROD, "openapi_document")


def recorder(database: Database, land: Landscape = LAND) -> Recorder:
    return Recorder(database, lambda: land)


def at(minute: float) -> datetime:
    return NOON + minute * MINUTE


def everyone(word: str, minute: float, land: Landscape = LAND) -> list[Observation]:
    return [answer(word, CheckId(target, "health"), at(minute)) for target in land.targets]


async def standing(database: Database, target: TargetId = PROD) -> TargetStanding | None:
    async with database.begin() as tx:
        return (await Ledger(tx).standings([target])).get(target)


async def incidents(database: Database) -> Sequence[Incident]:
    async with database.read() as tx:
        return await Queries(tx).incidents(open_only=False)


async def events(database: Database) -> Sequence[Event]:
    async with database.read() as tx:
        return (await Queries(tx).events(limit=1000)).items


async def test_what_is_recorded_is_what_is_kept(database: Database) -> None:
    recorded = await recorder(database).record([*answers("8.5.2 8.5.2", OPENAPI)])
    kept = await standing(database)
    assert recorded == Recorded(standings=(kept,) if kept else ())
    assert kept
    assert (kept.state, kept.readings.mood) == (State.UP, Mood.SETTLED)


async def test_the_same_batch_twice_changes_nothing_the_second_time(database: Database) -> None:
    row = [*answers("1 1 fail fail fail 2 2", OPENAPI), *answers("ok fail fail ok ok")]
    first = recorder(database)
    await first.record(row)
    before = await standing(database), await incidents(database), await events(database)
    assert await first.record(row) == Recorded()
    assert await recorder(database).record(row) == Recorded()
    assert (await standing(database), await incidents(database), await events(database)) == before


@contextmanager
def statements() -> Iterator[list[str]]:
    """Every statement that reaches a database; one for many rows counts once."""
    told: list[str] = []

    def hear(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        told.append(statement)

    event.listen(Engine, "before_cursor_execute", hear)
    try:
        yield told
    finally:
        event.remove(Engine, "before_cursor_execute", hear)


async def test_many_first_answers_take_no_more_statements_than_one(database: Database) -> None:
    """A start, or an outage of everything, must not hold up the record (it did, for 20 s)."""
    targets = sorted(LAND.targets)
    writing = recorder(database)
    with statements() as few:
        await writing.record([*answers("8.5.2", CheckId(targets[0], "openapi_document"))])
    with statements() as many:
        rest = [answer("8.5.2", CheckId(target, "openapi_document"), NOON) for target in targets]
        assert len((await writing.record(rest[1:])).standings) == len(targets) - 1
    assert len(many) <= len(few)


async def test_only_the_new_part_of_a_batch_is_judged(database: Database) -> None:
    row = [*answers("fail ok fail")]
    await recorder(database).record(row[:2])
    await recorder(database).record(row)
    assert await standing(database) == alone(row)


def alone(row: list[Observation]) -> TargetStanding:
    """What the rules make of it in one go, without any database."""
    court = Court(LAND, {}, [], sees_all=True)
    for seen in row:
        court.hear(seen)
    [kept] = court.verdict().standings
    return kept


@pytest.mark.parametrize("size", [1, 3, 100])
async def test_the_borders_between_batches_make_no_difference(
    database: Database, size: int
) -> None:
    words = [
        "1",
        "1",
        "2",
        "fail",
        "fail",
        "404",
        "404",
        "2",
        "1",
        "2",
        "2",
        "2",
        "2",
        "2",
        "mute",
        "mute",
        "mute",
        "3",
        "3",
    ]
    row = [
        answer(word, check, at(minute))
        for minute, word in enumerate(words)
        for check in (HEALTH, OPENAPI)
    ]
    again = recorder(database)
    for begin in range(0, len(row), size):
        await again.record(row[begin : begin + size])
    kept = await standing(database)
    assert kept == alone(row)
    async with database.read() as tx:
        rows = await Queries(tx).sightings(PRESENTEREN, "prod")
    versions = [sighting.seen.version for _, sighting in reversed(rows)]
    assert versions == ["1", "2", None, "2", "1", "2", "3"]


async def test_a_restart_remembers_what_was_concluded(database: Database) -> None:
    for word, minute in zip(["ok", "fail", "fail"], range(3), strict=True):
        await recorder(database).record([answer(word, HEALTH, at(minute))])
    kept = await standing(database)
    assert kept
    assert kept.state is State.DOWN


async def test_an_outage_opens_and_resolves_once_and_is_told_across_batches_and_restarts(
    database: Database,
) -> None:
    for minute, word in enumerate(["ok", "fail", "fail", "fail", "fail", "ok", "ok", "ok"]):
        others = [answer("ok", check, at(minute)) for check in LAND.probes if check.target != PROD]
        await recorder(database).record([*others, answer(word, HEALTH, at(minute))])
    [incident] = await incidents(database)
    assert (incident.subject, incident.opened_at, incident.resolved_at) == (
        str(PROD),
        at(2),
        at(6),
    )
    assert [event.type for event in await events(database)] == [
        "outage.opened",
        "outage.resolved",
    ]


async def test_an_outage_of_which_the_environment_spoke_is_held_again(database: Database) -> None:
    again = recorder(database, land := _wide())
    prod = [target for target in land.targets if target.environment == "prod"]
    others = [target for target in land.targets if target.environment != "prod"]
    for minute, word in enumerate(["ok", "fail", "fail", "fail"]):
        batch = [answer("ok", CheckId(one, "health"), at(minute)) for one in others]
        batch += [answer(word, CheckId(one, "health"), at(minute)) for one in prod]
        await again.record(batch)
    for minute in (4, 5):
        await again.record([answer("ok", CheckId(one, "health"), at(minute)) for one in prod[1:]])
    held = [one for one in await incidents(database) if one.resolved_at is None]
    assert [(one.subject, one.held_from, one.told) for one in held] == [
        (str(prod[0]), at(5), False)
    ]


def _wide() -> Landscape:
    """Two more lines than usual, so that an environment has enough to fall."""
    one = LAND.interfaces[0].lines[0]
    lines = [one]
    for name in ("v9", "v10"):
        id_ = LineId(one.id.interface, name)
        targets = {
            environment: replace(
                plan,
                id=TargetId(id_, environment),
                probes=tuple(
                    replace(probe, id=CheckId(TargetId(id_, environment), probe.id.name))
                    for probe in plan.probes
                ),
            )
            for environment, plan in one.targets.items()
        }
        lines.append(replace(one, id=id_, targets=targets))
    return replace(LAND, interfaces=(replace(LAND.interfaces[0], lines=tuple(lines)),))


async def test_our_own_network_being_gone_is_noticed_and_leaves_no_outage(
    database: Database,
) -> None:
    again = recorder(database)
    await again.record(everyone("ok", 0))
    await again.record(everyone("mute", 1)[:3])
    recorded = await again.record(everyone("mute", 1)[3:])
    assert [one.kind for one in recorded.incidents] == [IncidentKind.ISOLATED]
    assert {one.state for one in recorded.standings} == {State.UNKNOWN}
    assert len(recorded.standings) == len(LAND.targets)
    await again.record(everyone("ok", 3))
    assert [one.resolved_at for one in await incidents(database)] == [at(3)]
    assert [event.type for event in await events(database)] == ["notice.isolated"]


async def test_it_is_noticed_after_a_restart_too(database: Database) -> None:
    await recorder(database).record(everyone("ok", 0))
    for seen in everyone("mute", 1):
        recorded = await recorder(database).record([seen])
    assert [one.kind for one in recorded.incidents] == [IncidentKind.ISOLATED]


async def test_a_target_that_is_down_among_healthy_ones_needs_no_look_at_all_of_them(
    database: Database,
) -> None:
    again = recorder(database)
    await again.record(everyone("ok", 0))
    recorded = await again.record([answer("mute", HEALTH, at(1))])
    assert [one.target for one in recorded.standings] == [PROD]
    assert recorded.rechecks == {HEALTH}


async def test_the_time_before_a_taken_back_outage_is_unknown_not_down(
    database: Database,
) -> None:
    again = recorder(database)
    await again.record(everyone("ok", 0))
    await again.record([*answers("mute mute", HEALTH, at(1), timedelta(seconds=15))])
    kept = await standing(database)
    assert kept
    assert kept.state is State.DOWN
    others = [target for target in LAND.targets if target != PROD]
    await again.record([answer("mute", CheckId(one, "health"), at(1.5)) for one in others])
    kept = await standing(database)
    assert kept
    assert (kept.state, kept.since) == (State.UNKNOWN, at(1.25))
    async with database.read() as tx:
        uptime = await Queries(tx).uptime(PROD, at(0), at(2), LAND.targets[PROD])
    assert uptime.total.seconds(State.DOWN) == 0
    assert uptime.total.seconds(State.UNKNOWN) == 45


async def test_a_contract_is_kept_once_with_the_moment_it_was_first_read(
    database: Database,
) -> None:
    contract = Contract("abc", '{"paths": {}}')
    row = [
        replace(seen, outcome=replace(seen.outcome, contract=contract))
        for seen in answers("1/abc 1/abc", OPENAPI)
    ]
    again = recorder(database)
    await again.record(row[:1])
    await again.record(row[1:])
    async with database.read() as tx:
        assert await Queries(tx).contract("abc") == contract


async def test_what_fails_leaves_nothing_behind(database: Database) -> None:
    def broken() -> Landscape:
        return replace(LAND, policy=None)  # type: ignore[arg-type]  # a fault of ours

    faulty = Recorder(database, broken)
    with pytest.raises(AttributeError):
        await faulty.record(everyone("mute", 0))
    recorded = await recorder(database).record(everyone("mute", 0))
    assert len(recorded.standings) == len(LAND.targets)


async def test_observations_of_what_left_the_catalogue_are_kept_and_not_judged(
    database: Database,
) -> None:
    gone = CheckId.parse("old/v1@prod#health")
    again = recorder(database)
    assert (await again.record([answer("fail", gone)])).standings == ()
    assert await again.record([answer("fail", gone)]) == Recorded()


async def test_missed_slots_are_kept(database: Database) -> None:
    missed = Missed(HEALTH, at(0), at(4), 5, "the clock stepped")
    again = recorder(database)
    await again.miss([missed])
    await again.miss([missed])
