"""Carries what is owed to whom it is owed, until it arrived or nobody can take it."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from time import monotonic

from structlog.stdlib import get_logger

from monitor.alerts.backoff import MOST
from monitor.alerts.lanes import Lanes
from monitor.alerts.parcel import Courier, Fate, Parcel, Receipt
from monitor.alerts.returns import AWAY, Carried, Returns
from monitor.desk.derived import Derived
from monitor.domain.delivery import DeliveryKind
from monitor.domain.subscription import Channel, Subscription
from monitor.storage.bells import Bell
from monitor.storage.bells import Channel as BellChannel
from monitor.storage.engine import Database
from monitor.storage.fault import StorageError
from monitor.storage.outbox import LEASE, Claim, Outbox

POLL = 1.0
"""Seconds after which it looks, whatever it heard."""
LOOK_AT_HELD = timedelta(seconds=5)
TO_SEND = 5 / 6
"""Of the lease, for one attempt, whatever a courier does; the rest is to settle it in."""
OVERLAP = timedelta(hours=24)
"""For so long after a rotation the secret before it signs too."""
OUR_FAULT = "a fault of ours, which the log tells"
TOO_LONG = "it took too long"

log = get_logger(__name__)


class Postman:
    """Any number may work on one database. What one holds when it dies another sends later.

    It sends outside every transaction, only what is its own still, and settles only that.
    `noted` hears of every attempt, for the metrics.
    """

    def __init__(
        self,
        database: Database,
        couriers: Mapping[Channel, Courier],
        derived: Derived | None,
        clock: Callable[[], datetime],
        *,
        noted: Callable[[Carried], None] = lambda _: None,
        lease: timedelta = LEASE,
    ) -> None:
        self._database = database
        self._couriers = couriers
        self._derived = derived
        self._clock = clock
        self._lease = lease
        self._returns = Returns(database, noted, self._look_again)
        self._lanes = Lanes(couriers)
        self._under_way: set[asyncio.Task[None]] = set()
        self._stopping = False
        self._ring: Callable[[], None] = lambda: None
        self._held_at: datetime | None = None  # when it looked for what is held back
        self._holds = False  # it found something then, and has not tried to release it yet

    async def run(self) -> None:
        """Until told to stop; then only what is under way is brought to its end."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._returns.run())
            with self._database.listening(BellChannel.DELIVERIES) as bell:
                self._ring = bell.ring
                while not self._stopping:
                    await self._look(bell)
            while self._under_way:
                await asyncio.wait(self._under_way)
            self._returns.close()

    async def stop(self, within: float) -> None:
        """Claim nothing more; after `within` seconds leave what is under way to others."""
        self._stopping = True
        self._ring()
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=within)
        for task in self._under_way:
            task.cancel()

    def _look_again(self) -> None:
        """There is room, and perhaps something to go into it."""
        self._ring()

    async def _look(self, bell: Bell) -> None:
        """Send what is due; else wait until something may be."""
        try:
            due_in = await self._due_in(self._clock())
            if due_in <= 0 and not await self._sent():
                due_in = POLL
        except StorageError as error:
            log.warning("nothing delivered", why=str(error))
            await asyncio.sleep(AWAY)
            return
        if due_in > 0:
            await bell.rung(due_in)

    async def _due_in(self, now: datetime) -> float:
        """After how many seconds to claim; none: at once."""
        async with self._database.read() as tx:
            outbox = Outbox(tx)
            due = await outbox.next_due(self._couriers)
            if self._held_at is None or now - self._held_at >= LOOK_AT_HELD:
                self._held_at = now
                self._holds = await outbox.holds_back()
        if self._holds:
            return 0.0
        if due is None:
            return POLL
        return min((due - now).total_seconds(), POLL)

    async def _sent(self) -> bool:
        """Whether anything could be claimed; it is under way then."""
        async with self._database.begin() as tx:
            # not sooner: the lease begins when the transaction has what it waited for
            now, begin = self._clock(), monotonic()
            outbox = Outbox(tx)
            if self._holds:
                self._holds = False
                await outbox.release(now)
            claims = await outbox.claim(now, self._lanes.room, MOST, self._lease)
        ends = begin + TO_SEND * self._lease.total_seconds()
        for claim in claims:
            self._send(claim, ends)
        return bool(claims)

    def _send(self, claim: Claim, ends: float) -> None:
        """`ends`: by the clock that nobody sets."""
        self._lanes.enter(claim.subscription.channel, claim.lane)
        task = asyncio.create_task(self._carry(claim, ends))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _carry(self, claim: Claim, ends: float) -> None:
        channel, receipt = claim.subscription.channel, None
        begin = monotonic()
        try:
            receipt = await self._delivered(claim, ends)
        finally:
            in_doubt = receipt is not None and receipt.fate is Fate.AGAIN
            self._lanes.leave(channel, claim.lane, in_doubt=in_doubt)
        if receipt:
            self._returns.bring(Carried(claim, receipt, self._clock(), monotonic() - begin))

    async def _delivered(self, claim: Claim, ends: float) -> Receipt | None:
        """None: the claim is over or nearly, and whoever claims it next sends it."""
        now, left = self._clock(), ends - monotonic()
        if left <= 0 or now >= claim.delivery.due_at:
            return None
        courier = self._couriers[claim.subscription.channel]
        try:
            async with asyncio.timeout(left):
                return await courier.deliver(self._parcel(claim, now))
        except TimeoutError:
            return Receipt(Fate.AGAIN, TOO_LONG)
        except Exception:
            log.exception("not delivered, by a fault of ours", delivery=claim.delivery.id)
            return Receipt(Fate.AGAIN, OUR_FAULT)

    def _parcel(self, claim: Claim, now: datetime) -> Parcel:
        to, derived = claim.subscription, self._derived
        confirms = claim.delivery.kind is DeliveryKind.CONFIRMATION
        return Parcel(
            delivery=claim.delivery,
            subscription=to,
            events=claim.events,
            now=now,
            opened_by=claim.opened_by,
            token=derived.token("confirm" if confirms else "manage", to.id) if derived else None,
            secrets=secrets_of(to, derived, now) if derived else (),
        )


def secrets_of(to: Subscription, derived: Derived, now: datetime) -> tuple[str, ...]:
    """A webhook's own, newest first: two while one takes over from the other."""
    if to.channel is not Channel.WEBHOOK:
        return ()
    generations = [to.secret_generation]
    if to.secret_generation and to.rotated_at and now - to.rotated_at < OVERLAP:
        generations.append(to.secret_generation - 1)
    return tuple(derived.webhook_secret(to.id, one) for one in generations)
