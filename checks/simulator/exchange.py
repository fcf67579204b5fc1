"""One request, one answer, and the connection is over: HTTP as cheap as it can be."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import NamedTuple, cast

import httptools
from typing_extensions import override

from checks.simulator.wire import answer

LONGEST_URL = 8_192
LARGEST_BODY = 65_536

BAD_REQUEST = answer(HTTPStatus.BAD_REQUEST, b"", "text/plain")


@dataclass(slots=True)
class Request:
    """Only what an answer depends on; header names are lower case."""

    method: bytes = b""
    url: bytes = b""
    headers: dict[bytes, bytes] = field(default_factory=dict)
    body: bytes = b""


class Reply(NamedTuple):
    """What is written, and after how many seconds; no bytes: the connection is broken off."""

    wire: bytes
    delay: float = 0.0


Answerer = Callable[[Request], Reply]
NOTICEABLE = 0.001
"""Seconds. A shorter delay is none: a timer would cost more than it adds."""


class Exchange(asyncio.Protocol):
    """Also the object that httptools calls back while it parses."""

    def __init__(self, answerer: Answerer, present: set["Exchange"]) -> None:
        self._answerer = answerer
        self._present = present
        self._request = Request()
        self._parser = httptools.HttpRequestParser(self)
        self._transport: asyncio.Transport | None = None
        self._later: asyncio.TimerHandle | None = None
        self._done = False

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is one only in kind
        self._present.add(self)

    @override
    def data_received(self, data: bytes) -> None:
        if self._done:
            return
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            self._reply(Reply(BAD_REQUEST))

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._present.discard(self)
        if self._later:
            self._later.cancel()

    def on_url(self, url: bytes) -> None:
        self._request.url += url
        if len(self._request.url) > LONGEST_URL:
            self._reply(Reply(BAD_REQUEST))

    def on_header(self, name: bytes, value: bytes) -> None:
        self._request.headers[name.lower()] = value

    def on_body(self, body: bytes) -> None:
        self._request.body += body
        if len(self._request.body) > LARGEST_BODY:
            self._reply(Reply(BAD_REQUEST))

    def on_message_complete(self) -> None:
        self._request.method = self._parser.get_method()
        self._reply(self._answerer(self._request))

    def abort(self) -> None:
        if self._transport:
            self._transport.abort()

    def _reply(self, reply: Reply) -> None:
        if self._done:
            return
        self._done = True
        if reply.delay < NOTICEABLE:
            self._write(reply.wire)
        else:
            loop = asyncio.get_running_loop()
            self._later = loop.call_later(reply.delay, self._write, reply.wire)

    def _write(self, wire: bytes) -> None:
        assert self._transport
        if not wire:
            self._transport.abort()
            return
        self._transport.write(wire)
        self._transport.close()
