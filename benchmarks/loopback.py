"""A bare HTTP server on loopback in a process of its own, as cheap as Python allows."""

import asyncio
import json
import socket
import subprocess
import sys
import time
from typing import cast

import uvloop
from typing_extensions import override

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
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Loopback:
    """The server as a context: started, awaited, and ended by its pid."""

    def __enter__(self) -> str:
        port = free_port()
        self.process = subprocess.Popen([sys.executable, "-m", "benchmarks.loopback", str(port)])
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
            except OSError:
                time.sleep(0.05)
            else:
                return f"http://127.0.0.1:{port}"
        raise RuntimeError("the loopback server did not start within 10 s")

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1])))
