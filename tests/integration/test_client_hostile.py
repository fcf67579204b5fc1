"""Hostile servers, as real sockets: each is a failure with a name, none of them is ours."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Literal

import httpx2
import pytest
from typing_extensions import override

from checks.check import Check, attempt, fetch, json_of, outcome_of
from checks.client import Clients, Resolver
from checks.outcome import Outcome, OutcomeClass, Target, Trust
from tests.hostile import HOSTILE, OK
from tests.servers import answer, question, says, serving


class Parsing(Check):
    """Wants JSON."""

    kind: Literal["parsing"] = "parsing"

    @override
    async def ask(self, target: Target, http: httpx2.AsyncClient) -> Outcome:
        response = await fetch(target, http, "/")
        json_of(response)
        return outcome_of(response, target)


@pytest.fixture
async def clients() -> AsyncIterator[Clients]:
    clients = Clients("test")
    yield clients
    await clients.aclose()


def target(port: int, host: str = "127.0.0.1", *, timeout: float = 60.0) -> Target:
    return Target(id="x", base_url=f"http://{host}:{port}", timeout=timeout)


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_hostile_server_is_a_failure_with_a_name(clients: Clients, name: str) -> None:
    manner, trouble = HOSTILE[name]
    timeout = 1.0 if trouble.endswith("Timeout") else 60.0
    async with serving(manner) as port:
        outcome = await attempt(Parsing(), target(port, timeout=timeout), clients.of(Trust()))
    assert outcome.outcome_class is OutcomeClass.FAILED
    assert outcome.evidence["trouble"] == trouble
    assert outcome.reason.isprintable()
    assert outcome.phases.connect is not None
    assert outcome.phases.total is not None
    assert outcome.phases.total < timeout + 60  # a server that drips never comes to an end


@pytest.mark.parametrize("name", ["endless body", "endless header", "10 MB body"])
async def test_no_more_is_taken_than_the_bound(clients: Clients, name: str) -> None:
    taken = 0

    async def counting(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal taken
        await question(reader)
        writer.transport.set_write_buffer_limits(0)
        start = {"endless body": OK + b"\r\n", "endless header": OK + b"X: "}.get(name)
        writer.write(start or OK + b"Content-Length: 10000000\r\n\r\n")
        while True:
            writer.write(b"x" * 65536)
            await writer.drain()
            taken += 65536

    async with serving(counting) as port:
        await attempt(Parsing(), target(port), clients.of(Trust()))
    assert taken < 12 << 20  # our bound, and the buffers of the two kernels' sockets


async def test_a_redirect_loop_is_one_question(clients: Clients) -> None:
    heard: list[bytes] = []

    async def loop(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await question(reader))
        writer.write(answer("302 Found", b"", b"Location: /"))

    class Asking(Parsing):
        """Takes any answer."""

        @override
        async def ask(self, target: Target, http: httpx2.AsyncClient) -> Outcome:
            return outcome_of(await fetch(target, http, "/"), target)

    async with serving(loop) as port:
        outcome = await attempt(Asking(), target(port), clients.of(Trust()))
    assert len(heard) == 1
    assert outcome.outcome_class is OutcomeClass.FAILED
    assert outcome.evidence == {"location": "/"}


@pytest.mark.parametrize("date", [b"Thu, 01 Jan 1970 00:00:00 GMT", b"\xff", b"tomorrow", b""])
async def test_a_wrong_date_changes_nothing(clients: Clients, date: bytes) -> None:
    async with serving(says(answer("200 OK", b"{}", b"Date: " + date))) as port:
        outcome = await attempt(Parsing(), target(port), clients.of(Trust()))
    assert outcome.outcome_class is OutcomeClass.OK


async def test_markup_in_a_problem_is_cleaned_and_capped(clients: Clients) -> None:
    body = b'{"title": "<b>\\u202e\\r\\n2026 ERROR forged</b>", "detail": "' + b"x" * 999 + b'"}'
    headers = b"Content-Type: application/problem+json"

    async def manner(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await question(reader)
        lines = [b"HTTP/1.1 404 Not Found", headers, b"Content-Length: %d" % len(body), b"", body]
        writer.write(b"\r\n".join(lines))

    class Asking(Parsing):
        """Takes any answer."""

        @override
        async def ask(self, target: Target, http: httpx2.AsyncClient) -> Outcome:
            return outcome_of(await fetch(target, http, "/"), target)

    async with serving(manner) as port:
        outcome = await attempt(Asking(), target(port), clients.of(Trust()))
    assert outcome.outcome_class is OutcomeClass.NOT_SERVED
    for text in (outcome.reason, *outcome.evidence.values()):
        assert text.isprintable()
        assert len(text) <= 200
    assert outcome.evidence["problem"].startswith("<b> 2026 ERROR forged</b>: xxx")


async def test_all_of_them_at_once_do_not_touch_the_healthy() -> None:
    over = threading.Event()

    def lookup(host: str) -> list[str]:
        if host.startswith("dead"):
            over.wait(300)
        return ["127.0.0.1"]

    clients = Clients("test", resolver=Resolver(lookup))
    http = clients.of(Trust())
    async with AsyncExitStack() as stack:
        ports = [await stack.enter_async_context(serving(manner)) for manner, _ in HOSTILE.values()]
        well = await stack.enter_async_context(serving(says(answer())))
        bad = [target(port, timeout=2) for port in ports]
        bad += [target(well, f"dead{n}.example", timeout=2) for n in range(40)]
        hostile = [asyncio.create_task(attempt(Parsing(), each, http)) for each in bad]
        named = target(well, "well.example", timeout=60)
        healthy = [await attempt(Parsing(), named, http) for _ in range(30)]
        outcomes = await asyncio.gather(*hostile)
    over.set()
    await clients.aclose()
    assert {outcome.outcome_class for outcome in healthy} == {OutcomeClass.OK}
    assert {outcome.outcome_class for outcome in outcomes} == {OutcomeClass.FAILED}
    assert len(outcomes) >= 70
