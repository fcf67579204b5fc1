"""Reads who is told what, and what became of what was owed to them."""

from collections.abc import Collection
from datetime import datetime

from monitor.domain.delivery import Delivery, DeliveryState
from monitor.domain.event import Event
from monitor.domain.subscription import Channel, Subscription, SubscriptionState
from monitor.storage import deliveries, limits, subscriptions
from monitor.storage.deliveries import Attempt
from monitor.storage.engine import Transaction
from monitor.storage.page import Page


class Correspondents:
    """The part of the queries that is about who is told."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def subscription(self, id_: str) -> Subscription | None:
        return await self._tx.run(lambda connection: subscriptions.one(connection, id_))

    async def subscriptions(
        self,
        *,
        channel: Channel | None = None,
        state: SubscriptionState | None = None,
        cursor: str | None = None,
        limit: int = 100,
    ) -> Page[Subscription]:
        """Newest first."""
        return await self._tx.run(
            lambda connection: subscriptions.page(connection, channel, state, cursor, limit)
        )

    async def subscriptions_at(self, address_digest: bytes) -> list[Subscription]:
        """All of one address, oldest first, also those that left."""
        return await self._tx.run(
            lambda connection: subscriptions.at_address(connection, address_digest)
        )

    async def outdated_subscriptions(
        self, pending_before: datetime, left_before: datetime, limit: int = 1_000
    ) -> list[str]:
        """Ids of those that nobody confirmed, and of those that left, before these moments."""
        return await self._tx.run(
            lambda connection: subscriptions.outdated(
                connection, pending_before, left_before, limit
            )
        )

    async def counted(self, key: str, since: datetime) -> int:
        """How many of `key` were counted in the windows that started since then."""
        return await self._tx.run(lambda connection: limits.counted(connection, key, since))

    async def deliveries(
        self,
        *,
        subscription: str | None = None,
        state: DeliveryState | None = None,
        cursor: str | None = None,
        limit: int = 100,
    ) -> Page[Delivery]:
        """Newest first."""
        return await self._tx.run(
            lambda connection: deliveries.page(connection, subscription, state, cursor, limit)
        )

    async def delivery(self, id_: str) -> Delivery | None:
        return await self._tx.run(lambda connection: deliveries.one(connection, id_))

    async def attempts(self, delivery: str) -> list[Attempt]:
        """At one delivery, oldest first; at its whole message, where it is a part of one."""
        return (await self.logs([delivery]))[delivery]

    async def logs(self, of: Collection[str]) -> dict[str, list[Attempt]]:
        """The attempts at each of these deliveries."""
        return await self._tx.run(lambda connection: deliveries.attempts(connection, of))

    async def told(self, keys: Collection[str]) -> dict[str, Event]:
        """What happened, by these keys of events, as far as it is kept."""
        return await self._tx.run(lambda connection: deliveries.told(connection, keys))
