"""What every answer carries, so that a browser trusts nothing that is not ours."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cross-origin-opener-policy": "same-origin",
}
TRANSPORT = "max-age=31536000; includeSubDomains"
"""HSTS for a year: what the Dutch government's guidelines for web sites ask at least."""


class SecurityHeaders:
    """Pure ASGI. HSTS only where our own public address is https."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if _public_over_tls(scope):
                    headers.setdefault("strict-transport-security", TRANSPORT)
            await send(message)

        await self._app(scope, receive, guarded)


def _public_over_tls(scope: Scope) -> bool:
    monitor = scope.get("state", {}).get("monitor")
    return bool(monitor and (monitor.public_base_url or "").startswith("https:"))
