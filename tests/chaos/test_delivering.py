"""kill -9 and SIGSTOP at three postmen on one PostgreSQL: nothing is lost, and nothing forged."""

import asyncio
import os
import random
import signal
import sys
from asyncio.subprocess import PIPE
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from typing_extensions import override

from checks.client import Clients
from checks.outcome import Trust
from monitor.alerts.channels.webhook import WebhookCourier
from monitor.alerts.guard import Guard
from monitor.alerts.parcel import Fate, Receipt
from monitor.alerts.postman import Postman
from monitor.alerts.settling import settle
from monitor.desk.derived import Derived
from monitor.domain.delivery import DeliveryState
from monitor.domain.event import EventType
from monitor.domain.subscription import Channel
from monitor.storage.engine import Database
from monitor.storage.ledger import Ledger
from monitor.storage.outbox import Claim, Outbox
from tests.chaos.carrier import KEY, LEASE
from tests.chaos.invariants import invariants, unheard
from tests.chaos.owed import Fault, witness
from tests.chaos.receiver import Receiver, receiving
from tests.chaos.running import PATIENCE, ROUNDS, until
from tests.telling import event, owed, subscribed, subscriber, told

POSTMEN = 3
SUBSCRIBERS = 2
FULL = ROUNDS > 1
EVENTS, FAULTS = (500, 100) if FULL else (60, 6)
SHARE_OF_KILLS = 0.7  # the rest is frozen
STORIES = 20
"""Each opens and resolves in turn, so that order is put to the test as well."""


@dataclass
class Crew:
    """Three processes that carry, and what chance does to them."""

    nursery: asyncio.subprocess.Process
    chance: random.Random
    pids: list[int] = field(default_factory=list)
    thawing: set[asyncio.Task[None]] = field(default_factory=set)
    faults: list[Fault] = field(default_factory=list)

    def hire(self) -> None:
        assert self.nursery.stdin
        self.nursery.stdin.write(b"one more\n")

    async def muster(self) -> None:
        """Note who is at work."""
        assert self.nursery.stdout
        while line := await self.nursery.stdout.readline():
            self.pids.append(int(line))

    async def strike(self) -> None:
        """Kill one and hire another, or freeze one for longer than its claims last."""
        await until(lambda: len(self.pids) > 1)
        victim = self.chance.choice(self.pids)
        if self.chance.random() < SHARE_OF_KILLS:
            os.kill(victim, signal.SIGKILL)
            self.pids.remove(victim)
            self.hire()
        else:
            os.kill(victim, signal.SIGSTOP)
            self.thawing.add(asyncio.create_task(self._thaw(victim)))
        self.faults.append(Fault(victim, datetime.now(UTC)))

    async def _thaw(self, pid: int) -> None:
        await asyncio.sleep(1.2 * LEASE.total_seconds())
        if pid in self.pids:
            os.kill(pid, signal.SIGCONT)


@asynccontextmanager
async def crew(url: str, port: int) -> AsyncIterator[Crew]:
    command = (sys.executable, "-m", "tests.chaos.carrier", url, str(port))
    nursery = await asyncio.create_subprocess_exec(
        *command, stdin=PIPE, stdout=PIPE, start_new_session=True
    )
    made = Crew(nursery, random.Random(EVENTS))
    mustering = asyncio.create_task(made.muster())
    try:
        for _ in range(POSTMEN):
            made.hire()
        await until(lambda: len(made.pids) == POSTMEN)
        yield made
    finally:
        for task in (*made.thawing, mustering):
            task.cancel()
        os.killpg(nursery.pid, signal.SIGKILL)  # all that it forked, frozen ones too
        await nursery.wait()


async def all_settled(database: Database) -> bool:
    async with database.read() as tx:
        return await Outbox(tx).next_due([Channel.WEBHOOK]) is None


async def test_nothing_that_was_told_is_lost_and_copies_bear_one_id(
    postgres_url: str,
) -> None:
    database = await Database.open(postgres_url)
    async with receiving() as receiver:
        hooks = (
            subscriber(f"s{n}", address=f"http://127.0.0.1:{receiver.port}/s{n}")
            for n in range(SUBSCRIBERS)
        )
        await subscribed(database, *hooks)
        await witnessed(database)
        async with crew(postgres_url, receiver.port) as postmen:
            for fault in range(FAULTS):
                await tell(database, EVENTS * fault // FAULTS, EVENTS * (fault + 1) // FAULTS)
                await asyncio.sleep(postmen.chance.uniform(0, 0.3))
                await postmen.strike()
            took = await until(lambda: all_settled(database), within=120)
            copies = receiver.copies()
            assert await unheard(postgres_url, copies, postmen.faults) == []
            in_order(receiver)
            one_id_each(receiver)
    await database.close()
    await invariants(postgres_url)
    assert len(copies) == EVENTS * SUBSCRIBERS
    again, most = sum(copies.values()) - len(copies), max(copies.values())
    found = f"{len(copies)} deliveries, {FAULTS} faults: {again} copies, at most {most} of one"
    print(f"{found}; all settled {took:.1f} s after")  # noqa: T201  with -s


async def witnessed(database: Database) -> None:
    """Let the database write down who holds what, so that the faults of each can be counted."""
    async with database.begin() as tx:
        await tx.run(witness)


async def tell(database: Database, begin: int, end: int) -> None:
    for number in range(begin, end):
        kind = EventType.DRIFT_RESOLVED if number // STORIES % 2 else EventType.DRIFT_OPENED
        story = f"story{number % STORIES}"
        subject = f"presenteren/v{number % STORIES}@prod"
        await told(database, event(kind, story, datetime.now(UTC), subject))


def in_order(receiver: Receiver) -> None:
    """Of each story, what was told later arrived for the first time later."""
    first: dict[str, None] = {}
    stories: dict[tuple[str, str], list[str]] = defaultdict(list)
    for one in receiver.arrivals:
        if one.delivery not in first:
            first[one.delivery] = None
            stories[one.path, one.subject].append(one.type)
    for types in stories.values():
        turns = [kind.rpartition(".drift.")[2] for kind in types]
        assert turns == [("opened.v1", "resolved.v1")[n % 2] for n in range(len(turns))]


def one_id_each(receiver: Receiver) -> None:
    ids = {(one.path, one.event): one.delivery for one in receiver.arrivals}
    assert all(ids[one.path, one.event] == one.delivery for one in receiver.arrivals)


class MarkingFirst(Postman):
    """As one must not: delivered as soon as it is claimed, and only then sent."""

    @override
    def _send(self, claim: Claim, ends: float) -> None:
        self.marked = asyncio.create_task(self._mark(claim, ends))

    async def _mark(self, claim: Claim, ends: float) -> None:
        async with self._database.begin() as tx:
            await settle(tx, claim, Receipt(Fate.ARRIVED), datetime.now(UTC), 0.0)
        super()._send(claim, ends)


async def test_the_checker_finds_what_is_marked_before_it_is_sent(sqlite_url: str) -> None:
    database = await Database.open(sqlite_url)
    clients = Clients("chaos")
    async with receiving() as receiver:
        port = receiver.port
    courier = WebhookCourier(
        clients.of(Trust()), Guard(("127.0.0.0/8",), (port,)), source="urn:x", origin="x.example"
    )
    await subscribed(database, subscriber("s0", address=f"http://127.0.0.1:{port}/s0"))
    now = datetime.now(UTC)
    await told(database, event(at=now))
    for carries, complaint in (
        (Postman, "which is waiting"),
        (MarkingFirst, "which is delivered"),
    ):
        postman = carries(
            database, {Channel.WEBHOOK: courier}, Derived(KEY), lambda: datetime.now(UTC)
        )
        running = asyncio.create_task(postman.run())
        await until(lambda: tried(database))
        await postman.stop(5.0)
        await asyncio.wait_for(running, PATIENCE)
        (lost,) = await unheard(sqlite_url, receiver.copies())
        assert complaint in lost
        if carries is Postman:
            await renew(database)
    (one,) = await owed(database)
    await database.close()
    (twice,) = await unheard(sqlite_url, {one.id: 2})
    assert twice.endswith("hit 0 times")
    await clients.aclose()


async def tried(database: Database) -> bool:
    (one,) = await owed(database)
    return one.state is DeliveryState.DELIVERED or one.trouble is not None


async def renew(database: Database) -> None:
    """Let it be sent once more, as if it had never been."""
    (one,) = await owed(database)
    async with database.begin() as tx:
        assert await Ledger(tx).redeliver(one.id, datetime.now(UTC))
