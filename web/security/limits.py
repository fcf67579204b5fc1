"""How much may be asked: bounds on address and body, counted on the wire."""

from http import HTTPStatus
from json import dumps

from starlette.types import ASGIApp, Message, Receive, Scope, Send

LONGEST_ADDRESS = 8_192
"""Bytes of path and query together."""
LARGEST_BODY = 65_536
"""Bytes (reliability.md, "Showing")."""


class Limits:
    """Pure ASGI: refuses a long address or a large body before anything reads it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif len(scope.get("raw_path") or b"") + len(scope["query_string"]) > LONGEST_ADDRESS:
            await _refuse(send, 414, "The address is too long; shorten the query.")
        elif _told_length(scope) > LARGEST_BODY:
            await _refuse(send, 413, "The body is too large; at most 64 kB is taken.")
        else:
            await self._app(scope, _counted(receive), send)


def _told_length(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value) if value.isdigit() else LARGEST_BODY + 1
    return 0


def _counted(receive: Receive) -> Receive:
    taken = 0

    async def counting() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > LARGEST_BODY:
            # The rest is not read; to the application the client has gone.
            return {"type": "http.disconnect"}
        return message

    return counting


async def _refuse(send: Send, status: int, text: str) -> None:
    body = dumps({"title": HTTPStatus(status).phrase, "status": status, "detail": text}).encode()
    headers = [
        (b"content-type", b"application/problem+json"),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
