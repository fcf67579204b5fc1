"""What another location was never asked is asked there soon, whatever its interval."""

from dataclasses import replace

from monitor.scheduling.batch import Batch
from monitor.scheduling.dispatcher import Dispatcher
from monitor.scheduling.scheduler import FIRST_ROUND
from tests.building import NOON
from tests.integration.test_locations import ORIGIN, SECOND, Clock, dispatching, each, jobs

LAND = each(600)
PROBES = {check for check, one in LAND.probes.items() if one.location == "pkio"}


async def handed(dispatcher: Dispatcher, clock: Clock, url: str) -> list[Batch]:
    """What is put into the queue within ten seconds, beside the slots of the grid."""
    before = len(jobs(url))
    for _ in range(20):
        await dispatcher.hand_out()
        clock.now += SECOND / 2
    return [one for one in jobs(url)[before:] if ":first:" in one.key]


async def test_every_check_is_handed_out_within_five_seconds_of_the_first_start(
    postgres_url: str,
) -> None:
    clock = Clock(NOON)
    async with dispatching(postgres_url, clock, []) as (_, dispatcher):
        dispatcher.follow(LAND, ORIGIN)
        dispatcher.begin(())
        batches = await handed(dispatcher, clock, postgres_url)
    slots = [slot for batch in batches for slot in batch.slots]
    assert {check for check, _ in slots} == PROBES
    assert len(slots) == len(PROBES), "once"
    assert all(NOON < slot <= NOON + FIRST_ROUND for _, slot in slots)
    assert len({slot for _, slot in slots}) > 1, "not all at once"


async def test_the_next_leader_does_not_ask_anew_what_was_looked_at(postgres_url: str) -> None:
    clock, unseen = Clock(NOON), min(PROBES)
    async with dispatching(postgres_url, clock, []) as (_, dispatcher):
        dispatcher.follow(LAND, ORIGIN)
        dispatcher.begin(PROBES - {unseen})
        batches = await handed(dispatcher, clock, postgres_url)
        assert [check for one in batches for check, _ in one.slots] == [unseen]
        await dispatcher.close()
        dispatcher.begin(PROBES)
        assert not await handed(dispatcher, clock, postgres_url)


async def test_what_a_catalogue_adds_or_changes_is_looked_at_soon(postgres_url: str) -> None:
    clock = Clock(NOON)
    async with dispatching(postgres_url, clock, []) as (_, dispatcher):
        dispatcher.follow(replace(LAND, interfaces=()), ORIGIN)
        dispatcher.begin(())
        dispatcher.follow(LAND, ORIGIN)
        batches = await handed(dispatcher, clock, postgres_url)
        assert {check for one in batches for check, _ in one.slots} == PROBES
        dispatcher.follow(LAND, ORIGIN)
        assert not await handed(dispatcher, clock, postgres_url), "the same again adds nothing"


async def test_a_first_look_is_not_handed_out_when_its_check_has_left(postgres_url: str) -> None:
    clock = Clock(NOON)
    async with dispatching(postgres_url, clock, []) as (_, dispatcher):
        dispatcher.follow(LAND, ORIGIN)
        dispatcher.begin(())
        dispatcher.follow(replace(LAND, interfaces=LAND.interfaces[1:]), ORIGIN)
        left = {check for check in PROBES if check.target.line.interface == LAND.interfaces[0].id}
        batches = await handed(dispatcher, clock, postgres_url)
        assert left
        assert {check for one in batches for check, _ in one.slots} == PROBES - left
