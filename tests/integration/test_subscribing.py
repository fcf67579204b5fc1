"""The subscribers' desk on both databases: limits, secrecy, tokens, and forgetting."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, event, text

from monitor.alerts.backoff import MOST
from monitor.alerts.parcel import Fate, Receipt
from monitor.alerts.settling import settle
from monitor.desk import subscribing
from monitor.desk.derived import Derived
from monitor.desk.hand import Hand
from monitor.desk.limits import ALL_TRIES, QUESTIONS, TESTS, TRIES
from monitor.desk.privacy import erase, export, forget
from monitor.desk.subscribing import (
    MOST_OF_ONE,
    Opened,
    Subscribing,
    TooMany,
    paused,
    resumed,
)
from monitor.desk.wishes import Wish
from monitor.domain.audit import ActKind
from monitor.domain.delivery import Delivery, DeliveryKind, DeliveryState
from monitor.domain.event import Event, EventType
from monitor.domain.subscription import Channel, Mode, SubscriptionState, Wanted
from monitor.storage.engine import Database
from monitor.storage.ledger import Ledger
from monitor.storage.outbox import Outbox, Room
from monitor.storage.queries import Queries
from tests.building import NOON

ANNA = "anna@bedrijf.example"
HOOK = "https://hooks.bedrijf.example/in"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
DERIVED = Derived(b"k" * 40)


def wish(address: str = ANNA, **fields: object) -> Wish:
    channel = Channel.WEBHOOK if "://" in address else Channel.MAIL
    given = {"mailbox": address, "wanted": Wanted(events=("drift",)), **fields}
    return Wish(channel=channel, address=address, **given)  # type: ignore[arg-type]


@pytest.fixture
def desk(database: Database) -> Subscribing:
    return Subscribing(database, DERIVED)


async def sent(database: Database, *, to: str | None = None) -> list[Delivery]:
    """Oldest first."""
    async with database.read() as tx:
        return [*reversed((await Queries(tx).deliveries(subscription=to)).items)]


async def state(database: Database, id_: str) -> SubscriptionState | None:
    async with database.read() as tx:
        one = await Queries(tx).subscription(id_)
    return one.state if one else None


async def confirmed(
    desk: Subscribing, asked: Wish, now: datetime = NOON, network: str = "n"
) -> Opened:
    opened = await desk.ask(asked, network, now)
    assert await desk.confirm(opened.id, DERIVED.token("confirm", opened.id), now)
    return opened


async def test_nothing_but_a_question_is_owed_before_its_owner_confirms(
    desk: Subscribing, database: Database
) -> None:
    opened = await desk.ask(wish(), "n", NOON)
    assert (opened.secret, opened.token) == (None, None)
    assert await state(database, opened.id) is SubscriptionState.PENDING
    assert [one.kind for one in await sent(database)] == [DeliveryKind.CONFIRMATION]
    one = await desk.confirm(opened.id, DERIVED.token("confirm", opened.id), NOON + HOUR)
    assert one
    assert (one.state, one.confirmed_at) == (SubscriptionState.ACTIVE, NOON + HOUR)


async def test_a_webhook_gets_its_secret_and_its_token_once(desk: Subscribing) -> None:
    opened = await desk.ask(wish(HOOK), "n", NOON)
    assert opened.secret == DERIVED.webhook_secret(opened.id)
    assert opened.token
    assert await desk.found(opened.id, opened.token, "manage")
    assert opened.secret not in repr(opened)
    assert opened.token not in repr(opened)


async def test_a_token_works_once_in_time_and_for_its_own(
    desk: Subscribing, database: Database
) -> None:
    mine = await desk.ask(wish(), "n", NOON)
    other = await desk.ask(wish("bram@bedrijf.example"), "n", NOON)
    token = DERIVED.token("confirm", mine.id)
    wrong = (
        *("", "x", token[:-1], f"{token}=", token.swapcase(), "\ud800", "x" * 100_000),
        *(DERIVED.token("confirm", other.id), DERIVED.token("manage", mine.id)),
        Derived(b"another key").token("confirm", mine.id),
    )
    for key in wrong:
        assert await desk.awaited(mine.id, key, NOON) is None, key
        assert await desk.confirm(mine.id, key, NOON) is None, key
    late = NOON + 2 * DAY
    assert await desk.awaited(mine.id, token, late) is None
    assert await desk.confirm(mine.id, token, late) is None
    assert await state(database, mine.id) is SubscriptionState.PENDING
    just = late - timedelta(microseconds=1)
    assert await desk.awaited(mine.id, token, just)
    assert await desk.awaited(mine.id, token, just), "looking uses nothing up"
    assert await desk.confirm(mine.id, token, just)
    assert await desk.awaited(mine.id, token, just) is None
    assert await desk.confirm(mine.id, token, just) is None
    for id_ in ("nobody", ""):
        assert await desk.confirm(id_, DERIVED.token("confirm", id_), NOON) is None


async def test_the_token_of_another_purpose_or_subscription_opens_nothing(
    desk: Subscribing,
) -> None:
    mine, other = await confirmed(desk, wish()), await confirmed(desk, wish("b@bedrijf.example"))
    leaving = desk.token("leave", mine.id)
    assert await desk.found(mine.id, desk.token("manage", mine.id), "manage")
    assert await desk.found(mine.id, leaving, "leave")
    for key in ("", leaving, desk.token("manage", other.id), DERIVED.token("confirm", mine.id)):
        assert await desk.found(mine.id, key, "manage") is None
    assert await desk.found("nobody", desk.token("manage", "nobody"), "manage") is None


@contextmanager
def statements() -> Iterator[list[str]]:
    """What is said to the database, whatever database it is."""
    said: list[str] = []

    def listen(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        said.append(statement)

    event.listen(Engine, "before_cursor_execute", listen)
    try:
        yield said
    finally:
        event.remove(Engine, "before_cursor_execute", listen)


async def test_a_known_address_takes_the_same_work_and_gets_the_same_answer(
    desk: Subscribing, database: Database
) -> None:
    known = await confirmed(desk, wish())
    with statements() as for_known:
        again = await desk.ask(wish(), "n", NOON + HOUR)
    with statements() as for_unknown:
        new = await desk.ask(wish("bram@bedrijf.example"), "n", NOON + HOUR)
    assert for_known
    assert for_known == for_unknown
    assert (len(again.id), again.secret, again.token) == (len(new.id), new.secret, new.token)
    assert again.id not in {known.id, new.id}


async def test_who_is_subscribed_already_is_told_so_where_nobody_else_sees_it(
    desk: Subscribing, database: Database
) -> None:
    known = await confirmed(desk, wish())
    again = await desk.ask(wish(), "n", NOON + HOUR)
    assert [one.kind for one in await sent(database, to=known.id)][-1] is DeliveryKind.KNOWN
    assert await sent(database, to=again.id) == []
    wider = await desk.ask(wish(mode=Mode.DAILY), "n", NOON + HOUR)
    assert [one.kind for one in await sent(database, to=wider.id)] == [DeliveryKind.CONFIRMATION]


async def test_at_most_three_questions_a_day_go_to_one_mailbox(
    desk: Subscribing, database: Database
) -> None:
    writings = (
        ANNA,
        "Anna@bedrijf.example",
        "anna+ketenwacht@bedrijf.example",
        "aNNa@bedrijf.example",
    )
    for number in range(6):
        asked = wish(writings[number % 4], mailbox=ANNA)
        await desk.ask(asked, f"network {number}", NOON)
    assert len(await sent(database)) == QUESTIONS.most == 3
    await desk.ask(wish(), "n", NOON + DAY)
    assert len(await sent(database)) == 4


async def test_a_network_may_try_twenty_times_an_hour(desk: Subscribing) -> None:
    for number in range(TRIES.most):
        await desk.ask(wish(f"p{number}@bedrijf.example"), "n", NOON)
    with pytest.raises(TooMany) as refused:
        await desk.ask(wish(), "n", NOON)
    assert refused.value.again == NOON + HOUR
    assert await desk.ask(wish(), "another network", NOON)
    assert await desk.ask(wish(), "n", NOON + HOUR)


async def test_all_together_may_not_flood_mailboxes_through_us(
    desk: Subscribing, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = type(ALL_TRIES)(ALL_TRIES.name, 3, ALL_TRIES.window)
    monkeypatch.setattr(subscribing, "ALL_TRIES", few)
    for number in range(3):
        await desk.ask(wish(f"p{number}@bedrijf.example"), f"network {number}", NOON)
    with pytest.raises(TooMany):
        await desk.ask(wish(), "yet another", NOON)
    assert len(await sent(database)) == 3


async def test_one_endpoint_is_not_made_to_hear_everything_many_times(
    desk: Subscribing, database: Database
) -> None:
    for number in range(MOST_OF_ONE):
        await confirmed(desk, wish(HOOK), NOON + number * DAY)
    more = await desk.ask(wish(HOOK), "n", NOON + MOST_OF_ONE * DAY)
    assert more.secret, "the answer tells nothing of it"
    assert await sent(database, to=more.id) == []


async def test_no_limit_tells_who_was_counted(desk: Subscribing, database: Database) -> None:
    await desk.ask(wish(), "203.0.113.7", NOON)
    async with database.read() as tx:
        keys = await tx.run(
            lambda connection: [*connection.execute(text("SELECT key FROM limit_count")).scalars()]
        )
    assert len(keys) == 3
    assert not any(word in key for key in keys for word in ("anna", "203", "bedrijf"))


async def test_leaving_ends_it_and_says_goodbye_once(desk: Subscribing, database: Database) -> None:
    opened = await confirmed(desk, wish())
    await desk.test(opened.id, NOON)
    for _ in range(2):
        await desk.leave(opened.id, NOON + HOUR)
    await desk.leave("nobody", NOON)
    assert await state(database, opened.id) is SubscriptionState.LEFT
    kinds = {one.kind: one.state for one in await sent(database, to=opened.id)}
    assert kinds[DeliveryKind.TEST] is DeliveryState.DROPPED
    assert kinds[DeliveryKind.LEFT] is DeliveryState.WAITING
    assert len(await sent(database)) == 3
    assert await desk.change(opened.id, NOON, paused) is None
    assert await desk.test(opened.id, NOON) is None


async def test_who_goes_on_hears_the_end_of_what_it_knew_to_have_begun(
    desk: Subscribing, database: Database
) -> None:
    id_ = (await confirmed(desk, wish(HOOK))).id

    async def tell(kind: EventType, story: str) -> None:
        happened = Event(type=kind, subject="dso-lv", at=NOON, key=f"{kind}{story}", story=story)
        async with database.begin() as tx:
            await Ledger(tx).tell([happened])

    async def arrive() -> None:
        async with database.begin() as tx:
            room = Room(channels={Channel.WEBHOOK: 99}, per_lane=99)
            for claim in await Outbox(tx).claim(NOON, room, MOST):
                await settle(tx, claim, Receipt(Fate.ARRIVED), NOON, 0.1)

    begins, ends = EventType.DRIFT_OPENED, EventType.DRIFT_RESOLVED
    for story in ("before", "meanwhile", "dropped", "anew", "open"):
        await tell(begins, story)
    await tell(ends, "before")
    for _ in range(2):  # what ends follows what began
        await arrive()
    await tell(ends, "dropped")
    assert await desk.change(id_, NOON, paused)
    for kind, story in (
        (ends, "meanwhile"),
        (begins, "unheard"),
        (ends, "unheard"),
        (ends, "anew"),
    ):
        await tell(kind, story)
    async with database.begin() as tx:
        again = Event(type=begins, subject="dso-lv", at=NOON, key="again", story="anew")
        await Ledger(tx).tell([again])
    assert await desk.change(id_, NOON + HOUR, resumed)
    owed = [one for one in await sent(database, to=id_) if one.state is DeliveryState.WAITING]
    assert {one.story for one in owed} == {"meanwhile", "dropped"}
    assert all(one.events[0].startswith(ends) for one in owed)


async def test_a_rotated_secret_is_another_one(desk: Subscribing) -> None:
    hook, mail = await confirmed(desk, wish(HOOK)), await confirmed(desk, wish())
    new = await desk.rotate(hook.id, NOON + HOUR)
    assert new
    assert new not in {hook.secret, await desk.rotate(hook.id, NOON + HOUR)}
    assert await desk.rotate(mail.id, NOON) is None


async def test_tests_are_few(desk: Subscribing) -> None:
    opened = await confirmed(desk, wish(HOOK))
    for _ in range(TESTS.most):
        assert await desk.test(opened.id, NOON)
    with pytest.raises(TooMany):
        await desk.test(opened.id, NOON)
    pending = await desk.ask(wish(HOOK), "n", NOON)
    assert await desk.test(pending.id, NOON) is None


async def test_what_nobody_confirms_and_who_left_is_forgotten_in_time(
    desk: Subscribing, database: Database
) -> None:
    pending = await desk.ask(wish("p@bedrijf.example"), "n", NOON)
    left = await confirmed(desk, wish("l@bedrijf.example"))
    stays = await confirmed(desk, wish())
    await desk.leave(left.id, NOON)
    assert await forget(database, NOON + 2 * DAY) == 0
    assert await forget(database, NOON + 2 * DAY + HOUR) == 1
    assert await state(database, pending.id) is None
    assert await forget(database, NOON + 30 * DAY) == 0
    assert await forget(database, NOON + 30 * DAY + HOUR) == 1
    assert await state(database, left.id) is None
    assert await state(database, stays.id) is SubscriptionState.ACTIVE
    assert {one.subscription for one in await sent(database)} == {stays.id}


async def test_a_person_gets_all_that_is_kept_or_has_it_erased(
    desk: Subscribing, database: Database
) -> None:
    mine = await confirmed(desk, wish())
    other = await confirmed(desk, wish("bram@bedrijf.example"))
    hand = Hand("the operator", NOON, "cli")
    told = await export(database, "ANNA@Bedrijf.example", hand)
    assert [one["subscription"]["id"] for one in told] == [mine.id]
    assert told[0]["subscription"]["address"] == ANNA
    assert [one["kind"] for one in told[0]["deliveries"]] == ["confirmation"]
    assert await erase(database, ANNA, hand) == 1
    assert await erase(database, ANNA, hand) == 0
    assert await export(database, ANNA, hand) == []
    assert await state(database, mine.id) is None
    assert await state(database, other.id) is SubscriptionState.ACTIVE
    async with database.read() as tx:
        acts = await Queries(tx).acts("subscriptions", 10)
    assert [one.what for one in acts].count(ActKind.SUBSCRIPTIONS_ERASED) == 1
    assert not any("anna" in repr(one).lower() for one in acts)
