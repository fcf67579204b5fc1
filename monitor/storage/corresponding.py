"""Writes who is told what, and what is owed to them."""

from collections.abc import Mapping
from datetime import datetime

from monitor.domain.delivery import Delivery
from monitor.domain.subscription import Subscription
from monitor.storage import audience, limits, making_up, owing, subscriptions
from monitor.storage.bells import Channel as Bell
from monitor.storage.engine import Transaction
from monitor.storage.subscriptions import Confirmation


class Corresponding:
    """The part of the ledger that is about who is told. None of it commits."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def subscription(self, id_: str) -> Subscription | None:
        """Locked until the end of the transaction, so that it may be replaced."""
        return await self._tx.run(lambda connection: subscriptions.one(connection, id_, lock=True))

    async def keep_subscription(
        self,
        subscription: Subscription,
        at: datetime,
        *,
        address_digest: bytes | None = None,
        confirmation: Confirmation | None = None,
    ) -> None:
        """Keep a new one, or replace what is known of it.

        Of one that left or is paused, nothing is sent any more of what was waiting.
        `address_digest` finds it again by its address; once given, it and `confirmation`
        stay as they are where they are not given again.
        """
        await self._tx.run(
            lambda connection: subscriptions.keep(
                connection, subscription, at, address_digest, confirmation
            )
        )

    async def confirm_subscription(
        self, id_: str, digest: bytes, at: datetime
    ) -> Subscription | None:
        """Activate a pending one by the SHA-256 of what was sent to its owner, once.

        None: it is not pending, or that is not it, or it came too late.
        """
        return await self._tx.run(
            lambda connection: subscriptions.confirm(connection, id_, digest, at)
        )

    async def activate_subscription(self, id_: str, at: datetime) -> bool:
        """A pending one, because its endpoint consented; False: it is not pending."""
        return await self._tx.run(lambda connection: subscriptions.consented(connection, id_, at))

    async def erase_subscription(self, id_: str) -> None:
        """Everything of it, deliveries and attempts too."""
        await self._tx.run(lambda connection: subscriptions.erase(connection, id_))

    async def owe(self, delivery: Delivery) -> None:
        """Send something that no event causes: a confirmation, a test, a farewell."""
        await self._tx.run(lambda connection: owing.owe(connection, delivery))
        self._tx.notify(Bell.DELIVERIES)

    async def make_up(self, to: Subscription, at: datetime) -> None:
        """Owe it the end of whatever it was told the beginning of, before it paused."""
        await self._tx.run(lambda connection: making_up.make_up(connection, self._tx, to, at))
        self._tx.notify(Bell.DELIVERIES)

    async def redeliver(self, id_: str, at: datetime) -> bool:
        """Send what was settled once more, under the same id; False: nothing can be.

        Of what waits already only the pause ends. What belongs to a subscription that
        left or is paused cannot be sent.
        """
        again = await self._tx.run(lambda connection: owing.redeliver(connection, id_, at))
        self._tx.notify(Bell.DELIVERIES)
        return again

    async def count(self, key: str, window: datetime) -> int:
        """Count one more of `key` in the window that starts then; how many that makes."""
        return await self._tx.run(lambda connection: limits.count(connection, key, window))

    async def keep_chains(self, chains: Mapping[str, str]) -> None:
        """Which interface belongs to which chain: filters that name chains go by this."""
        await self._tx.run(lambda connection: audience.keep_chains(connection, chains))
