"""Carries what is owed to whom it is owed, until it arrived or nobody can take it."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import perf_counter

from structlog.stdlib import get_logger

from monitor.alerts.backoff import MOST
from monitor.alerts.lanes import Lanes
from monitor.alerts.parcel import Courier, Fate, Parcel, Receipt
from monitor.alerts.settling import settle
from monitor.desk.derived import Derived
from monitor.domain.delivery import DeliveryKind
from monitor.domain.subscription import Channel, Subscription
from monitor.storage.bells import Channel as BellChannel
from monitor.storage.engine import Database
from monitor.storage.fault import StorageError
from monitor.storage.outbox import LEASE, Claim, Outbox

POLL = 1.0
"""Seconds after which it looks, whatever it heard."""
LOOK_AT_HELD = timedelta(seconds=5)
LONGEST = 25.0
"""Seconds for one attempt: within the lease, whatever a courier does."""
AWAY = 1.0
"""Seconds to wait for a database that is away."""
OVERLAP = timedelta(hours=24)
"""For so long after a rotation the secret before it signs too."""
OUR_FAULT = "a fault of ours, which the log tells"
TOO_LONG = "it took too long"

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Carried:
    """An attempt that came to an end."""

    claim: Claim
    receipt: Receipt
    at: datetime
    seconds: float


class Postman:
    """Any number may work on one database. What one holds when it dies another sends later.

    It sends outside every transaction, and settles only what is its own still. `noted` hears of
    every attempt, for the metrics.
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
        self._noted = noted
        self._lease = lease
        self._lanes = Lanes(couriers)
        self._under_way: set[asyncio.Task[None]] = set()
        self._carried: list[Carried] = []
        self._stopping = False
        self._ring: Callable[[], None] = lambda: None
        self._held_at: datetime | None = None  # when it looked for what is held back
        self._holds = False  # it found something then, and has not tried to release it yet

    async def run(self) -> None:
        """Until told to stop; then only what is under way is brought to its end."""
        with self._database.listening(BellChannel.DELIVERIES) as bell:
            self._ring = bell.ring
            while not self._stopping or self._under_way or self._carried:
                try:
                    due_in = await self._turn()
                except StorageError as error:
                    log.warning("nothing delivered", why=str(error))
                    await asyncio.sleep(AWAY)
                else:
                    if due_in > 0 and not self._carried:
                        await bell.rung(due_in)

    async def stop(self, within: float) -> None:
        """Claim nothing more; after `within` seconds leave what is under way to others."""
        self._stopping = True
        self._ring()
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=within)
        for task in self._under_way:
            task.cancel()

    async def _turn(self) -> float:
        """Settle what came back and send what is due; after how many seconds to look again."""
        now = self._clock()
        if not self._carried:
            wait = await self._wait(now)
            if wait > 0:
                return wait
        carried, self._carried = self._carried, []
        try:
            claims = await self._settled_and_claimed(carried, now)
        except BaseException:
            self._carried = carried + self._carried
            raise
        for one in carried:
            self._noted(one)
        for claim in claims:
            self._send(claim)
        return 0.0 if claims else POLL

    async def _wait(self, now: datetime) -> float:
        if self._stopping:
            return POLL
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

    async def _settled_and_claimed(self, carried: Sequence[Carried], now: datetime) -> list[Claim]:
        async with self._database.begin() as tx:
            for one in sorted(carried, key=lambda one: one.claim.delivery.id):
                await settle(tx, one.claim, one.receipt, one.at, one.seconds)
            outbox = Outbox(tx)
            if self._holds:
                self._holds = False
                await outbox.release(now)
            if self._stopping:
                return []
            return await outbox.claim(now, self._lanes.room, MOST, self._lease)

    def _send(self, claim: Claim) -> None:
        self._lanes.enter(claim.subscription.channel, claim.lane)
        task = asyncio.create_task(self._carry(claim))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _carry(self, claim: Claim) -> None:
        channel, receipt = claim.subscription.channel, None
        begin = perf_counter()
        try:
            receipt = await self._delivered(claim)
        finally:
            in_doubt = receipt is not None and receipt.fate is Fate.AGAIN
            self._lanes.leave(channel, claim.lane, in_doubt=in_doubt)
        if receipt:
            seconds = perf_counter() - begin
            self._carried.append(Carried(claim, receipt, self._clock(), seconds))
            self._ring()

    async def _delivered(self, claim: Claim) -> Receipt | None:
        """None: the claim was over before we came to it, and it is another's now."""
        now = self._clock()
        if now >= claim.delivery.due_at:
            return None
        courier = self._couriers[claim.subscription.channel]
        try:
            async with asyncio.timeout(LONGEST):
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
