"""Receivers on loopback that keep what they are sent."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from tests.servers import answer, serving


@dataclass(frozen=True)
class Heard:
    """One request; the names of its headers are in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


Reply = Callable[[Heard], bytes]

TAKEN = answer()


@dataclass
class Receiver:
    port: int = 0
    heard: list[Heard] = field(default_factory=list)

    def url(self, scheme: str = "http", host: str = "127.0.0.1") -> str:
        return f"{scheme}://{host}:{self.port}/hook?team=plan"


@asynccontextmanager
async def receiving(
    reply: Reply | bytes = TAKEN, *, context: ssl.SSLContext | None = None, port: int = 0
) -> AsyncIterator[Receiver]:
    """Answer every request with these bytes, or with what is made of it."""
    receiver = Receiver()

    async def manner(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard = await _read(reader)
        receiver.heard.append(heard)
        writer.write(reply if isinstance(reply, bytes) else reply(heard))
        await writer.drain()

    async with serving(manner, context=context, port=port) as receiver.port:
        yield receiver


async def _read(reader: asyncio.StreamReader) -> Heard:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.rstrip().split("\r\n")
    method, path, _ = first.split(" ")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Heard(method, path, headers, body)
