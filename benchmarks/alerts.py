"""Events until they are accepted: a steady stream, one for ten thousand, and a backlog."""

import asyncio
import gc
import json
import resource
import socket
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import uvloop
from typing_extensions import override

from benchmarks.children import child, started
from benchmarks.loopback import await_listener, free_port
from benchmarks.table import Row, percentile, show
from benchmarks.together import server
from checks.client import Clients
from checks.outcome import Trust
from monitor.alerts.channels.webhook import WebhookCourier
from monitor.alerts.guard import Guard
from monitor.alerts.parcel import Fate, Parcel, Receipt
from monitor.alerts.postman import Postman
from monitor.alerts.returns import Carried
from monitor.desk.derived import Derived
from monitor.domain.event import Event, EventType
from monitor.domain.landscape import LineId
from monitor.domain.subscription import Channel, Subscription, SubscriptionState, Wanted
from monitor.storage.engine import Database
from monitor.storage.ledger import Ledger

LINES = 50
SUBSCRIPTIONS = 200  # four of each line
RATE = 50  # events a second
SECONDS = 10
MANY, DEAD_HOSTS, OF_EACH = 10_000, 50, 20
BACKLOG = 100_000
TAKEN = 20_000  # of the backlog, until its pace is known

WELL = tuple(f"127.0.2.{n}" for n in range(1, 21))
DEAD = tuple(f"127.0.1.{n}" for n in range(1, DEAD_HOSTS + 1))
ANSWER = b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n"


def measure() -> Iterator[Row]:
    yield from measured_on("SQLite", "steady", "many", "backlog")
    for each in ("steady", "many"):  # a server of its own, that nothing was left in
        with server() as (url, _):
            yield from measured_on("PostgreSQL", each, url=url)


def measured_on(kind: str, *works: str, url: str = "") -> Iterator[Row]:
    told = {"steady": of_steady, "many": of_many, "backlog": of_backlog}
    for work in works:
        found = child("alerts", work, *([url] if url else []))
        yield told[work](f"{kind}: ", found)


def of_steady(kind: str, steady: dict[str, float]) -> Row:
    return Row(
        f"{kind}{RATE} events/s, {SUBSCRIPTIONS} webhooks ({steady['pace']:.0f} deliveries/s): "
        "commit to accepted, p99",
        "2 s",
        f"{steady['p99']:.2f} s (p50 {steady['p50']:.2f} s)",
        held=steady["p99"] <= 2,
    )


def of_many(kind: str, many: dict[str, float]) -> Row:
    return Row(
        f"{kind}1 event for {MANY:,}, {DEAD_HOSTS} dead hosts: healthy ones, p99",
        "60 s",
        f"{many['p99']:.1f} s (commit {many['commit']:.1f} s, memory +{many['grown']:.0f} MB)",
        held=many["p99"] <= 60,
    )


def of_backlog(kind: str, backlog: dict[str, float]) -> Row:
    return Row(
        f"{kind}a backlog of {BACKLOG:,}",
        "-",
        f"{backlog['pace']:.0f} deliveries/s, memory +{backlog['grown']:.0f} MB",
    )


@dataclass
class Ears:
    """When what was accepted, by event and subscription."""

    accepted: dict[str, list[float]] = field(default_factory=dict)
    count: int = 0
    heard: asyncio.Event = field(default_factory=asyncio.Event)

    def note(self, carried: Carried) -> None:
        if carried.receipt.fate is Fate.ARRIVED:
            self.count += 1
            key = carried.claim.delivery.events[0]
            self.accepted.setdefault(key, []).append(time.perf_counter())
            self.heard.set()


class Instantly:
    """A courier that only says yes: the pace is then all ours."""

    async def deliver(self, _: Parcel) -> Receipt:
        return Receipt(Fate.ARRIVED)


@asynccontextmanager
async def carrying(database: Database, courier: Any, ears: Ears) -> AsyncIterator[None]:
    postman = Postman(
        database,
        {Channel.WEBHOOK: courier},
        Derived(b"k" * 32),
        lambda: datetime.now(UTC),
        noted=ears.note,
    )
    task = asyncio.create_task(postman.run())
    try:
        yield
    finally:
        await postman.stop(0.0)
        await task


def webhook(port: int) -> WebhookCourier:
    http = Clients("benchmark").of(Trust())
    guard = Guard(("127.0.0.0/8",), (port,))
    return WebhookCourier(http, guard, source="urn:benchmark", origin="benchmark.example")


def subscriber(number: int, host: str, port: int, wanted: Wanted) -> Subscription:
    return Subscription(
        id=f"s{number}",
        channel=Channel.WEBHOOK,
        address=f"http://{host}:{port}/{number}",
        wanted=wanted,
        state=SubscriptionState.ACTIVE,
        created_at=datetime.now(UTC),
    )


def event(number: int) -> Event:
    line = f"interface{number % LINES}/v1"
    return Event(
        type=EventType.ROLLOUT_ARRIVED,
        subject=f"{line}@prod",
        at=datetime.now(UTC),
        key=f"event{number}",
    )


async def keep(database: Database, ones: list[Subscription]) -> None:
    async with database.begin() as tx:
        for one in ones:
            await Ledger(tx).keep_subscription(one, one.created_at)


async def tell(database: Database, events: list[Event]) -> float:
    """When it was committed."""
    async with database.begin() as tx:
        await Ledger(tx).tell(events)
    return time.perf_counter()


async def steady(database: Database, port: int) -> dict[str, float]:
    ones = [
        subscriber(
            n, WELL[n % len(WELL)], port, Wanted(lines=(LineId(f"interface{n % LINES}", "v1"),))
        )
        for n in range(SUBSCRIPTIONS)
    ]
    await keep(database, ones)
    ears, committed = Ears(), dict[str, float]()
    async with carrying(database, webhook(port), ears):
        begin = time.perf_counter()
        for number in range(RATE * SECONDS):
            await asyncio.sleep(max(0.0, begin + number / RATE - time.perf_counter()))
            committed[f"event{number}"] = await tell(database, [event(number)])
        expected = RATE * SECONDS * SUBSCRIPTIONS // LINES
        await reached(ears, expected, 60)
        passed = time.perf_counter() - begin
    waits = [at - committed[key] for key, several in ears.accepted.items() for at in several]
    return {
        "p50": percentile(waits, 0.5),
        "p99": percentile(waits, 0.99),
        "pace": expected / passed,
    }


async def many(database: Database, port: int) -> dict[str, float]:
    dead = [(host, n) for n in range(OF_EACH) for host in DEAD]
    well = [(WELL[n % len(WELL)], n) for n in range(MANY - len(dead))]
    hosts = [host for host, _ in dead + well]
    ones = [subscriber(n, host, port, Wanted()) for n, host in enumerate(hosts)]
    await keep(database, ones)
    before, ears = memory(), Ears()
    async with carrying(database, webhook(port), ears):
        begin = time.perf_counter()
        committed = await tell(database, [event(0)])
        await reached(ears, len(well), 170)
    waits = [at - committed for at in ears.accepted["event0"]]
    return {
        "p99": percentile(waits, 0.99),
        "commit": committed - begin,
        "grown": memory() - before,
    }


async def backlog(database: Database, port: int) -> dict[str, float]:
    ones = [subscriber(n, WELL[n % len(WELL)], port, Wanted()) for n in range(SUBSCRIPTIONS)]
    await keep(database, ones)
    for number in range(BACKLOG // SUBSCRIPTIONS):
        await tell(database, [event(number)])
    gc.collect()
    before, ears = memory(), Ears()
    async with carrying(database, Instantly(), ears):
        begin = time.perf_counter()
        await reached(ears, TAKEN, 120)
        passed = time.perf_counter() - begin
    return {"pace": ears.count / passed, "grown": memory() - before}


async def reached(ears: Ears, count: int, within: float) -> None:
    async with asyncio.timeout(within):
        while ears.count < count:
            ears.heard.clear()
            await ears.heard.wait()


def memory() -> float:
    """The most that this process held so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


class Accepting(asyncio.Protocol):
    """Takes a request with its body and answers 204; a dead host reads and says nothing."""

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        self.seen = b""
        self.is_dead = self.transport.get_extra_info("sockname")[0] in DEAD

    @override
    def data_received(self, data: bytes) -> None:
        self.seen += data
        head, ended, body = self.seen.partition(b"\r\n\r\n")
        if not ended or self.is_dead:
            return
        length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
        if len(body) >= int(length):
            self.transport.write(ANSWER)
            self.transport.close()


async def listen(port: int) -> None:
    loop = asyncio.get_running_loop()
    for host in ("127.0.0.1", *WELL, *DEAD):
        await loop.create_server(Accepting, host, port, backlog=4096, family=socket.AF_INET)
    await asyncio.Event().wait()


async def measured(what: str, port: int, url: str) -> dict[str, float]:
    work = {"steady": steady, "many": many, "backlog": backlog}[what]
    with tempfile.TemporaryDirectory() as folder:
        database = await Database.open(url or f"sqlite:///{Path(folder, 'alerts.db')}")
        try:
            return await work(database, port)
        finally:
            await database.close()


def main() -> None:
    match sys.argv[1:]:
        case ["listen", port]:
            uvloop.run(listen(int(port)))
        case [what, *url]:
            free = free_port()
            with started("benchmarks.alerts", "listen", free):
                await_listener(free)
                print(json.dumps(uvloop.run(measured(what, free, *url or [""]))))
        case _:
            show([*measure()])


if __name__ == "__main__":
    main()
