"""Asking once: whatever happens, an outcome comes back."""

import asyncio
from typing import Literal

import httpx2
import pytest
from typing_extensions import override

from checks.check import Check, attempt, fetch, json_of, outcome_of
from checks.outcome import (
    ABSENT,
    SERVED,
    UNREADABLE,
    Contract,
    Outcome,
    OutcomeClass,
    Phases,
    Reading,
    ReadingKind,
    Target,
)
from checks.trouble import Stage, TroubleKind
from checks.wire.unanswered import Unanswered

TARGET = Target(
    id="presenteren/v8@prod", base_url="https://x.example/v8", headers={"x-api-key": "s3"}
)
DECLARED = Target(id="stop/1.4@lto", base_url="https://x.example", declared="1.4")


class Plain(Check):
    """Asks and says what came."""

    kind: Literal["plain"] = "plain"

    @override
    async def ask(self, target: Target, http: httpx2.AsyncClient) -> Outcome:
        return outcome_of(await fetch(target, http, "/app-info"), target)


class Broken(Check):
    """Has a fault of its own."""

    kind: Literal["broken"] = "broken"

    @override
    async def ask(self, target: Target, http: httpx2.AsyncClient) -> Outcome:
        raise KeyError("ours")


class Lying(Check):
    """Claims to have read a version from an answer that was none."""

    kind: Literal["lying"] = "lying"

    @override
    async def ask(self, target: Target, http: httpx2.AsyncClient) -> Outcome:
        return Outcome(outcome_class=OutcomeClass.FAILED, reading=SERVED)


class Endless(Check):
    """Forgets that there is a deadline."""

    kind: Literal["endless"] = "endless"

    @override
    async def ask(self, target: Target, http: httpx2.AsyncClient) -> Outcome:
        await asyncio.Event().wait()
        raise AssertionError("never reached")


class Parsing(Check):
    """Wants JSON."""

    kind: Literal["parsing"] = "parsing"

    @override
    async def ask(self, target: Target, http: httpx2.AsyncClient) -> Outcome:
        response = await fetch(target, http, "")
        json_of(response)
        return outcome_of(response, target)


def client(answer: httpx2.Response | Exception) -> httpx2.AsyncClient:
    def handle(request: httpx2.Request) -> httpx2.Response:
        if isinstance(answer, Exception):
            raise answer
        return answer

    return httpx2.AsyncClient(transport=httpx2.MockTransport(handle))


async def tried(
    answer: httpx2.Response | Exception, target: Target = TARGET, check: Check | None = None
) -> Outcome:
    async with client(answer) as http:
        return await attempt(check or Plain(), target, http)


async def test_a_good_answer_is_ok_and_served() -> None:
    outcome = await tried(httpx2.Response(200, json={}))
    assert (outcome.outcome_class, outcome.status) == (OutcomeClass.OK, 200)
    assert outcome.reading == SERVED
    assert outcome.phases.total is not None


async def test_a_good_answer_has_the_declared_version_where_none_can_be_read() -> None:
    outcome = await tried(httpx2.Response(200), DECLARED)
    assert outcome.reading == Reading(ReadingKind.SERVED, version="1.4")


async def test_a_version_that_was_read_wins_over_the_declared_one() -> None:
    read = Reading(ReadingKind.SERVED, version="1.5")
    assert outcome_of(httpx2.Response(200), DECLARED, reading=read).reading == read


async def test_no_version_is_declared_for_what_is_not_served() -> None:
    assert (await tried(httpx2.Response(404), DECLARED)).reading == ABSENT
    assert (await tried(httpx2.Response(500), DECLARED)).reading == UNREADABLE


async def test_only_an_answer_that_is_ok_can_hold_a_reading() -> None:
    assert (await tried(httpx2.Response(200), DECLARED, Lying())).reading == UNREADABLE


async def test_what_a_check_found_counts_only_when_the_answer_is_ok() -> None:
    contract = Contract("f" * 64, "{}")
    for status, kept in ((200, contract), (503, None)):
        outcome = outcome_of(
            httpx2.Response(status), TARGET, reading=SERVED, contract=contract, evidence={"a": "b"}
        )
        assert outcome.contract is kept
        assert ("a" in outcome.evidence) is (kept is not None)


async def test_the_pause_and_the_signals_are_filled_in() -> None:
    headers = {"Retry-After": "30", "Sunset": "Sun, 01 Feb 2026 00:00:00 GMT", "X-Other": "no"}
    outcome = await tried(httpx2.Response(429, headers=headers))
    assert (outcome.outcome_class, outcome.retry_after) == (OutcomeClass.THROTTLED, 30.0)
    assert outcome.evidence == {"sunset": "Sun, 01 Feb 2026 00:00:00 GMT"}


async def test_the_problem_is_evidence() -> None:
    headers = {"content-type": "application/problem+json"}
    body = '{"title": "Inloggegevens ontbreken"}'
    outcome = await tried(httpx2.Response(401, headers=headers, text=body))
    assert outcome.evidence == {"problem": "Inloggegevens ontbreken"}
    assert outcome.outcome_class is OutcomeClass.REFUSED


async def test_a_charset_that_does_not_exist_does_no_harm() -> None:
    headers = {"content-type": "text/html; charset=rot13"}
    outcome = await tried(httpx2.Response(503, headers=headers, content=b"\xff\xfeonderhoud"))
    assert outcome.outcome_class is OutcomeClass.MAINTENANCE


async def test_a_fault_of_ours_is_ours_and_keeps_its_trace() -> None:
    outcome = await tried(httpx2.Response(200), check=Broken())
    assert outcome.outcome_class is OutcomeClass.OURS
    assert outcome.reason == "this check of ours broke: KeyError"
    assert outcome.trace is not None
    assert "in ask" in outcome.trace


async def test_being_cancelled_is_no_outcome() -> None:
    async with client(httpx2.Response(200)) as http:
        task = asyncio.create_task(attempt(Endless(), TARGET, http))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


async def test_a_check_without_an_end_is_ended() -> None:
    hurried = Target(id="x", base_url="https://x.example", timeout=0.01)
    outcome = await tried(httpx2.Response(200), hurried, Endless())
    assert outcome.outcome_class is OutcomeClass.FAILED
    assert outcome.reason == "the check did not end within 0.01 s"


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        (httpx2.ConnectTimeout("x"), "connectTimeout"),
        (httpx2.ReadTimeout("x"), "readTimeout"),
        (httpx2.PoolTimeout("x"), "totalTimeout"),
        (httpx2.ConnectError("x"), "unreachable"),
        (httpx2.RemoteProtocolError("x"), "protocol"),
        (httpx2.ReadError("x"), "reset"),
    ],
)
async def test_errors_of_another_transport_are_understood(
    error: httpx2.TransportError, trouble: str
) -> None:
    outcome = await tried(error)
    assert outcome.outcome_class is OutcomeClass.FAILED
    assert outcome.evidence["trouble"] == trouble


async def test_an_unanswered_question_tells_how_far_it_came() -> None:
    error = Unanswered(
        TroubleKind.READ_TIMEOUT,
        "no answer began within 10 s",
        Stage.FIRST_BYTE,
        phases=Phases(connect=0.1, total=10.0),
    )
    outcome = await tried(error)
    assert outcome.reason == "no answer began within 10 s"
    assert outcome.evidence == {"trouble": "readTimeout", "stage": "first_byte"}
    assert outcome.phases == Phases(connect=0.1, total=10.0)


async def test_the_question_has_the_path_the_accept_and_the_key() -> None:
    asked: list[httpx2.Request] = []

    def handle(request: httpx2.Request) -> httpx2.Response:
        asked.append(request)
        return httpx2.Response(200)

    async with httpx2.AsyncClient(transport=httpx2.MockTransport(handle)) as http:
        await fetch(TARGET, http, "openapi.json?a=b", accept="application/hal+json")
    assert str(asked[0].url) == "https://x.example/v8/openapi.json?a=b"
    assert asked[0].headers["accept"] == "application/hal+json"
    assert asked[0].headers["x-api-key"] == "s3"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"NaN",
        b"1e400",
        b"9" * 5000,
        b"[" * 200_000,
        b"[" * 100 + b"]" * 100,
        b'{"a":' * 70 + b"1" + b"}" * 70,
        b'"\\ud800"',
        b'{"a": 1} trailing',
        "{}".encode("utf-16"),
    ],
)
async def test_what_is_no_decent_json_fails_and_is_not_ours(body: bytes) -> None:
    outcome = await tried(httpx2.Response(200, content=body), DECLARED, Parsing())
    assert outcome.outcome_class is OutcomeClass.FAILED
    assert (outcome.status, outcome.evidence["trouble"]) == (200, "content")
    assert outcome.reason.startswith("answered 200")
    assert outcome.reading == UNREADABLE


@pytest.mark.parametrize(
    ("body", "document"),
    [
        (b'\xef\xbb\xbf{"a": 1}', {"a": 1}),
        (b'"caf\xe9"', "caf\ufffd"),
        (b'{"a": 1, "a": 2}', {"a": 2}),
        (b"[" * 60 + b"]" * 60, None),
    ],
)
def test_json_is_read_as_any_client_would(body: bytes, document: object) -> None:
    read = json_of(httpx2.Response(200, content=body))
    assert document is None or read == document
