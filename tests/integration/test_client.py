"""The client over real sockets: what goes out, what comes back, what is measured."""

import asyncio
import gzip
import itertools
from collections.abc import AsyncIterator

import httpx2
import pytest
import uvloop

from checks.check import fetch
from checks.client import Clients, Limits, Resolver, Unanswered
from checks.outcome import Phases, Target, Trust
from checks.trouble import Stage, TroubleKind
from tests.servers import (
    Manner,
    answer,
    black_hole,
    drip,
    endless,
    mute,
    question,
    reset,
    says,
    serving,
)

AGENT = "Ketenwacht/0.1 (+mailto:beheer@example.nl)"


@pytest.fixture
async def http() -> AsyncIterator[httpx2.AsyncClient]:
    clients = Clients(AGENT)
    yield clients.of(Trust())
    await clients.aclose()


def target(
    port: int, host: str = "127.0.0.1", *, timeout: float = 60.0, key: str | None = None
) -> Target:
    headers = {} if key is None else {"x-api-key": key}
    return Target(id="x", base_url=f"http://{host}:{port}/api", timeout=timeout, headers=headers)


def hearing(heard: list[bytes], reply: bytes) -> Manner:
    async def manner(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await question(reader))
        writer.write(reply)

    return manner


async def test_the_question_says_who_asks_and_takes_nothing_along(http: httpx2.AsyncClient) -> None:
    heard: list[bytes] = []
    async with serving(hearing(heard, answer("200 OK", b"{}", b"Set-Cookie: a=b"))) as port:
        at = target(port, key="k")
        await fetch(at, http, "/app info?x=é", accept="application/hal+json")
        await fetch(at, http, "/again")
    lines = heard[0].decode().split("\r\n")
    assert lines[0] == "GET /api/app%20info?x=%C3%A9 HTTP/1.1"
    assert set(lines[1:-2]) == {
        f"host: 127.0.0.1:{port}",
        "accept: application/hal+json",
        "x-api-key: k",
        f"user-agent: {AGENT}",
        "accept-encoding: gzip, deflate",
        "connection: close",
    }
    assert b"cookie" not in heard[1].lower()


async def test_every_question_has_a_connection_of_its_own(http: httpx2.AsyncClient) -> None:
    peers: set[object] = set()

    async def manner(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peers.add(writer.get_extra_info("peername"))
        await question(reader)
        writer.write(answer("200 OK", b"{}", b"Connection: keep-alive"))
        await reader.read()

    async with serving(manner) as port:
        for _ in range(3):
            await fetch(target(port), http, "/")
    assert len(peers) == 3


async def test_a_post_sends_its_body(http: httpx2.AsyncClient) -> None:
    heard: list[bytes] = []

    async def manner(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await question(reader) + await reader.readexactly(7))
        writer.write(answer())

    async with serving(manner) as port:
        await http.post(f"http://127.0.0.1:{port}/hook", json={"a": 1})
    assert heard[0].startswith(b"POST /hook HTTP/1.1\r\n")
    assert heard[0].lower().count(b"content-length: 7") == 1
    assert heard[0].endswith(b'\r\n\r\n{"a":1}')


async def test_a_compressed_answer_comes_unpacked(http: httpx2.AsyncClient) -> None:
    packed = gzip.compress(b'{"openapi":"3.1.0"}')
    async with serving(says(answer("200 OK", packed, b"Content-Encoding: gzip"))) as port:
        response = await fetch(target(port), http, "/")
    assert response.content == b'{"openapi":"3.1.0"}'
    assert response.json() == {"openapi": "3.1.0"}
    assert "content-encoding" not in response.headers


async def test_a_redirect_is_a_result_and_the_key_stays_here(http: httpx2.AsyncClient) -> None:
    heard: list[bytes] = []
    async with serving(hearing(heard, answer())) as elsewhere:
        location = b"Location: http://localhost:%d/" % elsewhere
        async with serving(says(answer("302 Found", b"", location))) as port:
            response = await fetch(target(port, key="k"), http, "/")
    assert response.status_code == 302
    assert heard == []


async def test_the_environment_does_not_come_between(
    http: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    clients = Clients(AGENT)
    async with serving(says(answer())) as port:
        response = await fetch(target(port), clients.of(Trust()), "/")
    await clients.aclose()
    assert response.status_code == 200


async def test_the_phases_are_read_from_the_given_timer() -> None:
    ticks = itertools.count()
    clients = Clients(AGENT, timer=lambda: float(next(ticks)))
    async with serving(says(answer())) as port:
        response = await fetch(target(port), clients.of(Trust()), "/")
    await clients.aclose()
    phases: Phases = response.extensions["phases"]
    assert phases.connect == 1.0
    assert (phases.dns, phases.tls) == (None, None)
    assert None not in (phases.first_byte, phases.body, phases.total)


async def test_a_name_is_looked_up_and_that_is_timed() -> None:
    clients = Clients(AGENT, resolver=Resolver(lambda _: ["127.0.0.1"]))
    heard: list[bytes] = []
    async with serving(hearing(heard, answer())) as port:
        response = await fetch(target(port, "lto.example"), clients.of(Trust()), "/")
    await clients.aclose()
    assert response.extensions["phases"].dns is not None
    assert b"\r\nhost: lto.example:%d\r\n" % port in heard[0]


async def test_a_pinned_address_is_asked_under_the_name_of_the_host(
    http: httpx2.AsyncClient,
) -> None:
    heard: list[bytes] = []
    async with serving(hearing(heard, answer())) as port:
        await http.send(
            httpx2.Request(
                "GET",
                f"http://receiver.example:{port}/hook",
                extensions={"connect_to": ("127.0.0.1",)},
            )
        )
    assert b"\r\nhost: receiver.example:%d\r\n" % port in heard[0]


async def test_where_the_head_suffices_an_endless_body_does_no_harm(
    http: httpx2.AsyncClient,
) -> None:
    start = b"HTTP/1.1 202 Accepted\r\nContent-Encoding: br\r\nContent-Length: 99999999\r\n\r\n"
    async with serving(endless(start, b"x" * 65536)) as port:
        wish = httpx2.Request(
            "POST", f"http://127.0.0.1:{port}/", content=b"{}", extensions={"head_suffices": True}
        )
        response = await http.send(wish)
    assert (response.status_code, response.content) == (202, b"")


async def test_an_address_that_keeps_silent_is_passed_by() -> None:
    """What an IPv6 black hole looks like: the first address swallows everything."""
    with black_hole("127.0.0.2") as port:
        clients = Clients(AGENT, resolver=Resolver(lambda _: ["127.0.0.2", "127.0.0.1"]))
        async with serving(says(answer()), port=port):
            response = await fetch(target(port, "two.example"), clients.of(Trust()), "/")
        await clients.aclose()
    assert response.status_code == 200


async def test_an_address_that_refuses_is_passed_by() -> None:
    clients = Clients(AGENT, resolver=Resolver(lambda _: ["::1", "127.0.0.2", "127.0.0.1"]))
    async with serving(says(answer())) as port:
        response = await fetch(target(port, "three.example"), clients.of(Trust()), "/")
    await clients.aclose()
    assert response.status_code == 200


async def test_when_all_addresses_refuse_it_is_refused() -> None:
    async with serving(mute) as port:
        pass
    clients = Clients(AGENT, resolver=Resolver(lambda _: ["127.0.0.2", "127.0.0.1"]))
    with pytest.raises(Unanswered) as caught:
        await fetch(target(port, "none.example"), clients.of(Trust()), "/")
    await clients.aclose()
    assert caught.value.trouble.kind is TroubleKind.CONNECTION_REFUSED


async def test_no_connection_at_all_is_a_connect_timeout(http: httpx2.AsyncClient) -> None:
    with black_hole() as port, pytest.raises(Unanswered) as caught:
        await fetch(target(port, timeout=0.2), http, "/")
    assert caught.value.trouble.kind is TroubleKind.CONNECT_TIMEOUT
    assert caught.value.trouble.sentence == "no connection came about within 0.2 s"


@pytest.mark.parametrize(
    ("url", "extensions"),
    [("ftp://127.0.0.1/", {}), ("http:///nohost", {}), ("/relative", {})],
)
async def test_what_cannot_be_asked_is_said_to_be_ours(
    http: httpx2.AsyncClient, url: str, extensions: dict[str, object]
) -> None:
    with pytest.raises(Unanswered) as caught:
        await http.send(httpx2.Request("GET", url, extensions=extensions))
    assert caught.value.trouble.kind is TroubleKind.MISASKED


@pytest.mark.parametrize("key", ["k\r\nEvil: yes", "k\n", "k\0"])
async def test_a_secret_with_a_line_break_is_not_sent(http: httpx2.AsyncClient, key: str) -> None:
    heard: list[bytes] = []
    async with serving(hearing(heard, answer())) as port:
        with pytest.raises(Unanswered) as caught:
            await fetch(target(port, key=key), http, "/")
    assert caught.value.trouble.kind is TroubleKind.MISASKED
    assert "Evil" not in str(caught.value)
    assert heard == []


async def test_the_bounds_can_be_set() -> None:
    clients = Clients(AGENT, limits=Limits(body=10))
    async with serving(says(answer("200 OK", b"x" * 11))) as port:
        with pytest.raises(Unanswered) as caught:
            await fetch(target(port), clients.of(Trust()), "/")
    await clients.aclose()
    assert caught.value.trouble.kind is TroubleKind.TOO_LARGE


async def test_one_client_per_trust() -> None:
    clients = Clients(AGENT)
    assert clients.of(Trust()) is clients.of(Trust())
    assert clients.of(Trust()) is not clients.of(Trust(ca_file="ca.pem"))
    await clients.aclose()


async def test_the_deadline_of_the_client_holds_for_a_request_without_one() -> None:
    clients = Clients(AGENT, limits=Limits(deadline=1.0))
    async with serving(mute) as port:
        with pytest.raises(Unanswered) as caught:
            await clients.of(Trust()).get(f"http://127.0.0.1:{port}/")
    await clients.aclose()
    assert caught.value.trouble.kind is TroubleKind.READ_TIMEOUT
    assert caught.value.trouble.stage is Stage.FIRST_BYTE


@pytest.mark.parametrize(
    ("manner", "kind"),
    [
        (says(answer()), None),
        (drip, TroubleKind.TOTAL_TIMEOUT),
        (mute, TroubleKind.READ_TIMEOUT),
        (reset, TroubleKind.RESET),
        (endless(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 65536), TroubleKind.TOO_LARGE),
    ],
)
def test_it_is_the_same_on_uvloop(manner: Manner, kind: TroubleKind | None) -> None:
    timeout = 1.0 if kind in (TroubleKind.TOTAL_TIMEOUT, TroubleKind.READ_TIMEOUT) else 60.0

    async def scene() -> TroubleKind | None:
        clients = Clients(AGENT)
        try:
            async with serving(manner) as port:
                await fetch(target(port, timeout=timeout), clients.of(Trust()), "/")
        except Unanswered as error:
            return error.trouble.kind
        finally:
            await clients.aclose()
        return None

    assert uvloop.run(scene()) is kind
