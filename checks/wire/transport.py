"""httpx2's request in, httpx2's response out; everything in between is ours."""

import asyncio
from collections.abc import Callable, Sequence
from functools import lru_cache
from ipaddress import ip_address

from httpx2 import AsyncBaseTransport, ByteStream, Request, Response
from typing_extensions import override

from checks.trouble import Stage, TroubleKind
from checks.wire.dial import dial
from checks.wire.inflate import OFFERED, inflate
from checks.wire.limits import Limits
from checks.wire.line import Line
from checks.wire.reply import Reply
from checks.wire.resolver import Resolver
from checks.wire.stopwatch import Stopwatch
from checks.wire.tls import Veil
from checks.wire.trust import Keyring
from checks.wire.unanswered import Unanswered

BODILESS = frozenset({"GET", "HEAD"})
PORTS = {"http": 80, "https": 443}
OURS = frozenset({b"host", b"user-agent", b"accept-encoding", b"connection"})
CONSUMED = frozenset({b"content-encoding", b"content-length", b"transfer-encoding"})


class Transport(AsyncBaseTransport):
    """One fresh connection per request; nothing is kept, followed or taken from the environment.

    Understands four extensions of a request: `deadline` (seconds for everything),
    `connect_to` (the addresses to use for the host, whose name stays in Host and SNI),
    `handshake` (shake hands, say nothing, answer 204) and `head_suffices` (hang up when the
    head of the answer is there). Its responses are read to the end otherwise, unpacked, and
    carry `phases` and, over TLS, `certificate`. Raises Unanswered.
    """

    def __init__(
        self,
        *,
        keyring: Keyring,
        resolver: Resolver,
        limits: Limits,
        user_agent: str,
        timer: Callable[[], float],
    ) -> None:
        self._keyring = keyring
        self._resolver = resolver
        self._limits = limits
        self._signature = (
            b"user-agent: " + user_agent.encode("ascii"),
            b"accept-encoding: " + OFFERED.encode(),
            b"connection: close",
        )
        self._timer = timer

    @override
    async def handle_async_request(self, request: Request) -> Response:
        watch = Stopwatch(self._timer)
        deadline = request.extensions.get("deadline", self._limits.deadline)
        try:
            async with asyncio.timeout(deadline):
                return await self._exchange(request, watch)
        except TimeoutError:
            trouble = _overdue(watch.stage, deadline)
        except Unanswered as error:
            trouble = error
        trouble.phases = watch.stop()
        raise trouble

    async def _exchange(self, request: Request, watch: Stopwatch) -> Response:
        handshake = "handshake" in request.extensions
        secure = request.url.scheme == "https"
        body = b"" if request.method in BODILESS else await request.aread()
        question = b"" if handshake else self._question(request, body)
        bare = request.method == "HEAD" or "head_suffices" in request.extensions
        reply = None if handshake else Reply(self._limits, without_body=bare)
        line = await self._connect(request, watch)
        try:
            veil = self._veil(request) if secure else None
            await line.ask(question, reply, veil, watch)
            return self._response(reply, veil, watch)
        finally:
            line.hang_up()

    async def _connect(self, request: Request, watch: Stopwatch) -> Line:
        url = request.url
        port = url.port or PORTS.get(url.scheme)
        if port is None or not url.host:
            raise Unanswered(
                TroubleKind.MISASKED, "the address is no http:// or https:// URL with a host"
            )
        host = url.raw_host.decode("ascii")
        addresses: Sequence[str] = request.extensions.get("connect_to") or (host,)
        if _literal(addresses[0]):
            watch.skip(Stage.CONNECT)
        else:
            addresses = await self._resolver.resolve(host)
            watch.lap(Stage.CONNECT)
        line = await dial(addresses, port)
        watch.lap(Stage.TLS)
        return line

    def _veil(self, request: Request) -> Veil:
        return Veil(
            self._keyring.context(),
            request.url.raw_host.decode("ascii"),
            credentialed=self._keyring.credentialed,
        )

    def _question(self, request: Request, body: bytes) -> bytes:
        lines = [
            b"%b %b HTTP/1.1" % (request.method.encode("ascii"), request.url.raw_path),
            b"host: " + request.url.netloc,
        ]
        named: set[bytes] = set()
        for name, value in request.headers.raw:
            lower = name.lower()
            named.add(lower)
            if lower not in OURS:
                lines.append(b"%b: %b" % (name, value))
        lines += self._signature
        if body and b"content-length" not in named:
            lines.append(b"content-length: %d" % len(body))
        head = b"\r\n".join([*lines, b"", b""])
        ends = len(lines) + 1
        if head.count(b"\n") != ends or head.count(b"\r") != ends or b"\0" in head:
            raise Unanswered(
                TroubleKind.MISASKED,
                "a header of ours holds a line break; check the secrets of this environment",
            )
        return head + body

    def _response(self, reply: Reply | None, veil: Veil | None, watch: Stopwatch) -> Response:
        extensions: dict[str, object] = {}
        if veil is not None:
            extensions["certificate"] = veil.certificate
        if reply is None:
            extensions["phases"] = watch.stop()
            return WholeResponse(204, [], b"", extensions)
        encoding = b", ".join(v for n, v in reply.headers if n.lower() == b"content-encoding")
        content = reply.body
        body = content and inflate(content, encoding.decode("latin-1"), self._limits.body)
        kept = [field for field in reply.headers if field[0].lower() not in CONSUMED]
        extensions["phases"] = watch.finish()
        return WholeResponse(reply.status, kept, body, extensions)


class WholeResponse(Response):
    """A response that was read to the end before it was made, and so needs no reading.

    httpx2's own way from bytes to `content`, by a stream and a decoder, costs a fifth of a
    probe's CPU.
    """

    def __init__(
        self,
        status: int,
        headers: list[tuple[bytes, bytes]],
        content: bytes,
        extensions: dict[str, object],
    ) -> None:
        super().__init__(status, headers=headers, stream=ByteStream(content), extensions=extensions)
        self._whole = content
        self.is_stream_consumed = self.is_closed = True

    @property
    @override
    def content(self) -> bytes:
        return self._whole

    @override
    def read(self) -> bytes:
        return self._whole

    @override
    async def aread(self) -> bytes:
        return self._whole


@lru_cache(maxsize=4096)
def _literal(host: str) -> bool:
    """Whether `host` is an address; a name never holds a colon nor ends in a digit."""
    if not (":" in host or host[-1].isdigit()):
        return False
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _overdue(stage: Stage, deadline: float) -> Unanswered:
    within = f"within {deadline:g} s"
    match stage:
        case Stage.DNS:
            kind, what = TroubleKind.DNS, "the name server gave no answer"
        case Stage.CONNECT:
            kind, what = TroubleKind.CONNECT_TIMEOUT, "no connection came about"
        case Stage.TLS:
            kind, what = TroubleKind.TLS_HANDSHAKE, "the TLS handshake did not end"
        case Stage.FIRST_BYTE:
            kind, what = TroubleKind.READ_TIMEOUT, "no answer began"
        case Stage.BODY:
            kind, what = TroubleKind.TOTAL_TIMEOUT, "the answer did not end"
    return Unanswered(kind, f"{what} {within}", stage)
