"""Nothing is open that was not meant to be: every operation of the API, walked."""

import asyncio
import re
from collections.abc import Coroutine, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from httpx2 import Client

from monitor.desk.tokens import Issued, issue
from monitor.domain.token import Scope
from monitor.storage.ledger import Ledger
from monitor.storage.queries import Queries
from tests.e2e.serving import Served, serving
from tests.e2e.street import NOON
from web.routes.api import create_api
from web.security.permits import PERMITS, Holder

MINUTE = timedelta(minutes=1)
T = TypeVar("T")


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("web")) as served:
        yield served


@pytest.fixture
def ask(street: Served) -> Iterator[Client]:
    street.at(NOON)
    with Client(base_url=f"{street.url}/api/v1", timeout=30) as client:
        yield client


def given_out(
    street: Served, *scopes: Scope, lifetime: timedelta | None = None, revoked: bool = False
) -> Issued:
    """A token that the running server knows."""
    issued = issue("pipeline", scopes, NOON, NOON + lifetime if lifetime else None)

    async def keep() -> None:
        async with street.monitor[0].database.begin() as tx:
            await Ledger(tx).keep_token(issued.token, issued.digest)
            if revoked:
                await Ledger(tx).revoke_token(issued.token.id, NOON)

    told_by(street, keep())
    return issued


def told_by(street: Served, work: Coroutine[Any, Any, T]) -> T:
    """Do something on the loop of the server, and say what came of it."""
    assert street.loop
    return asyncio.run_coroutine_threadsafe(work, street.loop).result(30)


def bearer(issued: Issued) -> dict[str, str]:
    return {"authorization": f"Bearer {issued.text}"}


def operations() -> list[tuple[str, str, str]]:
    """Every operation as (id, method, a path)."""
    api: FastAPI = create_api()
    return [
        (route.operation_id or "", method, re.sub(r"{[^}]+}", "x", route.path))
        for route in routes(api.routes)
        for method in sorted(route.methods or ())
    ]


def routes(found: object) -> Iterator[APIRoute]:
    assert isinstance(found, list)
    for route in found:
        if included := getattr(route, "original_router", None):
            yield from routes(included.routes)
        else:
            assert isinstance(route, APIRoute), route
            yield route


def test_every_operation_is_on_the_list_and_nothing_else_is() -> None:
    assert {id_ for id_, _, _ in operations()} == PERMITS.keys()


ASKED_BY_ANYONE = {"subscribe", "confirmSubscription"}
"""What writes and is public: its owner confirms it, by what was sent to an address."""
READ_BY_OPERATORS = {"listSubscriptions", "listDeliveries", "getDelivery"}


def test_only_what_reads_is_public_and_subscribing() -> None:
    for id_, method, path in operations():
        if isinstance(PERMITS[id_], Holder):
            assert path.startswith("/subscriptions/"), path
        elif id_ not in ASKED_BY_ANYONE | READ_BY_OPERATORS:
            assert (PERMITS[id_] is None) == (method == "GET"), path


@pytest.mark.parametrize(("id_", "method", "path"), operations())
def test_an_operation_is_public_or_wants_a_token_with_its_scope(
    street: Served, ask: Client, id_: str, method: str, path: str
) -> None:
    scope = PERMITS[id_]
    if scope is None:
        expected = {200, 400, 404, 415, 503} if id_ in ASKED_BY_ANYONE else {200, 400, 404, 503}
        assert ask.request(method, path).status_code in expected
        return
    if isinstance(scope, Holder):
        everything = given_out(street, *Scope)
        for headers in ({}, bearer(everything), {"authorization": "Bearer x"}):
            refused = ask.request(method, path, headers=headers)
            assert refused.status_code == 401, refused.text
            assert refused.headers["www-authenticate"].startswith("Bearer")
        return
    without = ask.request(method, path)
    assert without.status_code == 401
    assert without.headers["www-authenticate"].startswith("Bearer")
    assert without.headers["content-type"] == "application/problem+json"
    wrong = given_out(street, *(one for one in Scope if one is not scope))
    refused = ask.request(method, path, headers=bearer(wrong))
    assert refused.status_code == 403
    assert scope in refused.json()["detail"]
    assert "insufficient_scope" in refused.headers["www-authenticate"]
    let_in = ask.request(method, path, headers=bearer(given_out(street, scope)))
    assert let_in.status_code in ({200, 404} if id_ in READ_BY_OPERATORS else {400, 404, 415})


def test_an_operation_that_nobody_listed_is_open_to_nobody(
    ask: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = {id_: scope for id_, scope in PERMITS.items() if id_ != "getStatus"}
    monkeypatch.setattr("web.security.permits.PERMITS", listed)
    assert ask.get("/status").status_code == 403


WRITING = "/observations"


@pytest.mark.parametrize(
    "told",
    [
        *("", "Bearer", "Basic Zm9v", "Bearer kw_000000000000_" + "a" * 43),
        *("Bearer " + "x" * 5_000, "Bearer \xe9", "bearer kw_zzz"),
    ],
)
def test_what_is_no_token_opens_nothing(ask: Client, told: str) -> None:
    answer = ask.post(WRITING, headers=[(b"authorization", told.encode("latin-1"))])
    assert answer.status_code == 401


def test_the_right_id_with_another_secret_opens_nothing(street: Served, ask: Client) -> None:
    mine, other = (given_out(street, Scope.OBSERVATIONS_WRITE) for _ in range(2))
    forged = mine.text.replace(mine.token.id, other.token.id)
    answer = ask.post(WRITING, headers={"authorization": f"Bearer {forged}"})
    assert answer.status_code == 401
    assert ask.post(WRITING, headers=bearer(mine)).status_code == 415


def test_a_token_that_expired_or_was_revoked_opens_nothing(street: Served, ask: Client) -> None:
    short = given_out(street, Scope.OBSERVATIONS_WRITE, lifetime=MINUTE)
    assert ask.post(WRITING, headers=bearer(short)).status_code == 415
    street.at(NOON + MINUTE)
    assert ask.post(WRITING, headers=bearer(short)).status_code == 401
    street.at(NOON)
    revoked = given_out(street, Scope.OBSERVATIONS_WRITE, revoked=True)
    assert ask.post(WRITING, headers=bearer(revoked)).status_code == 401


def test_a_token_in_the_address_opens_nothing(street: Served, ask: Client) -> None:
    text = given_out(street, Scope.OBSERVATIONS_WRITE).text
    assert ask.post(f"{WRITING}?token={text}").status_code == 401
    assert ask.post(f"{WRITING}?access_token={text}").status_code == 401


def test_the_last_use_is_written_at_most_once_a_minute(street: Served, ask: Client) -> None:
    issued = given_out(street, Scope.OBSERVATIONS_WRITE)
    uses = []
    for late in (timedelta(), timedelta(seconds=59), MINUTE):
        street.at(NOON + late)
        ask.post(WRITING, headers=bearer(issued))
        uses.append(last_used(street, issued))
    assert uses == [NOON, NOON, NOON + MINUTE]


def last_used(street: Served, issued: Issued) -> object:
    async def read() -> object:
        async with street.monitor[0].database.read() as tx:
            found = await Queries(tx).token(issued.token.id)
        assert found
        return found[0].last_used_at

    return told_by(street, read())


def test_no_secret_reaches_the_database(street: Served, tmp_path: object) -> None:
    issued = given_out(street, Scope.OPERATE)
    secret = issued.text.rpartition("_")[2][-40:].encode()
    place = street.monitor[0].database.place
    kept = b"".join(one.read_bytes() for one in Path(place).parent.glob("web.db*"))
    assert issued.token.id.encode() in kept
    assert secret not in kept
