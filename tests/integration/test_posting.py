"""Who is owed what, on both databases."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from monitor.domain.delivery import Delivery, DeliveryKind
from monitor.domain.event import EventType
from monitor.domain.incident import Incident, IncidentKind, open_incident
from monitor.domain.maintenance import Maintenance
from monitor.domain.subscription import Channel, Mode, SubscriptionState, Wanted
from monitor.storage.engine import Database
from monitor.storage.ledger import Ledger
from monitor.storage.outbox import Outbox
from monitor.storage.queries import Queries
from tests.building import MINUTE, NOON
from tests.telling import event, owed, subscribed, subscriber, told

OPENED, RESOLVED = EventType.DRIFT_OPENED, EventType.DRIFT_RESOLVED


def names(deliveries: Sequence[Delivery]) -> list[tuple[str, str]]:
    return sorted((one.subscription, one.events[0].partition(":")[0]) for one in deliveries)


async def test_each_who_wants_an_event_is_owed_it_once(database: Database) -> None:
    await subscribed(
        database,
        subscriber("all"),
        subscriber("stam", wanted=Wanted(interfaces=("stam",))),
        subscriber("plan", wanted=Wanted(chains=("plan",))),
        subscriber("pending", state=SubscriptionState.PENDING),
    )
    await told(database, event())
    await told(database, event())
    assert names(await owed(database)) == [("all", "drift.opened")]
    async with database.begin() as tx:
        await Ledger(tx).keep_chains({"presenteren": "plan", "stam": "vth"})
    await told(database, event(story="s2"))
    assert names(await owed(database, "plan")) == [("plan", "drift.opened")]
    assert len(await owed(database, "all")) == 2


async def test_nothing_is_owed_for_what_was_rolled_back(database: Database) -> None:
    await subscribed(database, subscriber())

    async def fall_over() -> None:
        async with database.begin() as tx:
            await Ledger(tx).tell([event()])
            raise LookupError

    with pytest.raises(LookupError):
        await fall_over()
    assert await owed(database) == []
    async with database.read() as tx:
        assert (await Queries(tx).events()).items == ()


async def test_a_change_of_who_is_told_counts_from_the_next_event_on(database: Database) -> None:
    await subscribed(database, subscriber("a1"))
    await told(database, event(story="s1"))
    await subscribed(database, subscriber("a1", wanted=Wanted(events=("outage",))))
    await subscribed(database, subscriber("b2"))
    await told(database, event(story="s2"))
    assert names(await owed(database)) == [("a1", "drift.opened"), ("b2", "drift.opened")]


async def test_whoever_got_the_opening_gets_the_resolving(database: Database) -> None:
    await subscribed(database, *(subscriber(id_) for id_ in ("filter", "left", "paused")))
    await told(database, event())
    await subscribed(
        database,
        subscriber("filter", wanted=Wanted(events=("outage",))),
        subscriber("left", state=SubscriptionState.LEFT),
        subscriber("paused", state=SubscriptionState.PAUSED),
        subscriber("never", wanted=Wanted(events=("outage",))),
    )
    await told(database, event(RESOLVED, at=NOON + MINUTE))
    resolving = [one for one in await owed(database) if one.events[0].startswith(RESOLVED)]
    assert names(resolving) == [("filter", "drift.resolved")]
    await told(database, event(RESOLVED, at=NOON + 2 * MINUTE))
    assert len(await owed(database, "filter")) == 2, "what opened once resolves once"


async def test_the_daily_ones_wait_for_the_morning(database: Database) -> None:
    await subscribed(database, subscriber(mode=Mode.DAILY, channel=Channel.MAIL, address="a@b.nl"))
    await told(database, event())
    (one,) = await owed(database)
    assert one.kind is DeliveryKind.DIGEST
    assert one.due_at == datetime(2026, 6, 16, 5, 0, tzinfo=UTC), "07:00 in summer"


async def test_the_incident_of_an_environment_speaks_for_its_targets(database: Database) -> None:
    await subscribed(database, subscriber())
    outage = open_incident(IncidentKind.ENVIRONMENT, "prod", NOON, "many")
    unstable, elsewhere = EventType.UNSTABLE_STARTED, "presenteren/v8@lto"
    await keep(database, outage)
    await told(
        database,
        event(unstable, "u1"),
        event(unstable, "u2", subject=elsewhere),
        event(EventType.DRIFT_OPENED, "d1"),
    )
    assert names(await owed(database)) == [("a1", "drift.opened"), ("a1", unstable.value)]
    await release(database)
    assert len(await owed(database)) == 2, "it is open still"
    await keep(database, replace(outage, resolved_at=NOON + MINUTE))
    await release(database)
    await release(database)
    assert len(await owed(database)) == 3, "what is still so is told when that is over"


async def test_isolated_nothing_opens_and_everything_resolves(database: Database) -> None:
    await subscribed(database, subscriber())
    await told(database, event(story="before"))
    isolation = open_incident(IncidentKind.ISOLATED, "monitor", NOON, "gone")
    await keep(database, isolation)
    await told(database, event(story="during"), event(RESOLVED, "before", NOON + MINUTE))
    assert [one.story for one in await owed(database)] == ["before", "before"]


async def test_in_maintenance_nothing_opens_but_what_is_wrong_elsewhere_too(
    database: Database,
) -> None:
    await subscribed(database, subscriber())
    window = Maintenance(
        id="m1",
        starts_at=NOON - MINUTE,
        ends_at=NOON + 60 * MINUTE,
        reason="new machines",
        environments=("prod",),
    )
    async with database.begin() as tx:
        await Ledger(tx).keep_maintenance(window)
    here = event(story="here")
    both = replace(
        event(story="both", subject="presenteren/v8"), facts={"environments": "lto,prod"}
    )
    await told(database, here, both, event(EventType.MAINTENANCE_STARTED, "m1", subject="prod"))
    assert sorted(one.story for one in await owed(database)) == ["both", "m1"]
    await release(database, NOON + 59 * MINUTE)
    assert len(await owed(database)) == 2
    await release(database, NOON + 60 * MINUTE)
    assert sorted(one.story for one in await owed(database)) == ["both", "here", "m1"]


async def test_what_was_over_before_it_was_told_is_never_told(database: Database) -> None:
    await subscribed(database, subscriber())
    isolation = open_incident(IncidentKind.ISOLATED, "monitor", NOON, "gone")
    await keep(database, isolation)
    await told(database, event())
    await told(database, event(RESOLVED, at=NOON + MINUTE))
    await keep(database, replace(isolation, resolved_at=NOON + 2 * MINUTE))
    await release(database)
    assert await owed(database) == []


async def keep(database: Database, incident: Incident) -> None:
    async with database.begin() as tx:
        await Ledger(tx).keep_incidents([incident])


async def release(database: Database, at: datetime = NOON + 3 * MINUTE) -> None:
    async with database.begin() as tx:
        await Outbox(tx).release(at)
