from dataclasses import replace
from datetime import timedelta

from monitor.domain.delivery import DeliveryState
from monitor.domain.event import EventType
from monitor.storage.engine import Database
from monitor.storage.ledger import Ledger
from monitor.storage.outbox import Outbox, Settlement
from monitor.storage.queries import Queries
from monitor.storage.tidying import tidy
from tests.building import NOON
from tests.telling import SECOND, claimed, event, owed, subscribed, subscriber, told

DAY = timedelta(days=1)


async def test_what_arrived_goes_after_a_month_unless_what_it_opened_is_open_still(
    database: Database,
) -> None:
    await subscribed(database, subscriber())
    await told(
        database,
        event(story="open"),
        event(story="over"),
        event(EventType.ROLLOUT_ARRIVED, "alone"),
        event(story="dead"),
    )
    for claim in await claimed(database):
        story = claim.events[0].story
        state = DeliveryState.DEAD if story == "dead" else DeliveryState.DELIVERED
        settlement = Settlement(
            claim=claim, at=NOON, seconds=0.1, fate="arrived", trouble=None, state=state
        )
        async with database.begin() as tx:
            assert await Outbox(tx).settle(settlement)
    await told(database, event(EventType.DRIFT_RESOLVED, "over", NOON + DAY))
    await told(database, event(EventType.DRIFT_RESOLVED, "dead", NOON + DAY))
    await tidy(database, NOON + 30 * DAY)
    assert len(await owed(database)) == 6, "not a moment sooner"
    await tidy(database, NOON + 30 * DAY + SECOND)
    kept = [one for one in await owed(database) if one.created_at == NOON]
    assert sorted(one.story for one in kept) == ["dead", "open"]
    async with database.read() as tx:
        assert await Queries(tx).attempts(kept[0].id) == []
    await tidy(database, NOON + 91 * DAY)
    kept = [one for one in await owed(database) if one.created_at == NOON]
    assert [one.story for one in kept] == ["open"]
    await subscribed(database, replace(subscriber(), language="en"))
    await told(database, event(EventType.DRIFT_RESOLVED, "open", NOON + 91 * DAY))
    newest = (await owed(database))[-1]
    assert newest.story == "open"


async def test_counts_go_when_no_limit_asks_for_them_any_more(database: Database) -> None:
    async with database.begin() as tx:
        await Ledger(tx).count("k", NOON)
    await tidy(database, NOON + DAY)
    async with database.read() as tx:
        assert await Queries(tx).counted("k", NOON) == 1
    await tidy(database, NOON + 3 * DAY)
    async with database.read() as tx:
        assert await Queries(tx).counted("k", NOON) == 0
