"""What is owed is carried: at once, again, in order, past the dead, and to the end of a stop."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256

import pytest

from monitor.alerts import postman
from monitor.alerts.parcel import Fate, Parcel, Receipt
from monitor.alerts.postman import Postman
from monitor.alerts.returns import Carried
from monitor.desk.derived import Derived
from monitor.domain.delivery import Delivery, DeliveryKind, DeliveryState
from monitor.domain.event import EventType
from monitor.domain.subscription import Channel, Subscription, SubscriptionState
from monitor.storage.engine import Database
from monitor.storage.ledger import Ledger
from monitor.storage.outbox import LEASE
from monitor.storage.queries import Queries
from tests.building import MINUTE, NOON
from tests.telling import SECOND, event, owed, subscribed, subscriber, told

DERIVED = Derived(b"the key of this installation, 1")
ARRIVED, AGAIN = Receipt(Fate.ARRIVED), Receipt(Fate.AGAIN, "the receiver answered 500")

Answer = Callable[[Parcel], Awaitable[Receipt]]


@dataclass
class Office:
    """A postman at work, with a courier that notes what it is given and answers as told."""

    database: Database
    now: datetime = NOON + 2 * SECOND
    receipt: Receipt = ARRIVED
    answer: Answer | None = None
    given: list[Parcel] = field(default_factory=list)
    noted: list[Carried] = field(default_factory=list)
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    def note(self, carried: Carried) -> None:
        self.noted.append(carried)
        self.ended.set()

    async def deliver(self, parcel: Parcel) -> Receipt:
        self.given.append(parcel)
        return await self.answer(parcel) if self.answer else self.receipt

    @asynccontextmanager
    async def open(self, lease: timedelta = LEASE) -> AsyncIterator[Postman]:
        couriers = {Channel.WEBHOOK: self, Channel.MAIL: self}
        self.postman = Postman(
            self.database, couriers, DERIVED, lambda: self.now, noted=self.note, lease=lease
        )
        running = asyncio.create_task(self.postman.run())
        try:
            yield self.postman
        finally:
            await self.postman.stop(0.0)
            await asyncio.wait_for(running, 60)

    async def until(self, noted: int) -> None:
        """Until so many attempts came to an end."""
        self.postman._ring()
        async with asyncio.timeout(60):
            while len(self.noted) < noted:
                self.ended.clear()
                await self.ended.wait()

    async def subscription(self, id_: str = "a1") -> Subscription:
        async with self.database.read() as tx:
            found = await Queries(tx).subscription(id_)
        assert found
        return found


async def test_a_commit_is_carried_at_once_and_settled(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postman, "POLL", 600.0)  # seconds: it does not look by chance
    await subscribed(database, subscriber())
    office = Office(database)
    async with office.open():
        await asyncio.sleep(0.1)  # it found nothing
        await told(database, event())
        await asyncio.wait_for(office.ended.wait(), 60)
    (parcel,) = office.given
    assert parcel.events == (event(),)
    assert parcel.secrets == (DERIVED.webhook_secret("a1"),)
    assert parcel.token == DERIVED.token("manage", "a1")
    (one,) = await owed(database)
    assert (one.id, one.state) == (parcel.delivery.id, DeliveryState.DELIVERED)


async def test_what_failed_is_tried_again_by_the_table_and_then_dies(database: Database) -> None:
    await subscribed(database, subscriber())
    await told(database, event())
    office = Office(database, receipt=AGAIN)
    async with office.open():
        for attempt in range(1, 11):
            await office.until(attempt)
            (one,) = await owed(database)
            office.now = one.due_at
    ids = {parcel.delivery.id for parcel in office.given}
    assert (len(ids), len(office.given)) == (1, 10)
    (one,) = await owed(database)
    assert (one.state, one.attempts) == (DeliveryState.DEAD, 10)
    assert one.trouble == "the receiver answered 500"
    async with database.read() as tx:
        assert len(await Queries(tx).attempts(one.id)) == 10


async def test_a_courier_that_breaks_is_a_fault_that_may_pass(database: Database) -> None:
    async def breaks(_: Parcel) -> Receipt:
        raise LookupError("of ours")

    await subscribed(database, subscriber())
    await told(database, event())
    office = Office(database, answer=breaks)
    async with office.open():
        await office.until(1)
        office.answer, office.now = None, office.now + MINUTE
        await office.until(2)
    (one,) = await owed(database)
    assert one.state is DeliveryState.DELIVERED


async def test_a_receiver_that_is_gone_has_left(database: Database) -> None:
    await subscribed(database, subscriber())
    await told(database, event(), event(EventType.DRIFT_RESOLVED, at=NOON + SECOND))
    office = Office(database, receipt=Receipt(Fate.GONE, "the receiver answered 410"))
    async with office.open():
        await office.until(1)
    assert (await office.subscription()).state is SubscriptionState.LEFT
    assert {one.state for one in await owed(database)} == {DeliveryState.DROPPED}
    assert len(office.given) == 1


async def test_a_receiver_that_consents_is_active_and_one_that_was_sent_a_code_is_not(
    database: Database,
) -> None:
    pending = SubscriptionState.PENDING
    await subscribed(database, subscriber("yes", state=pending), subscriber("code", state=pending))
    async with database.begin() as tx:
        for to in ("yes", "code"):
            await Ledger(tx).owe(owed_to(to, DeliveryKind.CONFIRMATION))

    async def consents(parcel: Parcel) -> Receipt:
        return Receipt(Fate.ARRIVED, owned=parcel.subscription.id == "yes")

    office = Office(database, answer=consents)
    async with office.open():
        await office.until(2)
    yes, code = await office.subscription("yes"), await office.subscription("code")
    assert (yes.state, yes.confirmed_at) == (SubscriptionState.ACTIVE, office.now)
    assert code.state is pending
    tokens = {parcel.subscription.id: parcel.token for parcel in office.given}
    assert tokens["code"] == DERIVED.token("confirm", "code")


async def test_an_endpoint_that_fails_for_five_days_is_left_alone(database: Database) -> None:
    mail = {"channel": Channel.MAIL, "address": "a@example.nl"}
    await subscribed(database, subscriber("hook"), subscriber("mail", **mail))
    await told(database, event(story="first"))

    async def answers(parcel: Parcel) -> Receipt:
        return ARRIVED if parcel.delivery.kind is DeliveryKind.PAUSED else AGAIN

    office = Office(database, answer=answers)
    async with office.open():
        await office.until(2)
        assert (await office.subscription("hook")).failing_since == office.now
        office.now += timedelta(days=5)
        await office.until(4)
        await office.until(5)
    assert (await office.subscription("mail")).state is SubscriptionState.PAUSED
    assert (await office.subscription("hook")).state is SubscriptionState.PAUSED
    states = {(one.subscription, one.kind): one.state for one in await owed(database)}
    assert states == {
        ("hook", DeliveryKind.EVENT): DeliveryState.DEAD,
        ("mail", DeliveryKind.EVENT): DeliveryState.DEAD,
        ("mail", DeliveryKind.PAUSED): DeliveryState.DELIVERED,
    }
    async with database.read() as tx:
        types = [one.type for one in (await Queries(tx).events()).items]
    assert types.count(EventType.NOTICE_DELIVERY_FAILING) == 2


async def test_an_endpoint_that_works_again_is_not_held_against_its_past(
    database: Database,
) -> None:
    await subscribed(database, subscriber(failing_since=NOON - timedelta(days=30)))
    await told(database, event())
    office = Office(database)
    async with office.open():
        await office.until(1)
    assert (await office.subscription()).failing_since is None


async def test_after_a_rotation_both_secrets_sign_for_a_day(database: Database) -> None:
    await subscribed(database, subscriber(secret_generation=3, rotated_at=NOON))
    office = Office(database)
    day = timedelta(days=1)
    async with office.open():
        for number, at in enumerate((NOON + day - SECOND, NOON + day), 1):
            office.now = at
            await told(database, event(story=f"s{number}"))
            await office.until(number)
    new, old = DERIVED.webhook_secret("a1", 3), DERIVED.webhook_secret("a1", 2)
    assert [parcel.secrets for parcel in office.given] == [(new, old), (new,)]


async def test_dead_hosts_do_not_hold_up_the_healthy(database: Database) -> None:
    over = asyncio.Event()

    async def answers(parcel: Parcel) -> Receipt:
        if parcel.subscription.id.startswith("dead"):
            await over.wait()
            return AGAIN
        return ARRIVED

    dead = (
        subscriber(f"dead{n}-{host}", address=f"https://{host}.example/hook")
        for host in range(5)
        for n in range(20)
    )
    await subscribed(database, *dead, *(subscriber(f"well{n}") for n in range(30)))
    await told(database, event())
    office = Office(database, answer=answers)
    async with office.open():
        await office.until(30)
        assert {one.receipt.fate for one in office.noted} == {Fate.ARRIVED}
        under_way = len(office.given) - 30
        assert under_way == 5 * 4, "no more than four to one host"
        over.set()
        await office.until(60)
    doubted = [one for one in office.noted if one.receipt.fate is Fate.AGAIN]
    assert doubted


async def test_a_stop_lets_what_is_under_way_arrive_and_begins_nothing(database: Database) -> None:
    sent, go_on = asyncio.Event(), asyncio.Event()

    async def answers(_: Parcel) -> Receipt:
        sent.set()
        await go_on.wait()
        return ARRIVED

    await subscribed(database, subscriber())
    await told(database, event(story="s1"))
    office = Office(database, answer=answers)
    async with office.open() as postman:
        await sent.wait()
        stopping = asyncio.create_task(postman.stop(10.0))
        await told(database, event(story="s2"))
        go_on.set()
        await stopping
    states = {one.story: (one.state, one.attempts) for one in await owed(database)}
    assert states == {"s1": (DeliveryState.DELIVERED, 1), "s2": (DeliveryState.WAITING, 0)}


async def test_what_a_frozen_one_held_too_long_it_does_not_send(database: Database) -> None:
    await subscribed(database, subscriber())
    await told(database, event())
    office = Office(database)
    moments = iter([office.now] * 2 + [office.now + 31 * SECOND] * 1_000)
    couriers = {Channel.WEBHOOK: office}
    postman = Postman(database, couriers, DERIVED, lambda: next(moments))
    await postman._sent()
    await asyncio.gather(*postman._under_way)
    assert len(office.given) == 1, "in time it is sent"
    later = iter([office.now + MINUTE] + [office.now + 2 * MINUTE] * 1_000)
    frozen = Postman(database, couriers, DERIVED, lambda: next(later))
    await frozen._sent()
    await asyncio.gather(*frozen._under_way)
    assert len(office.given) == 1


async def test_an_attempt_ends_in_time_to_be_settled(database: Database) -> None:
    async def is_silent(_: Parcel) -> Receipt:
        await asyncio.Event().wait()
        return ARRIVED

    await subscribed(database, subscriber())
    await told(database, event())
    office = Office(database, answer=is_silent)
    async with office.open(lease=timedelta(seconds=2)):
        await office.until(1)
    (one,) = await owed(database)
    assert (one.state, one.attempts) == (DeliveryState.WAITING, 1)
    assert one.trouble == "it took too long"


def owed_to(to: str, kind: DeliveryKind) -> Delivery:
    id_ = sha256(f"{to}{kind}".encode()).hexdigest()[:32]
    return Delivery(
        id=id_, subscription=to, kind=kind, story=id_, events=(), created_at=NOON, due_at=NOON
    )
