"""Claims, settlements and what follows from them, on both databases."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from monitor.domain.delivery import Delivery, DeliveryKind, DeliveryState
from monitor.domain.event import EventType
from monitor.domain.subscription import Channel, Mode, Subscription, SubscriptionState
from monitor.storage.correspondence import DELIVERY
from monitor.storage.engine import Database
from monitor.storage.ledger import Ledger
from monitor.storage.outbox import Claim, Outbox, Room, Settlement
from monitor.storage.queries import Queries
from tests.building import MINUTE, NOON
from tests.telling import SECOND, claimed, event, owed, subscribed, subscriber, told

RESOLVED = EventType.DRIFT_RESOLVED
SOON = NOON + 2 * SECOND
HOUR = timedelta(hours=1)


def reader(id_: str = "mail", **changed: object) -> Subscription:
    return subscriber(id_, channel=Channel.MAIL, address=f"{id_}@example.nl", **changed)


async def settled(
    database: Database,
    claim: Claim,
    state: DeliveryState = DeliveryState.DELIVERED,
    *,
    at: datetime = SOON,
    due_at: datetime | None = None,
    remind_at: datetime | None = None,
) -> bool:
    settlement = Settlement(
        claim=claim,
        at=at,
        seconds=0.1,
        fate="arrived" if state is DeliveryState.DELIVERED else "again",
        trouble=None if state is DeliveryState.DELIVERED else "the receiver answered 500",
        state=state,
        due_at=due_at,
        remind_at=remind_at,
    )
    async with database.begin() as tx:
        return await Outbox(tx).settle(settlement)


async def test_what_is_claimed_is_nobody_elses_until_the_lease_ends(database: Database) -> None:
    await subscribed(database, subscriber())
    await told(database, event())
    (claim,) = await claimed(database)
    assert claim.events == (event(),)
    assert claim.subscription == subscriber()
    assert claim.delivery.attempts == 1
    assert await claimed(database, SOON + 29 * SECOND) == []
    (again,) = await claimed(database, SOON + 30 * SECOND)
    assert again.delivery.id == claim.delivery.id, "one id, however often it is tried"
    assert again.delivery.attempts == 2


async def test_a_late_settlement_of_a_lost_claim_changes_nothing(database: Database) -> None:
    await subscribed(database, subscriber())
    await told(database, event())
    (lost,) = await claimed(database)
    (claim,) = await claimed(database, SOON + MINUTE)
    assert not await settled(database, lost, DeliveryState.DEAD)
    (one,) = await owed(database)
    assert one.state is DeliveryState.WAITING
    assert await settled(database, claim)
    assert not await settled(database, claim, DeliveryState.DEAD), "settled once"
    async with database.read() as tx:
        kept = await Queries(tx).delivery(claim.delivery.id)
        (attempt,) = await Queries(tx).attempts(claim.delivery.id)
    assert kept
    assert (kept.state, kept.settled_at) == (DeliveryState.DELIVERED, SOON)
    assert (attempt.fate, attempt.at, attempt.trouble) == ("arrived", SOON, None)


async def test_of_one_moment_what_was_owed_last_is_newest(database: Database) -> None:
    await subscribed(database, subscriber())
    stories = [f"story{number}" for number in range(12)]
    await told(database, *(event(story=story) for story in stories))
    found, cursor = list[str](), None
    while not found or cursor:
        async with database.read() as tx:
            page = await Queries(tx).deliveries(cursor=cursor, limit=5)
            logs = await Queries(tx).logs([one.id for one in page.items])
        assert logs == {one.id: [] for one in page.items}
        found, cursor = found + [one.story for one in page.items], page.next
    assert found == stories[::-1]


async def test_what_was_told_later_of_a_story_waits_for_what_was_told_before(
    database: Database,
) -> None:
    await subscribed(database, subscriber())
    await told(database, event(), event(RESOLVED, at=NOON + SECOND), event(story="other"))
    first, other = await claimed(database)
    assert {first.events[0].story, other.events[0].story} == {"s1", "other"}
    opening = first if first.events[0].story == "s1" else other
    assert opening.events[0].type is EventType.DRIFT_OPENED
    retry = SOON + 5 * MINUTE
    await settled(database, opening, DeliveryState.WAITING, due_at=retry)
    await settled(database, other if opening is first else first)
    assert await claimed(database, SOON + MINUTE) == []
    (again,) = await claimed(database, retry)
    assert again.delivery.id == opening.delivery.id
    await settled(database, again, DeliveryState.DEAD, at=retry)
    (resolving,) = await claimed(database, retry)
    assert resolving.events[0].type is RESOLVED, "it waits no longer for what died"


async def test_who_is_frozen_while_it_claims_holds_up_nobody_who_settles(
    postgres_url: str,
) -> None:
    database = await Database.open(postgres_url)
    await subscribed(database, subscriber())
    await told(database, event(), event(RESOLVED, at=NOON + SECOND))
    (opening,) = await claimed(database)
    async with database.begin() as frozen:
        held = select(DELIVERY).where(DELIVERY.c.claim.is_(None)).with_for_update()
        assert len(await frozen.run(lambda connection: connection.execute(held).all())) == 1
        async with asyncio.timeout(60):
            assert await settled(database, opening)
    (resolving,) = await claimed(database, SOON + MINUTE)
    assert resolving.events[0].type is RESOLVED
    await database.close()


async def test_a_room_bounds_what_is_claimed(database: Database) -> None:
    same = {"address": "https://one.example/hook"}
    await subscribed(
        database, *(subscriber(f"s{n}", **same) for n in range(3)), subscriber("other"), reader()
    )
    await told(database, event())
    webhooks = Room({Channel.WEBHOOK: 10}, per_lane=2)
    taken = await claimed(database, room=webhooks)
    assert sorted(one.lane for one in taken) == [
        "one.example",
        "one.example",
        "other.example",
    ]
    full = Room({Channel.WEBHOOK: 10}, {"one.example": 0}, 2)
    assert await claimed(database, room=full) == []
    narrow = Room({Channel.WEBHOOK: 0, Channel.MAIL: 1})
    (mail,) = await claimed(database, room=narrow)
    assert mail.subscription.channel is Channel.MAIL


async def test_what_happens_in_one_place_is_one_mail_and_single_hooks(database: Database) -> None:
    await subscribed(database, reader(), subscriber("hook"))
    elsewhere = event(story="s3", subject="stam/5@lto")
    await told(database, event(story="s1"), event(story="s2", subject="stam/5@prod"), elsewhere)
    claims = await claimed(database)
    mails = [one for one in claims if one.subscription.id == "mail"]
    assert sorted(len(one.events) for one in mails) == [1, 2]
    assert sorted(len(one.events) for one in claims if one not in mails) == [1, 1, 1]
    both = next(one for one in mails if len(one.events) == 2)
    assert both.delivery.events == tuple(one.key for one in both.events)
    (later,) = [
        one for one in await claimed(database, SOON + MINUTE) if one.delivery.id == both.delivery.id
    ]
    assert later.events == both.events, "a second try says what the first one said"
    assert await settled(database, later)
    done = [one for one in await owed(database, "mail") if one.state is DeliveryState.DELIVERED]
    assert {one.story for one in done} == {"s1", "s2"}


async def test_a_digest_tells_a_whole_day(database: Database) -> None:
    await subscribed(database, reader(mode=Mode.DAILY))
    await told(database, event(), event(RESOLVED, at=NOON + HOUR), event(story="x", at=NOON + HOUR))
    assert await claimed(database, NOON + 2 * HOUR) == []
    (digest,) = await claimed(database, NOON + 20 * HOUR)
    assert digest.delivery.kind is DeliveryKind.DIGEST
    assert len(digest.events) == 3


async def test_a_mail_knows_which_mail_opened_its_story(database: Database) -> None:
    await subscribed(database, reader())
    await told(database, event())
    (opening,) = await claimed(database)
    assert opening.opened_by is None
    await settled(database, opening)
    await told(database, event(RESOLVED, at=NOON + MINUTE))
    (resolving,) = await claimed(database, NOON + 2 * MINUTE)
    assert resolving.opened_by == opening.delivery.id


async def test_what_stays_open_is_told_again_until_it_is_resolved(database: Database) -> None:
    await subscribed(database, reader())
    await told(database, event())
    (opening,) = await claimed(database)
    await settled(database, opening, remind_at=NOON + HOUR)
    assert await claimed(database, NOON + HOUR - SECOND) == []
    (first,) = await claimed(database, NOON + HOUR)
    assert (first.delivery.kind, first.events) == (DeliveryKind.REMINDER, (event(),))
    await settled(database, first, remind_at=NOON + 2 * HOUR)
    await told(database, event(RESOLVED, at=NOON + HOUR + MINUTE))
    (resolving,) = await claimed(database, NOON + 3 * HOUR)
    assert resolving.events[0].type is RESOLVED
    await settled(database, resolving, remind_at=NOON + 4 * HOUR)
    assert await claimed(database, NOON + 9 * HOUR) == []


async def test_nothing_is_reminded_of_that_was_resolved_while_it_was_sent(
    database: Database,
) -> None:
    await subscribed(database, subscriber())
    await told(database, event())
    (opening,) = await claimed(database)
    await told(database, event(RESOLVED, at=NOON + SECOND))
    await settled(database, opening, remind_at=NOON + HOUR)
    kinds = [one.kind for one in await owed(database)]
    assert DeliveryKind.REMINDER not in kinds


async def test_what_never_comes_to_an_end_is_given_up(database: Database) -> None:
    await subscribed(database, subscriber())
    await told(database, event())
    for number in range(10):
        assert await claimed(database, SOON + number * MINUTE)
    assert await claimed(database, SOON + HOUR) == []
    (dead,) = await owed(database)
    assert dead.state is DeliveryState.DEAD
    assert dead.trouble == "was tried too often without ever coming to an end"
    async with database.begin() as tx:
        assert await Ledger(tx).redeliver(dead.id, NOON + 2 * HOUR)
    (again,) = await claimed(database, NOON + 2 * HOUR)
    assert (again.delivery.id, again.delivery.attempts) == (dead.id, 1)


@pytest.mark.parametrize("state", [SubscriptionState.LEFT, SubscriptionState.PAUSED])
async def test_nothing_more_is_sent_to_who_left_or_is_paused(
    database: Database, state: SubscriptionState
) -> None:
    await subscribed(database, subscriber())
    await told(database, event())
    await subscribed(database, subscriber(state=state))
    assert await claimed(database) == []
    (one,) = await owed(database)
    assert one.state is DeliveryState.DROPPED


async def test_a_confirmation_goes_to_who_is_not_active_yet(database: Database) -> None:
    await subscribed(database, subscriber(state=SubscriptionState.PENDING))
    confirmation = Delivery(
        id="d1",
        subscription="a1",
        kind=DeliveryKind.CONFIRMATION,
        story="d1",
        events=(),
        created_at=NOON,
        due_at=NOON,
    )
    async with database.begin() as tx:
        await Ledger(tx).owe(confirmation)
    (claim,) = await claimed(database)
    assert claim.delivery == replace(confirmation, attempts=1, due_at=SOON + 30 * SECOND)


async def test_the_next_due_moment_is_known(database: Database) -> None:
    async def due() -> datetime | None:
        async with database.read() as tx:
            return await Outbox(tx).next_due([Channel.WEBHOOK])

    await subscribed(database, subscriber(), reader())
    assert await due() is None
    await told(database, event(at=NOON))
    assert await due() == NOON
    for claim in await claimed(database):
        if claim.subscription.channel is Channel.WEBHOOK:
            assert await due() == SOON + 30 * SECOND
            await settled(database, claim)
    assert await due() is None
