"""Somebody who is signed in, and the forms that they fill in."""

import asyncio
import re
from collections.abc import Coroutine, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from httpx2 import Client, Response

from monitor.desk.tokens import Issued, issue
from monitor.domain.audit import Act
from monitor.domain.token import Scope
from monitor.storage.ledger import Ledger
from monitor.storage.queries import Queries
from tests.e2e.serving import Served
from tests.e2e.street import NOON

T = TypeVar("T")


def told_by(street: Served, work: Coroutine[Any, Any, T]) -> T:
    """Do something on the loop of the server, and say what came of it."""
    assert street.loop
    return asyncio.run_coroutine_threadsafe(work, street.loop).result(30)


def given_out(street: Served, *scopes: Scope) -> Issued:
    issued = issue("operator", scopes, NOON)

    async def keep() -> None:
        async with street.monitor[0].database.begin() as tx:
            await Ledger(tx).keep_token(issued.token, issued.digest)

    told_by(street, keep())
    return issued


@contextmanager
def browser(street: Served) -> Iterator[Client]:
    with Client(base_url=street.url, timeout=30, headers={"accept-language": "en"}) as client:
        yield client


@contextmanager
def signed_in(street: Served, *scopes: Scope) -> Iterator[Client]:
    issued = given_out(street, *(scopes or Scope))
    with browser(street) as client:
        entered = client.post("/operate/sign-in", data={"token": issued.text})
        assert (entered.status_code, entered.headers["location"]) == (303, "/operate")
        yield client


def seal_on(page: str) -> str:
    found = re.search(r'name="seal" value="([^"]+)"', page)
    assert found, "a page with a form carries a seal"
    return found[1]


def sent(
    client: Client,
    page: str,
    fields: Mapping[str, str | Sequence[str]],
    to: str | None = None,
) -> Response:
    """Open a page and send its form, filled in like this."""
    seal = seal_on(client.get(page).text)
    return client.post(to or page, data={"seal": seal, **fields})


def acts(street: Served) -> list[Act]:
    async def read() -> list[Act]:
        async with street.monitor[0].database.read() as tx:
            return await Queries(tx).acts()

    return told_by(street, read())
