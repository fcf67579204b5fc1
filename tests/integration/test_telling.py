"""What operators tell of incidents: theirs, and those that the rules opened."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from monitor.desk.almanac import Almanac
from monitor.desk.hand import Hand
from monitor.desk.telling import Draft, change_incident, open_incident, update_incident
from monitor.domain.audit import ActKind
from monitor.domain.bulletin import BulletinError, Phase
from monitor.domain.event import EVERYWHERE, Event, Reach
from monitor.domain.incident import Incident, IncidentKind
from monitor.domain.incident import open_incident as open_outage
from monitor.domain.landscape import Landscape, LifeCycle
from monitor.recorder import Recorder
from monitor.releases import newer_releases
from monitor.storage.engine import Database
from monitor.storage.ledger import Ledger
from monitor.storage.queries import Queries
from tests.building import MINUTE, NOON, PRESENTEREN, PROD, STAM, landscape
from tests.unit.answers import answers

HAND = Hand("an operator", NOON, "a test")
BOTH = Reach(environments=("prod",), lines=(PRESENTEREN, STAM))
DRAFT = Draft(title="Slow", about=BOTH, phase=Phase.INVESTIGATING, message="We look into it.")


def later(minutes: float) -> Hand:
    return replace(HAND, at=NOON + minutes * MINUTE)


async def events(database: Database) -> list[Event]:
    async with database.read() as tx:
        return [*(await Queries(tx).events(limit=1_000)).items]


async def test_an_incident_is_told_from_its_opening_to_its_end(database: Database) -> None:
    made = await open_incident(database, DRAFT, HAND)
    told = (
        (Phase.IDENTIFIED, "A full disk."),
        (Phase.MONITORING, "The backlog is worked off."),
        (Phase.RESOLVED, "It is over."),
    )
    for minute, (phase, message) in enumerate(told, 1):
        assert await update_incident(database, made.id, phase, message, later(minute))
    every = await events(database)
    assert [one.type.value for one in every] == [
        *("incident.opened", "incident.updated", "incident.updated", "incident.resolved")
    ]
    assert {one.story for one in every} == {made.id}
    assert {one.subject for one in every} == {EVERYWHERE}
    assert [one.facts["message"] for one in every] == [DRAFT.message, *(two for _, two in told)]
    assert every[-1].facts["lines"] == "presenteren/v8,stam/5"
    async with database.read() as tx:
        queries = Queries(tx)
        known = await queries.bulletin(made.id)
        updates = (await queries.updates([made.id]))[made.id]
        acts = [one.what for one in await queries.acts(made.id)]
        assert await queries.open_bulletins() == []
        assert [one.id for one in await queries.bulletins(NOON)] == [made.id]
        assert await queries.bulletins(NOON + 3 * MINUTE) == []
    assert known
    assert (known.phase, known.resolved_at) == (Phase.RESOLVED, NOON + 3 * MINUTE)
    assert [one.number for one in updates] == [0, 1, 2, 3]
    assert acts == [*3 * [ActKind.INCIDENT_UPDATED], ActKind.INCIDENT_OPENED]
    with pytest.raises(BulletinError, match="open another"):
        await update_incident(database, made.id, Phase.MONITORING, "Again.", later(4))


async def test_what_an_incident_is_about_can_be_put_right(database: Database) -> None:
    made = await open_incident(database, DRAFT, HAND)
    only = Reach(environments=("prod",), lines=(STAM,))
    changed = await change_incident(database, made.id, "Very slow", only, later(1))
    assert await change_incident(database, made.id, None, None, later(2)) == changed
    assert await change_incident(database, "x", "No", None, later(2)) is None
    every = await events(database)
    assert [one.subject for one in every] == [EVERYWHERE, "stam/5@prod"]
    assert every[-1].facts["title"] == "Very slow"


async def test_an_incident_does_not_begin_with_its_end(database: Database) -> None:
    with pytest.raises(BulletinError, match="begin with another phase"):
        await open_incident(database, replace(DRAFT, phase=Phase.RESOLVED), HAND)
    assert await events(database) == []


async def test_an_operator_writes_under_what_the_rules_opened(database: Database) -> None:
    recorder = Recorder(database, landscape)
    await recorder.record([*answers("fail fail fail")])
    async with database.read() as tx:
        [outage] = await Queries(tx).outages(NOON)
    assert "/" not in outage.id  # it is a segment of a URL
    assert await update_incident(database, outage.id, Phase.IDENTIFIED, "A cable.", later(3))
    with pytest.raises(BulletinError, match="when the checks see so"):
        await update_incident(database, outage.id, Phase.RESOLVED, "Done.", later(4))
    opened, updated = await events(database)
    assert (updated.subject, updated.story) == (str(PROD), opened.story)
    await recorder.record([*answers("ok ok", begin=NOON + 4 * MINUTE)])
    with pytest.raises(BulletinError, match="it is resolved"):
        await update_incident(database, outage.id, Phase.MONITORING, "Late.", later(9))


async def test_a_child_stands_for_itself_once_its_parent_is_over(database: Database) -> None:
    whole = open_outage(IncidentKind.ENVIRONMENT, "prod", NOON, "3 targets")
    child = replace(open_outage(IncidentKind.TARGET, str(PROD), NOON, "down"), parent=whole.id)

    async def known(*incidents: Incident) -> list[str]:
        async with database.begin() as tx:
            await Ledger(tx).keep_incidents(incidents)
        async with database.read() as tx:
            return sorted(one.kind.value for one in await Queries(tx).outages(NOON))

    assert await known(whole, child) == ["environment"]
    over = replace(whole, resolved_at=NOON + MINUTE)
    assert await known(over) == ["environment", "target"]
    mended = replace(child, resolved_at=NOON + 2 * MINUTE)
    assert await known(mended) == ["environment"]
    assert await known(replace(mended, told=True)) == ["environment", "target"]


async def test_nobody_writes_under_nothing(database: Database) -> None:
    assert await update_incident(database, "x", Phase.MONITORING, "Hm.", HAND) is None


async def test_another_process_hears_of_it_by_the_edition(database: Database) -> None:
    known = await newer_releases(database, None)
    assert known
    made = await open_incident(database, DRAFT, HAND)
    news = await newer_releases(database, known.edition)
    assert news
    assert news.bulletins == (made,)


def ending(days: int) -> Landscape:
    """presenteren/v8 ends so many days after 15 June."""
    model = landscape()
    [line] = model.interfaces[0].lines
    until = (NOON + timedelta(days=days)).date()
    ends = replace(line, life_cycle=LifeCycle(line.life_cycle.first_days, until))
    return replace(
        model, interfaces=(replace(model.interfaces[0], lines=(ends,)), *model.interfaces[1:])
    )


@pytest.mark.parametrize(
    ("left", "told"),
    [
        (91, None),
        (90, "support.ending 90"),
        (31, "support.ending 31"),
        (5, "support.ending 5"),
        (0, "support.ending 0"),
        (-1, "support.ended 0"),
        (-30, "support.ended 0"),
        (-31, None),
    ],
)
async def test_the_end_of_support_is_told_when_it_is_near(
    database: Database, left: int, told: str | None
) -> None:
    """However late we come: the nearest threshold only."""
    await Almanac(database).look(ending(left), (), NOON)
    found = [f"{one.type} {one.facts['daysLeft']}" for one in await events(database)]
    assert found == ([told] if told else [])


async def test_each_threshold_of_the_end_of_support_is_told_once(database: Database) -> None:
    def day(number: int) -> datetime:
        return NOON + timedelta(days=number)

    first, second = Almanac(database), Almanac(database)
    for number in range(95):
        await first.look(ending(91), (), day(number))
        if number % 7 == 0:
            await second.look(ending(91), (), day(number))
    found = [one.facts["daysLeft"] for one in await events(database)]
    assert found == ["90", "30", "7", "1", "0"]
