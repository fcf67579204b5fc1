"""The mail server that takes our mail, and how we may speak to it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from urllib.parse import unquote, urlsplit

STARTTLS_PORT = 587  # submission (RFC 6409)
TLS_PORT = 465  # submission over implicit TLS (RFC 8314)


class RelayError(ValueError):
    """The address of the mail server cannot be used: one sentence, without the address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Relay:
    """`tls_at_once`: the line is TLS from its first byte. `in_the_clear`: it never is."""

    host: str
    port: int
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    tls_at_once: bool = False
    in_the_clear: bool = False


def relay_of(url: str, allowed: Iterable[str] = ()) -> Relay:
    """Read `smtp://USER:PASSWORD@HOST:587` (STARTTLS, always) or `smtps://…` (TLS at once).

    `smtp://HOST?starttls=never` speaks in the clear, and only to this machine or to a host or
    network in `allowed` (KETENWACHT_WEBHOOK_ALLOW). Raises RelayError.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    in_the_clear = parts.query == "starttls=never"
    if in_the_clear and parts.scheme == "smtps":
        raise RelayError("says both smtps and starttls=never; take one of the two away")
    if in_the_clear and not _is_near(host, allowed):
        raise RelayError(
            "says starttls=never to a host that is neither this machine nor named by "
            "KETENWACHT_WEBHOOK_ALLOW; take starttls=never away, or name the host there"
        )
    if (parts.username is None) is not (parts.password is None):
        raise RelayError("has a user without a password; write smtp://USER:PASSWORD@HOST:587")
    tls_at_once = parts.scheme == "smtps"
    return Relay(
        host=host,
        port=parts.port or (TLS_PORT if tls_at_once else STARTTLS_PORT),
        user=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
        tls_at_once=tls_at_once,
        in_the_clear=in_the_clear,
    )


def _is_near(host: str, allowed: Iterable[str]) -> bool:
    try:
        address = ip_address(host)
    except ValueError:
        return host == "localhost" or host in {*allowed}
    return address.is_loopback or any(
        address in ip_network(one) for one in allowed if _is_network(one)
    )


def _is_network(text: str) -> bool:
    try:
        ip_network(text)
    except ValueError:
        return False
    return True
