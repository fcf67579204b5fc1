"""Where the gate is asked: in the database beside the serving process, or over the API."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from httpx2 import AsyncClient, Response, TransportError

from checks.check import fetch, json_of
from checks.client import Clients
from checks.outcome import Target, Trust
from checks.version import Change, Order, change, compare
from monitor.cli.beside import opened
from monitor.cli.speaking import WrongQuestion
from monitor.desk.asking import Written, answer
from monitor.desk.document import gate_document
from monitor.domain.gate import GateQuestionError
from monitor.domain.landscape import Landscape
from monitor.front_door import Settings, utc_now

Told = Mapping[str, Any]
Source = AbstractAsyncContextManager[Callable[[], Awaitable[Told]]]


@asynccontextmanager
async def over_the_database(
    url: str, landscape: Landscape, written: Written
) -> AsyncIterator[Callable[[], Awaitable[Told]]]:
    async with opened(url) as database:

        async def ask() -> Told:
            try:
                return gate_document(await answer(database, landscape, written, utc_now()))
            except GateQuestionError as error:
                raise WrongQuestion(f"{str(error)[:1].upper()}{str(error)[1:]}.") from error

        yield ask


@asynccontextmanager
async def over_http(
    url: str, settings: Settings, written: Written
) -> AsyncIterator[Callable[[], Awaitable[Told]]]:
    """Whoever does not answer, or says that it cannot, leaves the gate unknown."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query:
        raise WrongQuestion("--url is the address of a Ketenwacht, as https://HOST.")
    anchors = str(settings.ca_file) if settings.ca_file else None
    target = Target(id="ketenwacht", base_url=f"{url.rstrip('/')}/api/v1", timeout=30)
    clients = Clients(settings.agent)
    http = clients.of(Trust(ca_file=anchors))

    async def ask() -> Told:
        try:
            name = await _line(target, http, written)
            path = "/".join(quote(part, safe="") for part in (*name.split("/", 1), written.version))
            query = urlencode({"environment": written.environment, "lang": "en"})
            return _document(await fetch(target, http, f"gates/{path}?{query}"))
        except TransportError as error:
            return _unknown(written, f"{url} does not answer: {error}")

    try:
        yield ask
    finally:
        await clients.aclose()


async def _line(target: Target, http: AsyncClient, written: Written) -> str:
    interface, version = written.line, written.version
    if "/" in interface:
        return interface
    told = _document(await fetch(target, http, f"interfaces/{quote(interface, safe='')}"))
    names = [one["line"] for one in told["lines"]]
    found = [name for name in names if _same_major(name, version)]
    if len(found) != 1:
        known = ", ".join(f"{interface}/{name}" for name in names)
        raise WrongQuestion(f"Which line {version} is of cannot be told; name one of {known}.")
    return f"{interface}/{found[0]}"


def _same_major(line: str, version: str) -> bool:
    ordered = compare(line, version) is not Order.UNORDERED
    return ordered and change(line, version) is not Change.MAJOR


def _document(response: Response) -> Told:
    """WrongQuestion where they say so; TransportError where it is not the question."""
    told = json_of(response)
    if response.status_code == HTTPStatus.OK and isinstance(told, dict):
        return told
    wrong = response.status_code in {HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND}
    if wrong and isinstance(told, dict) and isinstance(told.get("detail"), str):
        raise WrongQuestion(told["detail"])
    raise TransportError(f"it answers {response.status_code}")


def _unknown(written: Written, why: str) -> Told:
    return {
        "line": written.line,
        "version": written.version,
        "environment": written.environment,
        "decision": "unknown",
        "evaluatedAt": utc_now().isoformat(),
        "criteria": [],
        "reason": why,
        "override": None,
    }
