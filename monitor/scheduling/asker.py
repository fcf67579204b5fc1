"""Asks one check of one target, over the one hardened client."""

from collections.abc import Mapping

from checks.check import attempt
from checks.client import Clients
from checks.outcome import Outcome
from monitor.catalogue.loader import Bound
from monitor.domain.landscape import CheckId


class Asker:
    """Knows what a check id stands for: which check, which target, whose client.

    `bound` is replaced when another catalogue comes into force.
    """

    def __init__(self, clients: Clients, bound: Mapping[CheckId, Bound]) -> None:
        self._clients = clients
        self.bound = bound

    async def ask(self, check: CheckId) -> Outcome:
        """Never raises for what the interface does; KeyError for a check we do not know."""
        one = self.bound[check]
        return await attempt(one.check, one.target, self._clients.of(one.target.trust))
