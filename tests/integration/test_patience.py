"""Who comes to the window and says nothing, or little, or takes nothing, is not waited for."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import ClassVar

import uvicorn
from starlette.types import Receive, Scope, Send
from typing_extensions import override

from monitor.bootstrap import configured
from monitor.cli.patience import PatientProtocol
from monitor.cli.serving import window_config
from web.live.stream import MOST_CLIENTS

LARGE = b"x" * 8_000_000
ASKED = b"GET / HTTP/1.1\r\nhost: x\r\n\r\n"


class Hurried(PatientProtocol):
    request = 0.3
    reading = 0.3
    room = 20


class Served(uvicorn.Server):
    @override
    @contextmanager
    def capture_signals(self) -> Iterator[None]:  # they are the tests' own
        yield


async def _app(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] != "http":
        return
    more = scope["method"] == "POST"
    while more:
        message = await receive()
        more = message.get("more_body", False)
    if scope["path"] == "/slow":
        await asyncio.sleep(1)  # longer than any patience with a client
    body = LARGE if scope["path"] == "/large" else b"here"
    headers = [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


@asynccontextmanager
async def window(protocol: type[PatientProtocol] = Hurried) -> AsyncIterator[int]:
    config = uvicorn.Config(
        _app,
        http=protocol,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        timeout_keep_alive=1,
    )
    server = Served(config)
    with socket.create_server(("127.0.0.1", 0), backlog=512) as listener:
        task = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            yield listener.getsockname()[1]
        finally:
            server.should_exit = True
            await task


async def _ended(reader: asyncio.StreamReader) -> bytes:
    """All that comes until the other side hangs up."""
    said = b""
    async with asyncio.timeout(60):
        with suppress(ConnectionError):
            while more := await reader.read(65_536):
                said += more
    return said


async def _speaks(port: int, *parts: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for part in parts:
            writer.write(part)
            await writer.drain()
        return await _ended(reader)
    finally:
        writer.close()


async def test_who_never_speaks_is_left() -> None:
    async with window() as port:
        assert await _speaks(port) == b""


async def test_a_head_that_does_not_end_is_left() -> None:
    async with window() as port:
        assert await _speaks(port, b"GET / HTTP/1.1\r\n", b"x: y\r\n") == b""


async def test_a_body_that_does_not_come_is_left() -> None:
    async with window() as port:
        head = b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\n"
        assert b"200" not in await _speaks(port, head, b"123")


async def test_drops_of_a_request_win_no_time() -> None:
    async with window() as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        ended = asyncio.create_task(_ended(reader))
        with suppress(ConnectionError):
            for _ in range(200):
                writer.write(b"\r\n")  # before a request, where nothing begins yet
                await writer.drain()
                if (await asyncio.wait([ended], timeout=0.05))[0]:
                    break
        assert ended.done()
        writer.close()


async def test_a_second_request_on_a_connection_has_its_own_time() -> None:
    async with window() as port:
        said = await _speaks(port, ASKED, ASKED, b"GET / HT")
        assert said.count(b"200 OK") == 2


async def test_an_answer_may_take_as_long_as_it_takes() -> None:
    async with window() as port:
        slow = ASKED.replace(b"GET /", b"GET /slow").replace(
            b"\r\n\r\n", b"\r\nconnection: close\r\n\r\n"
        )
        assert (await _speaks(port, slow)).endswith(b"here")


class Telling(Hurried):
    """Says when somebody was left."""

    left: ClassVar[asyncio.Event]

    @override
    def leave(self) -> None:
        super().leave()
        self.left.set()


async def test_who_does_not_read_is_left() -> None:
    Telling.left = asyncio.Event()
    async with window(Telling) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1024)
        writer.write(ASKED.replace(b"GET /", b"GET /large"))
        await asyncio.wait_for(Telling.left.wait(), 60)
        said = await _ended(reader)
        assert 0 < len(said) < len(LARGE)
        writer.close()


async def test_who_reads_gets_all_of_it() -> None:
    async with window(PatientProtocol) as port:
        large = ASKED.replace(b"GET /", b"GET /large")
        assert len(await _speaks(port, large)) > len(LARGE)


class Crowded(PatientProtocol):
    request = reading = 600.0  # time enough for all of them
    room = 20


async def test_a_crowd_that_says_nothing_keeps_nobody_out() -> None:
    async with window(Crowded) as port:
        crowd = [await asyncio.open_connection("127.0.0.1", port) for _ in range(60)]
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(ASKED)
        async with asyncio.timeout(60):
            assert b"200 OK" in await reader.readline()
        left = [await asyncio.wait_for(_ended(one), 60) for one, _ in crowd[:30]]
        assert left == [b""] * 30
        for _, one in (*crowd, (reader, writer)):
            one.close()


def test_the_window_is_served_with_patience_and_below_the_limit_of_uvicorn() -> None:
    config = window_config(_app, configured())
    assert config.http is PatientProtocol
    assert config.limit_concurrency is not None
    assert MOST_CLIENTS < PatientProtocol.room < config.limit_concurrency
