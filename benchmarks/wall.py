"""The wall: 500 lines in three environments after 90 days, drawn, and served to who looks."""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.children import child, started
from benchmarks.loopback import await_listener, free_port
from benchmarks.street import NOW, known
from benchmarks.table import Row, percentile, show
from monitor.bootstrap import Monitor, configured
from monitor.cli.serving import serve
from monitor.storage.engine import Database
from monitor.telemetry import Telemetry
from web.context import Reader, Theme
from web.live.wall import Wall
from web.words.language import Language

LINES = 500
RENDER = 50.0  # milliseconds
SERVED = 20.0  # milliseconds, p99
REQUESTS, CLIENTS = 2_000, 4
ROUNDS = 15
A_SECOND = 25
"""Of 1,500 targets asked once a minute, as many answer in a second."""


def measure() -> Iterator[Row]:
    drawn = child("wall", "draw")
    what = f"wall of {LINES} lines x 3 environments, 90 days"
    within = f"< {RENDER:.0f} ms"
    for kind, title in (
        ("same", "drawn again"),
        ("some", f"drawn again, {A_SECOND} answers later"),
    ):
        took = drawn[kind]
        yield Row(f"{what}: {title}", within, f"{took:.1f} ms", took < RENDER)
    yield Row(f"{what}: every line judged and drawn anew", "-", f"{drawn['all']:.0f} ms")
    yield Row(f"{what}: the page", "-", f"{drawn['kb']:.0f} kB, {drawn['packed_kb']:.0f} kB gzip")
    port = free_port()
    with started("benchmarks.wall", "serve", port, stderr=subprocess.DEVNULL):
        await_listener(port, within=60)
        full, unchanged = asyncio.run(look(port))
    requests = f"{REQUESTS:,} requests of {CLIENTS} clients"
    for title, times in (("served", full), ("304 on an unchanged ETag", unchanged)):
        p99 = 1000 * percentile(times, 0.99)
        p50 = 1000 * percentile(times, 0.5)
        yield Row(
            f"the wall {title}, {requests}: p99",
            f"< {SERVED:.0f} ms",
            f"{p99:.1f} ms (p50 {p50:.1f})",
            p99 < SERVED and len(times) == REQUESTS,
        )


def draw() -> dict[str, float]:
    """Milliseconds of CPU: nothing new but the time, some standings new, everything new."""
    board = known(LINES)
    reader = Reader(Language.NL, Theme.AUTO)
    wall = Wall(board, "bench")
    page = wall.painted(reader, NOW)
    now = NOW

    def same() -> None:
        wall.html(reader, now)

    def some() -> None:
        ids = sorted(board.standings)[now.second % 30 :: 60][:A_SECOND]
        moved = (replace(board.standings[id_], last_at=now) for id_ in ids)
        board.apply([*moved], (), now)
        wall.html(reader, now)

    def everything() -> None:
        Wall(board, "bench").html(reader, now)

    took: dict[str, float] = {"kb": len(page.plain) / 1000, "packed_kb": len(page.packed) / 1000}
    for name, work, rounds in (
        ("same", same, ROUNDS),
        ("some", some, ROUNDS),
        ("all", everything, 3),
    ):
        times = []
        for _ in range(rounds):
            now += timedelta(seconds=1)
            times.append(timed(work))
        took[name] = percentile(times, 0.5)
    return took


def timed(work: Callable[[], None]) -> float:
    """Milliseconds of CPU: what others do on the machine is not the page's."""
    begin = time.thread_time()
    work()
    return 1000 * (time.thread_time() - begin)


def serve_wall(port: int) -> None:
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder, 'wall.db')}"
        settings = configured(bind=f"127.0.0.1:{port}", database_url=url)
        serve(partial(assembled, url), settings)


@asynccontextmanager
async def assembled(url: str) -> AsyncIterator[Monitor]:
    board = known(LINES)
    database = await Database.open(url)
    try:
        settings = configured()
        yield Monitor(lambda: NOW, board, database, Telemetry(board), settings)
    finally:
        await database.close()


async def look(port: int) -> tuple[list[float], list[float]]:
    """Seconds of each request, for the whole page and for a page that did not change."""
    status, head, _ = await asked(*await asyncio.open_connection("127.0.0.1", port), b"")
    assert status == 200, status
    tag = next(line for line in head if line.lower().startswith(b"etag: ")).partition(b" ")[2]
    return await crowd(port, b"", 200), await crowd(port, b"If-None-Match: " + tag + b"\r\n", 304)


async def crowd(port: int, header: bytes, expected: int) -> list[float]:
    async def one() -> list[float]:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        times = []
        for _ in range(REQUESTS // CLIENTS):
            status, _, took = await asked(reader, writer, header)
            assert status == expected, status
            times.append(took)
        writer.close()
        return times

    return [
        took for times in await asyncio.gather(*(one() for _ in range(CLIENTS))) for took in times
    ]


async def asked(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, header: bytes
) -> tuple[int, list[bytes], float]:
    begin = time.perf_counter()
    writer.write(b"GET / HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n" + header + b"\r\n")
    head = (await reader.readuntil(b"\r\n\r\n")).split(b"\r\n")
    for line in head:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            await reader.readexactly(int(value))
    return int(head[0].split()[1]), head, time.perf_counter() - begin


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["draw"]:
            print(json.dumps(draw()))
        case ["serve", port]:
            serve_wall(int(port))
        case _:
            show([*measure()])
