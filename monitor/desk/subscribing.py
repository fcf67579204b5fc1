"""Who wants to be told: asked, confirmed by the owner of the address, changed and ended."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from secrets import token_hex
from typing import Literal

from structlog.stdlib import get_logger

from monitor.desk.derived import Derived
from monitor.desk.limits import ALL_TRIES, QUESTIONS, REPEATS, TESTS, TRIES, Limit, is_within
from monitor.desk.privacy import CONFIRMED_WITHIN, address_digest
from monitor.desk.wishes import Wish
from monitor.domain.delivery import Delivery, DeliveryKind, DeliveryState, may_be_asked_again
from monitor.domain.subscription import Channel, Subscription, SubscriptionState
from monitor.storage.engine import Database, Transaction
from monitor.storage.ledger import Ledger
from monitor.storage.queries import Queries
from monitor.storage.subscriptions import Confirmation

MOST_OF_ONE = 20
"""Subscriptions of one address at a time; whoever wants more can widen one."""

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Opened:
    """What is told to whoever asked: of a mail subscription nothing but a name for it."""

    id: str
    secret: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)


class TooMany(Exception):  # noqa: N818  named as the fact that it is
    """Asked too often; it may be asked again at `again`."""

    def __init__(self, limit: Limit, now: datetime) -> None:
        super().__init__(f"there were {limit.most} {limit.name} already")
        self.again = limit.end(now)


class Subscribing:
    """The subscribers' desk. Nothing that it answers tells whether an address was known."""

    def __init__(self, database: Database, derived: Derived) -> None:
        self._database = database
        self._derived = derived

    async def ask(self, wish: Wish, network: str, now: datetime) -> Opened:
        """Keep a wish and ask the owner of its address; TooMany when too much was asked."""
        new = _new(wish, now)
        async with self._database.begin() as tx:
            refused = await self._refusal(Ledger(tx), network, now)
            if refused is None:
                await self._keep(tx, wish, new)
        if refused is not None:
            raise TooMany(refused, now)
        if new.channel is Channel.MAIL:
            return Opened(new.id)
        return Opened(new.id, self._secret(new), self._derived.token("manage", new.id))

    async def found(
        self, id_: str, token: str, purpose: Literal["manage", "leave"]
    ) -> Subscription | None:
        """The subscription that this token opens; for one that there is not it takes as long."""
        async with self._database.read() as tx:
            one = await Queries(tx).subscription(id_)
        return one if self._derived.is_genuine(token, purpose, id_) else None

    async def awaited(self, id_: str, token: str, now: datetime) -> Subscription | None:
        """The subscription that this token would confirm now; nothing is changed by asking."""
        async with self._database.read() as tx:
            one = await Queries(tx).subscription(id_)
        genuine = self._derived.is_genuine(token, "confirm", id_)
        pending = one is not None and one.state is SubscriptionState.PENDING
        in_time = one is not None and now < one.created_at + CONFIRMED_WITHIN
        return one if genuine and pending and in_time else None

    async def confirm(self, id_: str, token: str, now: datetime) -> Subscription | None:
        """Let what its owner was sent activate it, once; None: that is not it, or not now."""
        async with self._database.begin() as tx:
            return await Ledger(tx).confirm_subscription(id_, _digest(token), now)

    async def change(
        self, id_: str, now: datetime, edit: Callable[[Subscription], Subscription]
    ) -> Subscription | None:
        """Replace it by what `edit` makes of it; None: there is none, or it has left."""
        async with self._database.begin() as tx:
            ledger = Ledger(tx)
            one = await ledger.subscription(id_)
            if one is None or one.state is SubscriptionState.LEFT:
                return None
            new = edit(one)
            await ledger.keep_subscription(new, now)
            if (one.state, new.state) == (SubscriptionState.PAUSED, SubscriptionState.ACTIVE):
                await ledger.make_up(new, now)
        return new

    async def leave(self, id_: str, now: datetime) -> None:
        """Send nothing any more but that this was understood, where it was ever confirmed."""
        async with self._database.begin() as tx:
            ledger = Ledger(tx)
            one = await ledger.subscription(id_)
            if one is None or one.state is SubscriptionState.LEFT:
                return
            left = replace(one, state=SubscriptionState.LEFT, left_at=now)
            await ledger.keep_subscription(left, now)
            if one.state is not SubscriptionState.PENDING:
                await ledger.owe(_owed(left, DeliveryKind.LEFT, now))

    async def rotate(self, id_: str, now: datetime) -> str | None:
        """A new secret for a webhook's signatures; None: it has none to renew."""
        async with self._database.begin() as tx:
            ledger = Ledger(tx)
            one = await ledger.subscription(id_)
            if one is None or one.channel is not Channel.WEBHOOK:
                return None
            if one.state is SubscriptionState.LEFT:
                return None
            generation = one.secret_generation + 1
            new = replace(one, secret_generation=generation, rotated_at=now)
            await ledger.keep_subscription(new, now)
        return self._secret(new)

    async def test(self, id_: str, now: datetime) -> Delivery | None:
        """Owe a test message; None: it is not active. TooMany after some in one hour."""
        async with self._database.begin() as tx:
            ledger = Ledger(tx)
            one = await ledger.subscription(id_)
            if one is None or one.state is not SubscriptionState.ACTIVE:
                return None
            allowed = await is_within(ledger, self._derived, TESTS, id_, now)
            owed = _owed(one, DeliveryKind.TEST, now)
            if allowed:
                await ledger.owe(owed)
        if not allowed:
            raise TooMany(TESTS, now)
        return owed

    async def repeat(self, id_: str, delivery: str, now: datetime) -> Delivery | None:
        """Send a message of it once more, under its own id; None: it has none, or is not active.

        TooMany after some in one hour.
        """
        async with self._database.begin() as tx:
            ledger = Ledger(tx)
            found = await Queries(tx).delivery(delivery)
            one = await ledger.subscription(id_)
            if one is None or one.state is not SubscriptionState.ACTIVE:
                return None
            if found is None or found.subscription != id_ or not may_be_asked_again(found):
                return None
            allowed = await is_within(ledger, self._derived, REPEATS, id_, now)
            if allowed:
                await ledger.redeliver(delivery, now)
        if not allowed:
            raise TooMany(REPEATS, now)
        return replace(found, state=DeliveryState.WAITING, due_at=now, settled_at=None)

    def token(self, purpose: Literal["manage", "leave"], id_: str) -> str:
        return self._derived.token(purpose, id_)

    async def _refusal(self, ledger: Ledger, network: str, now: datetime) -> Limit | None:
        """One network cannot use up what is there for all: its own limit comes first."""
        for limit, whose in ((TRIES, network), (ALL_TRIES, "")):
            if not await is_within(ledger, self._derived, limit, whose, now):
                return limit
        return None

    async def _keep(self, tx: Transaction, wish: Wish, new: Subscription) -> None:
        """The same work for every address: look it up, keep the wish, owe one question.

        The question goes to the new subscription or, where the owner of a mailbox has one
        already that brings all this, to that one; the new one then fades unconfirmed.
        """
        ledger, now = Ledger(tx), new.created_at
        digest = address_digest(new.channel, new.address)
        token = self._derived.token("confirm", new.id)
        await ledger.keep_subscription(
            new,
            now,
            address_digest=digest,
            confirmation=Confirmation(_digest(token), now + CONFIRMED_WITHIN),
        )
        mine = await Queries(tx).subscriptions_at(digest)
        live = [one for one in mine if one.confirmed_at and not one.left_at]
        whose = f"{wish.channel} {wish.mailbox}"
        allowed = await is_within(ledger, self._derived, QUESTIONS, whose, now)
        if not allowed or len(live) >= MOST_OF_ONE:
            log.info("a question to confirm was not sent: too many", channel=wish.channel.value)
            return
        same = next((one for one in live if wish.is_met_by(one)), None)
        if same and new.channel is Channel.MAIL and same.state is SubscriptionState.ACTIVE:
            await ledger.owe(_owed(same, DeliveryKind.KNOWN, now))
        else:
            await ledger.owe(_owed(new, DeliveryKind.CONFIRMATION, now))

    def _secret(self, one: Subscription) -> str:
        return self._derived.webhook_secret(one.id, one.secret_generation)


def paused(one: Subscription) -> Subscription:
    active = one.state is SubscriptionState.ACTIVE
    return replace(one, state=SubscriptionState.PAUSED) if active else one


def resumed(one: Subscription) -> Subscription:
    """What its owner never confirmed does not become active by this."""
    if one.state is not SubscriptionState.PAUSED:
        return one
    return replace(one, state=SubscriptionState.ACTIVE, failing_since=None)


def _new(wish: Wish, now: datetime) -> Subscription:
    return Subscription(
        id=token_hex(12),
        channel=wish.channel,
        address=wish.address,
        wanted=wish.wanted,
        mode=wish.mode,
        language=wish.language,
        reminder_interval=wish.reminder_interval,
        created_at=now,
    )


def _owed(to: Subscription, kind: DeliveryKind, now: datetime) -> Delivery:
    id_ = token_hex(16)
    return Delivery(
        id=id_, subscription=to.id, kind=kind, story=id_, events=(), created_at=now, due_at=now
    )


def _digest(token: str) -> bytes:
    return sha256(token.encode("utf-8", "replace")).digest()
