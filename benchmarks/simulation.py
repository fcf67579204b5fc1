"""100,000 checks every 30 s: handing their slots out, taking them and recording, each at its pace.

Two cores cannot ask 3,333 times a second beside all else. So the leader hands out every slot of
100,000 checks in real time to real workers, who take them and do not ask; and what asking gives,
kept once from a real answer, is recorded apart, as fast as it goes.
"""

import asyncio
import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from time import perf_counter, process_time
from typing import Any

import uvloop

from benchmarks.children import child
from benchmarks.loopback import loopback
from benchmarks.scaling import BEGIN, INTERVAL, Meter, asked, landscape
from benchmarks.table import Row, percentile, show
from benchmarks.together import beside, finished, ready, server, told_to_go
from checks.outcome import Outcome, OutcomeClass
from monitor.domain.landscape import Landscape
from monitor.domain.observation import Missed, Observation
from monitor.duties import HAND_OUT
from monitor.recorder import Recorder
from monitor.scheduling.batch import Batch, Calendar, Origin
from monitor.scheduling.dispatcher import Dispatcher
from monitor.scheduling.plan import plan
from monitor.scheduling.queue import Queue
from monitor.storage.dispatched import marks
from monitor.storage.engine import Database

CHECKS = 100_000
PACE = CHECKS / INTERVAL.total_seconds()
SECONDS = 20.0
WORKERS = 2
WATCHED = 10_000
"""Checks that are recorded, each with a line and a target of its own."""
RECORDING = 10.0
BATCH = 500


def measure() -> Iterator[Row]:
    handed = child("simulation", "handing")
    yield Row(
        f"{CHECKS:,} checks at 30 s: slots handed out a second",
        f">= {PACE:.0f}",
        f"{handed['pace']:.0f} ({handed['missed']} told as missed, {handed['lost']} lost or twice)",
        held=handed["pace"] >= 0.99 * PACE and not handed["lost"],
    )
    yield Row(
        f"taken by {WORKERS} workers after the slot's moment, p99",
        "< 0.25 s",
        f"{handed['late']:.2f} s",
        held=handed["late"] < 0.25,
    )
    yield Row(
        "cores: leader, both workers, PostgreSQL",
        "-",
        f"{handed['leader']:.2f}, {handed['workers']:.2f}, {handed['db']:.2f}",
    )
    for recorders in (1, 2):
        told = child("simulation", "recording", recorders)
        yield Row(
            f"{WATCHED:,} checks recorded by {recorders}, an outage open: rows a second",
            "-",
            f"{told['pace']:.0f} (cores: {told['cpu']:.2f}, PostgreSQL {told['db']:.2f})",
        )


async def handing() -> dict[str, float]:
    """The real leader and real workers, at the real time."""
    with server() as (url, process), ExitStack() as stack:
        database = await Database.open(url)
        land, missed = landscape(CHECKS), list[Missed]()
        dispatcher = Dispatcher(
            *(database, url, now, missed.append), here="internet", waiting=lambda _: None
        )
        dispatcher.follow(land, Origin("scale", "scale"))
        workers = [beside(stack, "simulation", "take", url) for _ in range(WORKERS)]
        ready(workers)
        meter, begin = Meter(process), perf_counter()
        await dispatcher.hand_out()
        while perf_counter() - begin < SECONDS:
            await asyncio.sleep(HAND_OUT.total_seconds())
            await dispatcher.hand_out()
        async with database.read() as tx:
            last = (await marks(tx))["pkio"].until
        passed = perf_counter() - begin
        leader, db = meter.read()
        await asyncio.sleep(max(0.0, (last - now()).total_seconds()) + 1)
        told = finished(workers)
        await dispatcher.close()
        await database.close()
    begin_at = min(one["first"] for one in told)
    taken = sum(one["taken"] for one in told)
    due = due_between(land, datetime.fromtimestamp(begin_at, UTC), last)
    return {
        "pace": taken / (last.timestamp() - begin_at),
        "lost": abs(due - taken - sum(gap.count for gap in missed)),
        "missed": sum(gap.count for gap in missed),
        "late": percentile([late for one in told for late in one["late"]], 0.99),
        "leader": leader / passed,
        "workers": sum(one["cpu"] for one in told) / passed,
        "db": db / passed,
    }


async def take(url: str) -> dict[str, Any]:
    """As a worker: each batch is held until its last slot has come."""
    late: list[float] = []
    firsts: list[float] = []
    taken = 0

    async def hold(batch: Batch) -> None:
        nonlocal taken
        moment = now()
        taken += len(batch.slots)
        firsts.append(batch.slots[0][1].timestamp())
        late.extend(max(0.0, (moment - slot).total_seconds()) for _, slot in batch.slots)
        await asyncio.sleep(max(0.0, (batch.slots[-1][1] - now()).total_seconds()))

    async with Queue.open(url) as queue:
        work = asyncio.create_task(queue.work("pkio", hold, 1))
        before = process_time()
        await told_to_go()
        await told_to_go()  # and to end
        cpu = process_time() - before
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)
    # the first window is whole: it begins on the second before its first slot
    return {"taken": taken, "first": min(firsts) // 1, "late": late[::20], "cpu": cpu}


async def recording(recorders: int) -> dict[str, float]:
    """Real recorders over one database, one of whose targets is down all the time."""
    with server() as (url, process), ExitStack() as stack:
        await (await Database.open(url)).close()
        writers = [
            beside(stack, "simulation", "record", url, n, recorders) for n in range(recorders)
        ]
        ready(writers)
        meter = Meter(process)
        begin = perf_counter()
        await asyncio.sleep(RECORDING)
        told = finished(writers)
        passed = perf_counter() - begin
        _, db = meter.read()
    return {
        "pace": sum(one["rows"] / one["seconds"] for one in told),
        "cpu": sum(one["cpu"] / one["seconds"] for one in told),
        "db": db / passed,
    }


async def record(url: str, part: int, parts: int) -> dict[str, float]:
    """Rounds of all checks of this part, until told to stop."""
    land = landscape(WATCHED)
    ids = [*land.probes][part::parts]
    with loopback() as address:
        [answered] = await asked(land, [(ids[0], BEGIN)], address)
    database = await Database.open(url, migrate=False)
    recorder = Recorder(database, lambda: land)

    async def write(number: int) -> int:
        """A batch of this round of all checks, in the order of their slots."""
        turn, start = divmod(number * BATCH, len(ids))
        at = BEGIN + turn * INTERVAL
        some = ids[start : start + BATCH]
        rows = [replace(answered, check=id_, slot=at, at=at) for id_ in some]
        if part == 0 and start == 0:
            rows[0] = Observation(rows[0].check, at, at, BROKEN)
        await recorder.record(rows)
        return len(rows)

    number = 2 * -(-len(ids) // BATCH)
    for one in range(number):
        await write(one)
    await told_to_go()
    stop = asyncio.create_task(told_to_go())
    begin, before, rows = perf_counter(), process_time(), 0
    while not stop.done():
        rows += await write(number)
        number += 1
    seconds, cpu = perf_counter() - begin, process_time() - before
    await database.close()
    return {"rows": rows, "seconds": seconds, "cpu": cpu}


BROKEN = Outcome(outcome_class=OutcomeClass.FAILED, status=500, reason="answered 500")


def due_between(land: Landscape, begin: datetime, end: datetime) -> int:
    """The slots of the whole plan in `[begin, end)`."""
    return sum(1 for _ in Calendar(plan(land.probes.values()).values()).between(begin, end))


def now() -> datetime:
    return datetime.now(UTC)


async def main() -> None:
    match sys.argv[1:]:
        case ["handing"]:
            told: dict[str, Any] = await handing()
        case ["take", url]:
            told = await take(url)
        case ["recording", recorders]:
            told = await recording(int(recorders))
        case ["record", url, part, parts]:
            told = await record(url, int(part), int(parts))
        case _:
            show([*measure()])
            return
    print(json.dumps(told))


if __name__ == "__main__":
    uvloop.run(main())
