"""How often what may be asked, by whom: counted in the database, for all processes together."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from monitor.desk.derived import Derived
from monitor.storage.ledger import Ledger

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
NOBODY = "unknown"


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many in each window; windows begin at whole multiples of their length."""

    name: str
    most: int
    window: timedelta

    def start(self, now: datetime) -> datetime:
        since = now - datetime(1970, 1, 1, tzinfo=now.tzinfo)
        return now - since % self.window

    def end(self, now: datetime) -> datetime:
        return self.start(now) + self.window


TRIES = Limit("tries of a network", 20, HOUR)
QUESTIONS = Limit("questions to an address", 3, DAY)
"""reliability.md, "Telling", as is the one above."""
ALL_TRIES = Limit("tries of everybody", 300, HOUR)
"""Far above what suppliers do, and so few that nobody's mailboxes are flooded through us."""
TESTS = Limit("tests of a subscription", 10, HOUR)
REPEATS = Limit("repeats to a subscription", 60, HOUR)
"""Whoever missed more has the list of events to catch up with."""


async def is_within(
    ledger: Ledger, derived: Derived, limit: Limit, whose: str, now: datetime
) -> bool:
    """Count one more, and say whether it was still allowed. Nobody reads who it was."""
    key = derived.token("limit", f"{limit.name}: {whose}")
    return await ledger.count(key, limit.start(now)) <= limit.most


def network_of(host: str | None) -> str:
    """What one party has at its disposal: an IPv4 address, or the /64 of an IPv6 one."""
    try:
        address = ip_address(host or "")
    except ValueError:
        return NOBODY
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ip_network((int(address), 64), strict=False))
