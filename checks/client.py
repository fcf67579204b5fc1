"""The one client with which everything outside is asked."""

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter

from httpx2 import AsyncBaseTransport, AsyncClient, Request, Response
from typing_extensions import override

from checks.outcome import Phases, Target, Trust
from checks.trouble import Stage, TroubleKind
from checks.wire.certificate import Certificate
from checks.wire.limits import Limits
from checks.wire.resolver import Resolver
from checks.wire.transport import Transport
from checks.wire.trust import Keyring
from checks.wire.unanswered import Unanswered

__all__ = ["Certificate", "Clients", "Handshake", "Limits", "Resolver", "Unanswered", "handshake"]


class Clients:
    """One client per trust, over one resolver. Close it with `aclose()`.

    `timer` gives monotonic seconds and is what the phases are read from; deadlines run on
    the event loop's clock.
    """

    def __init__(
        self,
        user_agent: str,
        *,
        limits: Limits = Limits(),  # noqa: B008  frozen
        resolver: Resolver | None = None,
        timer: Callable[[], float] = perf_counter,
    ) -> None:
        self._user_agent = user_agent
        self._limits = limits
        self._resolver = resolver or Resolver()
        self._timer = timer
        self._clients: dict[Trust, AsyncClient] = {}

    def of(self, trust: Trust) -> AsyncClient:
        """Give the client that believes and shows what `trust` says; the same one each time."""
        client = self._clients.get(trust)
        if client is None:
            transport = Transport(
                keyring=Keyring(trust),
                resolver=self._resolver,
                limits=self._limits,
                user_agent=self._user_agent,
                timer=self._timer,
            )
            client = self._clients[trust] = _PlainClient(transport)
        return client

    async def aclose(self) -> None:
        for client in self._clients.values():
            await client.aclose()
        self._clients.clear()
        self._resolver.close()


class _PlainClient(AsyncClient):
    """httpx2's client without its memory: no cookies, redirects, authentication or hooks."""

    def __init__(self, transport: AsyncBaseTransport) -> None:
        super().__init__(transport=transport, trust_env=False, follow_redirects=False)
        self._plain = transport

    @override
    async def send(self, request: Request, **_: object) -> Response:
        response = await self._plain.handle_async_request(request)
        response.request = request
        return response


@dataclass(frozen=True, slots=True)
class Handshake:
    """What shaking hands alone has shown."""

    certificate: Certificate
    phases: Phases


async def handshake(target: Target, http: AsyncClient) -> Handshake:
    """Shake hands with the target's host, verified and with our certificate, and hang up.

    Raises Unanswered when the handshake fails, and for a target that has no TLS.
    """
    request = Request(
        "HEAD", target.base_url, extensions={"handshake": True, "deadline": target.timeout}
    )
    if request.url.scheme != "https":
        raise Unanswered(
            TroubleKind.MISASKED, "the base URL is no https:// URL and has no TLS", Stage.TLS
        )
    response = await http.send(request)
    certificate = response.extensions.get("certificate")
    if certificate is None:
        raise Unanswered(TroubleKind.TLS_HANDSHAKE, "the server shows no certificate", Stage.TLS)
    return Handshake(certificate, response.extensions.get("phases", Phases()))
