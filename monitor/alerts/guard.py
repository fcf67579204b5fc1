"""To which addresses a webhook may lead, so that nobody reaches our own network through us."""

import asyncio
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

from httpx2 import URL, InvalidURL

from checks.client import Resolver, Unanswered

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

LONGEST = 2_000  # characters of a URL
PATIENCE = 5.0  # seconds for the name server, of the 20 of an attempt (reliability.md, "Telling")
MOST = 32  # addresses of one name; whoever has more is no receiver
THREADS = 32

_URL = re.compile(
    r"(?P<scheme>https?)://"
    r"(?P<host>[A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])"
    r"(?::(?P<port>[1-9][0-9]{0,4}))?"
    r"(?:[/?](?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*)?"
)
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_QUAD = re.compile(r"(?:(?:0|[1-9][0-9]{0,2})(?:\.(?!$)|$)){4}")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")  # a last label like this makes the host an address

PUBLIC = tuple(map(ip_network, ("0.0.0.0/1", "128.0.0.0/2", "192.0.0.0/3", "2000::/3")))
"""All that may be handed out: IPv4 below 224.0.0.0 and global unicast (RFC 4291, section 2.4).

What is not in here is refused unheard: mapped and compatible forms, NAT64, unique local, link
local and multicast addresses of IPv6, and classes D and E of IPv4.
"""

SPECIAL: tuple[tuple[Network, str], ...] = tuple(
    (ip_network(network), source)
    for network, source in (
        ("0.0.0.0/8", "RFC 1122, this network"),
        ("10.0.0.0/8", "RFC 1918, private"),
        ("100.64.0.0/10", "RFC 6598, shared behind a carrier's NAT"),
        ("127.0.0.0/8", "RFC 1122, this machine"),
        ("168.63.129.16/32", "the metadata and name server of a large cloud, of all places here"),
        ("169.254.0.0/16", "RFC 3927, link local; metadata of clouds"),
        ("172.16.0.0/12", "RFC 1918, private"),
        ("192.0.0.0/24", "RFC 6890, protocol assignments"),
        ("192.0.2.0/24", "RFC 5737, documentation"),
        ("192.31.196.0/24", "RFC 7535, AS112"),
        ("192.52.193.0/24", "RFC 7450, multicast relays"),
        ("192.88.99.0/24", "RFC 7526, 6to4 relays"),
        ("192.168.0.0/16", "RFC 1918, private"),
        ("192.175.48.0/24", "RFC 7534, AS112"),
        ("198.18.0.0/15", "RFC 2544, benchmarks"),
        ("198.51.100.0/24", "RFC 5737, documentation"),
        ("203.0.113.0/24", "RFC 5737, documentation"),
        ("2001::/23", "RFC 2928, protocol assignments; Teredo, ORCHID, benchmarks"),
        ("2001:db8::/32", "RFC 3849, documentation"),
        ("2002::/16", "RFC 3056, 6to4: holds any IPv4 address"),
        ("2620:4f:8000::/48", "RFC 7534, AS112"),
        ("3ffe::/16", "RFC 3701, the 6bone that was"),
        ("3fff::/20", "RFC 9637, documentation"),
    )
)
"""Inside PUBLIC and yet nobody's on the internet, with who says so."""


class Forbidden(Exception):  # noqa: N818  a fact, and named as one
    """No webhook may lead there; the sentence says why, and nothing of what was found."""


class Astray(Forbidden):
    """The host leads nowhere, or to our own side of the wall: which of them, nobody is told.

    Names change their addresses, so that it may be otherwise the next time.
    """

    def __init__(self) -> None:
        super().__init__("has a host that does not lead to a public address; check the name")


@dataclass(frozen=True, slots=True)
class Door:
    """A URL whose form is in order, and the addresses at which it may be called."""

    url: URL
    addresses: tuple[str, ...] = ()

    @property
    def host(self) -> str:
        return self.url.raw_host.decode("ascii").lower()


class Guard:
    """Judges a webhook's URL when it is given, and again before each call.

    `allow` holds host names and networks that the rules let through, plain http and any port
    included; `ports` are those that all others may use.
    """

    def __init__(
        self,
        allow: Iterable[str] = (),
        ports: Iterable[int] = (443,),
        resolver: Resolver | None = None,
    ) -> None:
        written = [(one, _network(one)) for one in allow]
        self._hosts = frozenset(one for one, network in written if network is None)
        self._networks = tuple(network for _, network in written if network is not None)
        self._ports = frozenset(ports)
        self._resolver = resolver or Resolver(threads=THREADS)

    async def admit(self, url: str) -> Door:
        """Where to connect for this URL. Raises Forbidden, or Astray where that may pass."""
        door = well_formed(url)
        addresses = await self._addresses(door.host)
        if not self._let_through(door.host, addresses):
            self._judge(door.url, addresses)
        return Door(door.url, tuple(map(str, addresses)))

    def close(self) -> None:
        self._resolver.close()

    def _let_through(self, host: str, addresses: Sequence[Address]) -> bool:
        return host in self._hosts or all(
            any(_in(address, network) for network in self._networks) for address in addresses
        )

    def _judge(self, url: URL, addresses: Sequence[Address]) -> None:
        if not all(map(is_public, addresses)):
            raise Astray
        if url.scheme != "https":
            raise Forbidden("is plain http, which anyone on the way can read; write https://")
        if (url.port or 443) not in self._ports:
            several = " or ".join(map(str, sorted(self._ports)))
            raise Forbidden(f"has a port that is not allowed; use {several}")

    async def _addresses(self, host: str) -> tuple[Address, ...]:
        if literal := _literal(host):
            return (literal,)
        try:
            async with asyncio.timeout(PATIENCE):
                found = await self._resolver.resolve(host)
        except (TimeoutError, Unanswered):
            raise Astray from None
        if len(found) > MOST:
            raise Astray
        return tuple(dict.fromkeys(map(unmapped, map(ip_address, found))))


def well_formed(url: str) -> Door:
    """Read a URL in the one form that every reader takes for the same. Raises Forbidden."""
    found = _URL.fullmatch(url) if len(url) <= LONGEST else None
    if found is None:
        raise Forbidden(_objection(url))
    host = found["host"].lower()
    if int(found["port"] or 443) > 65_535:  # noqa: PLR2004  the last port there is
        raise Forbidden("has a port beyond 65535")
    if not _is_name(host) and _literal(host.strip("[]")) is None:
        raise Forbidden("has a host that is no plain host name; write https://HOST/PATH")
    try:
        read = URL(url)
    except InvalidURL:
        raise Forbidden("is no address of a webhook; write https://HOST/PATH") from None
    if read.raw_host.decode("ascii").lower() != host.strip("[]") or read.userinfo:
        raise Forbidden("has a host that not everyone reads alike; write it in plain letters")
    return Door(read)


def is_public(address: Address) -> bool:
    """Whether anybody on the internet can have this address."""
    return any(_in(address, network) for network in PUBLIC) and not any(
        _in(address, network) for network, _ in SPECIAL
    )


def unmapped(address: Address) -> Address:
    """The IPv4 address where it was written as an IPv6 one (RFC 4291, section 2.5.5.2)."""
    return getattr(address, "ipv4_mapped", None) or address


def _in(address: Address, network: Network) -> bool:
    return address.version == network.version and address in network


def _is_name(host: str) -> bool:
    """Of whole labels, the last of which nobody takes for a number; no dot at its end."""
    labels = host.split(".")
    return all(map(_LABEL.fullmatch, labels)) and not _NUMBER.fullmatch(labels[-1])


def _literal(host: str) -> Address | None:
    """An address in its plain form: four decimal numbers, or IPv6 without an IPv4 inside."""
    if not (_QUAD.fullmatch(host) or (":" in host and "." not in host)):
        return None
    try:
        found = ip_address(host)
    except ValueError:
        return None
    return found if unmapped(found) is found else None


def _objection(url: str) -> str:
    if len(url) > LONGEST:
        return f"is longer than {LONGEST} characters"
    if not url.isascii():
        return "has letters beyond ASCII; write the host as xn--… and the path with %XX"
    authority = re.split(r"[/?#\\]", url.partition("://")[2], maxsplit=1)[0]
    if "@" in authority:
        return "has a user or a password in it; leave those out, every message is signed"
    if "#" in url:
        return "has a fragment (#…); leave it out"
    return "is no address of a webhook; write https://HOST/PATH"


def _network(text: str) -> Network | None:
    try:
        return ip_network(text)
    except ValueError:
        return None
