"""Who leads: one of several processes, for as long as its lease lasts.

Whether it still leads is a question to its own clock, which also runs while the machine
sleeps: it stops before the database would let another lead.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from os import getpid
from secrets import token_hex
from socket import gethostname
from time import CLOCK_BOOTTIME, clock_gettime

from structlog.stdlib import get_logger

from monitor.storage.clocks import TOLERATED
from monitor.storage.engine import Database
from monitor.storage.fault import LeadershipLost, StorageError
from monitor.storage.seat import Seat, Term, admission

RENEWALS = 3
"""Per time to live, so that one may fail."""
LOOKS = 8
"""Per time to live, of who waits: so soon a seat that was released is taken."""
MARGIN = 10
"""The holder stops this part of the time to live before its end."""
PATIENCE = 5
"""The part of the time to live that one question to the database may take."""
NOTICED = timedelta(seconds=5)
"""How far clocks may differ before whoever leads says so in its log."""

log = get_logger(__name__)


def boot_time() -> float:
    """Seconds; goes on while the machine sleeps."""
    return clock_gettime(CLOCK_BOOTTIME)


def lease_on(
    database: Database,
    clock: Callable[[], datetime],
    ttl: timedelta,
    *,
    skewed: Callable[[timedelta], None],
    begins: Callable[[], None],
    catalogue: Callable[[], str],
) -> "Lease | None":
    """None: no other process can serve this database."""
    seat = database.seat(ttl / PATIENCE)
    holder = f"{gethostname()}/{getpid()}/{token_hex(4)}"
    if seat is None:
        return None
    return Lease(seat, holder, clock, ttl, skewed=skewed, begins=begins, catalogue=catalogue)


def led_by(lease: "Lease | None", database: Database) -> Database:
    """The database for what a leader writes: through it, nobody else writes anything."""
    if lease is None:
        return database
    return database.under(admission(lease.vouch, lease.forfeit, lease.ttl))


class Lease:
    """`run` claims and renews for ever.

    `skewed` is told by how much our clock is ahead of the database's, `begins` when we are to
    lead after somebody else did; `catalogue` names what we lead by, for those who do not lead.
    """

    def __init__(
        self,
        seat: Seat,
        holder: str,
        clock: Callable[[], datetime],
        ttl: timedelta,
        *,
        skewed: Callable[[timedelta], None],
        begins: Callable[[], None],
        catalogue: Callable[[], str],
        timer: Callable[[], float] = boot_time,
    ) -> None:
        self.holder = holder
        self.epoch = 0  # in which we led last
        self._seat = seat
        self._clock = clock
        self.ttl = ttl
        self._skewed = skewed
        self._begins = begins
        self._catalogue = catalogue
        self._timer = timer
        self._until = float("-inf")  # by our timer
        self._turned = asyncio.Event()
        self._warned: str | None = None
        self._astray = ""

    @property
    def held(self) -> bool:
        return self._timer() < self._until

    async def taken(self) -> int:
        """Wait until we lead, and say in which epoch."""
        while not self.held:
            self._turned.clear()
            await self._turned.wait()
        return self.epoch

    async def lost(self) -> None:
        """Wait until we lead no longer."""
        while self.held:
            self._turned.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(max(0.01, self._until - self._timer())):
                    await self._turned.wait()

    def forfeit(self) -> None:
        """We were told that another leads."""
        self._until = float("-inf")
        self._turned.set()

    def vouch(self) -> tuple[str, int]:
        """As whom we write; `LeadershipLost` when we must not."""
        if not self.held:
            raise LeadershipLost("This process does not lead just now, and writes nothing.")
        return self.holder, self.epoch

    async def run(self) -> None:
        while True:
            pause = await self._turn()
            await asyncio.sleep(pause)

    async def release(self) -> None:
        """Lead no longer, and let the next one at once."""
        if self.held:
            self.forfeit()
            with suppress(StorageError):  # then it runs out by itself
                await self._seat.release(self.holder, self.epoch)

    async def close(self) -> None:
        await self.release()
        await self._seat.close()

    async def _turn(self) -> float:
        """Renew or claim once; the answer is in how many seconds to do so again."""
        ttl = self.ttl.total_seconds()
        asked = self._timer()
        try:
            return await (self._stay(asked) if self.held else self._claim(asked))
        except StorageError as error:
            if str(error) != self._warned:
                self._warned = str(error)
                log.warning("cannot ask who leads", why=self._warned)
            return ttl / LOOKS

    async def _stay(self, asked: float) -> float:
        term = await self._seat.renew(self.holder, self.epoch, self.ttl, self._catalogue())
        if term is None:
            log.warning("another process leads", epoch=self.epoch)
            self.forfeit()
            return 0.0
        if not self._agrees(term, asked):
            await self.release()
            return self.ttl.total_seconds()
        self._hold(asked)
        return self.ttl.total_seconds() / RENEWALS

    async def _claim(self, asked: float) -> float:
        """Who led last may go on in the same epoch: then nobody led in between."""
        pause = self.ttl.total_seconds() / LOOKS
        known = await self._seat.look()
        if known and not self._agrees(known, asked):
            return pause
        if known and (known.holder, known.epoch) == (self.holder, self.epoch):
            term = await self._seat.renew(self.holder, self.epoch, self.ttl, self._catalogue())
        elif known and known.held:
            return min(pause, known.left.total_seconds() + 0.01)
        else:
            term = await self._seat.take(self.holder, self.ttl, self._catalogue())
        if term:
            if term.epoch != self.epoch:
                self._begins()
            self.epoch = term.epoch
            self._hold(asked)
            self._turned.set()
            log.info("leads", epoch=term.epoch, holder=self.holder)
        return self.ttl.total_seconds() / RENEWALS if term else pause

    def _hold(self, asked: float) -> None:
        ttl = self.ttl.total_seconds()
        self._until = asked + ttl - ttl / MARGIN
        self._warned = None

    def _agrees(self, term: Term, asked: float) -> bool:
        """Whether our clock is near enough to the database's to lead by it."""
        took = timedelta(seconds=self._timer() - asked)
        skew = self._clock() - took / 2 - term.now
        self._skewed(skew)
        if abs(skew) <= NOTICED:
            self._astray = ""
            return True
        how = "does not lead" if abs(skew) > TOLERATED else "might soon not lead"
        if how != self._astray:
            self._astray = how
            ahead = f"{skew.total_seconds():+.0f}"
            log.error("our clock is not the database's", so=how, seconds_ahead=ahead)
        return abs(skew) <= TOLERATED
