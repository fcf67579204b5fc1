"""A bare HTTP server on loopback in a process of its own, as cheap as Python allows."""

import asyncio
import json
import os
import random
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from typing import cast

import uvloop
from typing_extensions import override

from benchmarks.children import started

DOCUMENT = json.dumps(
    {
        "openapi": "3.0.3",
        "info": {"title": "Loopback", "version": "8.5.2"},
        "servers": [{"url": "http://127.0.0.1/v8"}],
        "paths": {
            f"/resources{n}": {
                "get": {
                    "parameters": [{"name": "page", "in": "query", "schema": {"type": "integer"}}],
                    "responses": {"200": {"description": "ok"}, "404": {"description": "none"}},
                }
            }
            for n in range(10)
        },
    }
).encode()
ANSWER = (
    b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: "
    + str(len(DOCUMENT)).encode()
    + b"\r\n\r\n"
    + DOCUMENT
)

LOWEST, SHARES, SHARE = 10_000, 9, 2_500
START, ASKED = random.randrange(SHARE), count()  # other test runs may be on this machine


class Answering(asyncio.Protocol):
    """Answers whatever ends in an empty line, once, and closes."""

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)  # uvloop's is none by class
        self.seen = b""

    @override
    def data_received(self, data: bytes) -> None:
        self.seen += data
        if self.seen.endswith(b"\r\n\r\n"):
            self.transport.write(ANSWER)
            self.transport.close()


async def serve(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(
        Answering, "127.0.0.1", port, backlog=4096
    )
    await server.serve_forever()


def free_port() -> int:
    """One for somebody else to listen on, and nobody's until then.

    It lies below those that a kernel gives to who asks for any, and each worker of a test run
    has a share of its own.
    """
    share = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % SHARES
    while True:
        port = LOWEST + share * SHARE + (START + next(ASKED)) % SHARE
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


@contextmanager
def loopback() -> Iterator[str]:
    """The server in a process of its own, for as long as the block lasts; gives its URL."""
    port = free_port()
    with started("benchmarks.loopback", port):
        await_listener(port)
        yield f"http://127.0.0.1:{port}"


def await_listener(port: int, within: float = 30.0) -> None:
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"nobody listened on port {port} within {within:.0f} s")


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1])))
