from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest

from monitor.domain.delivery import Delivery, DeliveryKind, DeliveryState
from monitor.domain.subscription import Channel, Mode, Subscription, SubscriptionState, Wanted
from monitor.storage.engine import Database
from monitor.storage.fault import StorageError
from monitor.storage.ledger import Ledger
from monitor.storage.queries import Queries
from monitor.storage.subscriptions import Confirmation
from tests.building import NOON, PRESENTEREN

HOUR = timedelta(hours=1)
DIGEST = sha256(b"somebody@example.nl").digest()
TOKEN = sha256(b"the token in the mail").digest()

MAIL = Subscription(
    id="a1",
    channel=Channel.MAIL,
    address="somebody@example.nl",
    wanted=Wanted(
        events=("drift", "outage.opened"),
        interfaces=("stam",),
        lines=(PRESENTEREN,),
        environments=("prod",),
        chains=("plan",),
    ),
    mode=Mode.DAILY,
    language="en",
    reminder_interval=timedelta(hours=4),
    created_at=NOON,
)


def owed(kind: DeliveryKind = DeliveryKind.TEST, id_: str = "d1") -> Delivery:
    return Delivery(
        id=id_, subscription="a1", kind=kind, story=id_, events=(), created_at=NOON, due_at=NOON
    )


async def kept(database: Database, one: Subscription, confirmation: Confirmation) -> None:
    async with database.begin() as tx:
        await Ledger(tx).keep_subscription(
            one, NOON, address_digest=DIGEST, confirmation=confirmation
        )


async def test_a_subscription_comes_back_as_it_was_kept(database: Database) -> None:
    changed = replace(
        MAIL, secret_generation=2, rotated_at=NOON, failing_since=NOON, wanted=Wanted()
    )
    await kept(database, MAIL, Confirmation(TOKEN, NOON + HOUR))
    async with database.begin() as tx:
        assert await Ledger(tx).subscription("a1") == MAIL
        await Ledger(tx).keep_subscription(changed, NOON)
    async with database.read() as tx:
        queries = Queries(tx)
        assert await queries.subscription("a1") == changed
        assert await queries.subscriptions_at(DIGEST) == [changed], "the digest stays"
        assert (await queries.subscriptions(channel=Channel.MAIL)).items == (changed,)
        assert (await queries.subscriptions(state=SubscriptionState.LEFT)).items == ()
        assert await queries.subscription("nobody") is None


async def test_it_is_confirmed_once_in_time_and_by_the_very_token(database: Database) -> None:
    await kept(database, MAIL, Confirmation(TOKEN, NOON + HOUR))
    async with database.begin() as tx:
        ledger = Ledger(tx)
        assert await ledger.confirm_subscription("a1", b"", NOON) is None
        assert await ledger.confirm_subscription("a1", DIGEST, NOON) is None
        assert await ledger.confirm_subscription("a1", TOKEN, NOON + HOUR) is None
        assert await ledger.confirm_subscription("b2", TOKEN, NOON) is None
        confirmed = await ledger.confirm_subscription("a1", TOKEN, NOON)
        assert confirmed == replace(MAIL, state=SubscriptionState.ACTIVE, confirmed_at=NOON)
        assert await ledger.subscription("a1") == confirmed
        assert await ledger.confirm_subscription("a1", TOKEN, NOON) is None


async def test_who_leaves_gets_nothing_but_the_farewell(database: Database) -> None:
    active = replace(MAIL, state=SubscriptionState.ACTIVE)
    await kept(database, active, Confirmation(TOKEN, NOON))
    async with database.begin() as tx:
        ledger = Ledger(tx)
        await ledger.owe(owed())
        await ledger.owe(owed(DeliveryKind.LEFT, "d2"))
        left = replace(active, state=SubscriptionState.LEFT, left_at=NOON + HOUR)
        await ledger.keep_subscription(left, NOON + HOUR)
    async with database.read() as tx:
        page = await Queries(tx).deliveries(subscription="a1")
    states = {one.id: (one.state, one.settled_at) for one in page.items}
    assert states == {
        "d1": (DeliveryState.DROPPED, NOON + HOUR),
        "d2": (DeliveryState.WAITING, None),
    }
    async with database.begin() as tx:
        assert not await Ledger(tx).redeliver("d1", NOON), "nothing more is sent to who left"
        assert await Ledger(tx).redeliver("d2", NOON)
        assert not await Ledger(tx).redeliver("d3", NOON)


async def test_what_is_erased_leaves_nothing(database: Database) -> None:
    await kept(database, MAIL, Confirmation(TOKEN, NOON))
    async with database.begin() as tx:
        await Ledger(tx).owe(owed())
        await Ledger(tx).erase_subscription("a1")
    async with database.read() as tx:
        queries = Queries(tx)
        assert await queries.subscription("a1") is None
        assert await queries.delivery("d1") is None
        assert await queries.subscriptions_at(DIGEST) == []
    with pytest.raises(StorageError, match="there is none"):
        async with database.begin() as tx:
            await Ledger(tx).owe(owed())


async def test_those_nobody_confirmed_and_those_that_left_are_found(database: Database) -> None:
    await kept(database, MAIL, Confirmation(TOKEN, NOON))
    left = replace(MAIL, id="b2", state=SubscriptionState.LEFT, left_at=NOON)
    await kept(database, left, Confirmation(TOKEN, NOON))
    later = NOON + HOUR
    async with database.read() as tx:
        queries = Queries(tx)
        assert await queries.outdated_subscriptions(NOON, NOON) == []
        assert await queries.outdated_subscriptions(later, NOON) == ["a1"]
        assert await queries.outdated_subscriptions(NOON, later) == ["b2"]


async def test_what_is_counted_counts_per_key_and_window(database: Database) -> None:
    async with database.begin() as tx:
        ledger = Ledger(tx)
        assert [await ledger.count("k", NOON) for _ in range(3)] == [1, 2, 3]
        assert await ledger.count("k", NOON + HOUR) == 1
        assert await ledger.count("other", NOON) == 1
    async with database.read() as tx:
        assert await Queries(tx).counted("k", NOON) == 4
        assert await Queries(tx).counted("k", NOON + HOUR) == 1
