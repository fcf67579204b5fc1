"""What an operator sees of deliveries, and sends once more."""

import asyncio
from collections.abc import Coroutine, Iterator
from dataclasses import replace
from typing import Any, TypeVar

import pytest
from httpx2 import Client

from monitor.desk.tokens import issue
from monitor.domain.audit import ActKind
from monitor.domain.delivery import DeliveryState
from monitor.domain.subscription import SubscriptionState
from monitor.domain.token import Scope
from monitor.storage.engine import Database
from monitor.storage.ledger import Ledger
from monitor.storage.outbox import Outbox, Settlement
from monitor.storage.queries import Queries
from tests.e2e.serving import Served, serving
from tests.e2e.street import NOON
from tests.telling import EVERY_CHANNEL, SECOND, event, subscribed, subscriber, told

T = TypeVar("T")


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("web")) as served:
        run(served, lived(served.monitor[0].database))
        yield served


@pytest.fixture
def ask(street: Served) -> Iterator[Client]:
    issued = issue("operator", [Scope.OPERATE], NOON)

    async def keep() -> None:
        async with street.monitor[0].database.begin() as tx:
            await Ledger(tx).keep_token(issued.token, issued.digest)

    run(street, keep())
    headers = {"authorization": f"Bearer {issued.text}"}
    with Client(base_url=f"{street.url}/api/v1", headers=headers, timeout=30) as client:
        yield client


def run(street: Served, work: Coroutine[Any, Any, T]) -> T:
    assert street.loop
    return asyncio.run_coroutine_threadsafe(work, street.loop).result(30)


async def lived(database: Database) -> None:
    """One delivery that died, one that waits, and one of a subscription that left."""
    await subscribed(database, subscriber("a1"), subscriber("left"))
    await told(database, replace(event(), at=NOON))
    async with database.begin() as tx:
        claims = await Outbox(tx).claim(NOON, EVERY_CHANNEL, most=10)
    for claim in claims:
        settlement = Settlement(
            claim=claim,
            at=NOON,
            seconds=0.25,
            fate="again",
            trouble="the receiver answered 500",
            state=DeliveryState.DEAD,
        )
        async with database.begin() as tx:
            await Outbox(tx).settle(settlement)
    left = replace(subscriber("left"), state=SubscriptionState.LEFT, left_at=NOON)
    await subscribed(database, left)
    await told(database, replace(event(story="s2"), at=NOON + SECOND))


def test_deliveries_are_listed_without_addresses_and_sent_once_more(
    street: Served, ask: Client
) -> None:
    dead = ask.get("/deliveries", params={"state": "dead", "subscription": "a1"}).json()["items"]
    (one,) = dead
    assert (one["subscription"], one["kind"], one["attempts"]) == ("a1", "event", 1)
    assert one["trouble"] == "the receiver answered 500"
    assert "example" not in ask.get("/deliveries").text
    detail = ask.get(f"/deliveries/{one['id']}").json()
    assert [each["fate"] for each in detail["log"]] == ["again"]
    again = ask.post(f"/deliveries/{one['id']}/redelivery")
    assert again.status_code == 202, again.text
    assert (again.json()["id"], again.json()["state"]) == (one["id"], "waiting")
    assert again.json()["attempts"] == 0

    async def acts() -> list[tuple[str, str]]:
        async with street.monitor[0].database.read() as tx:
            return [(act.who, act.what) for act in await Queries(tx).acts(one["id"])]

    assert run(street, acts()) == [("token operator", ActKind.DELIVERY_SENT_AGAIN)]


def test_nothing_is_sent_to_who_left_and_nothing_that_there_is_not(ask: Client) -> None:
    (left,) = ask.get("/deliveries", params={"subscription": "left"}).json()["items"]
    refused = ask.post(f"/deliveries/{left['id']}/redelivery")
    assert refused.status_code == 409
    assert "left or is paused" in refused.json()["detail"]
    assert ask.post("/deliveries/nothing/redelivery").status_code == 404
    for odd in ("%00", "%0a", "é", "x" * 5_000):
        assert ask.get(f"/deliveries/{odd}").status_code in {404, 414}


def test_the_list_goes_on_where_it_ended(ask: Client) -> None:
    first = ask.get("/deliveries", params={"limit": 2}).json()
    assert len(first["items"]) == 2
    rest = ask.get("/deliveries", params={"cursor": first["next"]}).json()
    assert len(rest["items"]) == 1
    assert rest["next"] is None
    for wrong in ({"cursor": "x"}, {"limit": 0}, {"state": "odd"}, {"colour": "red"}):
        assert ask.get("/deliveries", params=wrong).status_code == 400
