"""Hostile servers beside healthy ones, hostile clients, and a broken catalogue."""

import asyncio
import resource
import signal
import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import AsyncExitStack, ExitStack, contextmanager, suppress
from datetime import timedelta
from pathlib import Path

from tests.chaos.invariants import invariants
from tests.chaos.kept import answers
from tests.chaos.running import MEMORY, ROUNDS, Running, ready, running, stopped, until
from tests.chaos.supplier import Supplier, catalogue, many, supplying, written
from tests.hostile import HOSTILE
from tests.servers import serving

HEALTHY = 10
SECOND = timedelta(seconds=1)
SOCKETS = 1_000
"""Of clients that speak slowly or not at all (reliability.md, slowloris)."""


async def test_hostile_servers_harm_nobody_but_themselves(sqlite_url: str, tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        supplier = await stack.enter_async_context(supplying())
        hostile: dict[str, str] = {}
        for number, (manner, _) in enumerate(HOSTILE.values()):
            port = await stack.enter_async_context(serving(manner))
            hostile[f"hostile{number}"] = f"http://127.0.0.1:{port}"
        addresses = many(supplier, HEALTHY) | hostile
        file = written(tmp_path, catalogue(addresses, 2, hurried=hostile))
        monitor = await stack.enter_async_context(running(file, sqlite_url))
        await until(monitor.is_alive)
        await until(lambda: judged(monitor, len(addresses)))
        for _ in range(8 * ROUNDS):
            assert (await monitor.get("/")).status_code == 200
            assert monitor.memory() <= MEMORY
            await asyncio.sleep(0.25)
        await stopped(monitor)
    told = Counter(
        ("hostile" in answer.check, answer.outcome_class) for answer in await answers(sqlite_url)
    )
    assert {*told} == {(False, "ok"), (True, "failed")}
    await invariants(sqlite_url, 2 * SECOND)


async def judged(monitor: Running, lines: int) -> bool:
    """Whether each healthy line is up and each hostile one is down."""
    states = await monitor.states()
    wanted = {name: "down" if "hostile" in name else "up" for name in states}
    return len(states) == lines and states == wanted


async def test_slow_clients_and_a_broken_catalogue_stop_nothing(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with supplying() as supplier:
        good = catalogue(many(supplier, HEALTHY))
        file = written(tmp_path, good)
        async with running(file, sqlite_url) as monitor:
            await ready(monitor)
            await crowded(monitor, supplier)
            file.write_text(good.replace("kind: openapi_document", "kind: nonsense"), "utf-8")
            monitor.send(signal.SIGHUP)
            await until(lambda: catalogue_is(monitor, in_force=False))
            page = await monitor.get("/")
            assert page.status_code == 200
            assert "banner b-catalogue" in page.text
            await goes_on(supplier, HEALTHY)
            file.write_text(catalogue(many(supplier, HEALTHY + 1)), "utf-8")
            await until(lambda: catalogue_is(monitor, in_force=True))
            await goes_on(supplier, HEALTHY + 1)
            await ready(monitor)
            await stopped(monitor)
    await invariants(sqlite_url, SECOND)


async def crowded(monitor: Running, supplier: Supplier) -> None:
    """Half of the sockets say nothing, half begin a request that never ends."""
    port = monitor.http.base_url.port
    assert port
    with room_for_sockets(), ExitStack() as stack:
        for number in range(SOCKETS):
            one = stack.enter_context(socket.socket())
            one.setblocking(False)
            one.connect_ex(("127.0.0.1", port))
            if number % 50 == 0:
                await asyncio.sleep(0.01)  # lets them in
            if number % 2:
                with suppress(OSError):
                    one.send(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        for _ in range(5):
            assert (await monitor.get("/health/live")).status_code == 200
            assert (await monitor.get("/")).status_code == 200
        await goes_on(supplier, HEALTHY)
        assert monitor.memory() <= MEMORY


@contextmanager
def room_for_sockets() -> Iterator[None]:
    """For us, who hold them all; the monitor has the descriptors that it began with."""
    before, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, max(before, 4_096)), most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (before, most))


async def goes_on(supplier: Supplier, lines: int) -> None:
    asked = supplier.asked.copy()
    await until(lambda: sum(count > asked[line] for line, count in supplier.asked.items()) == lines)


async def catalogue_is(monitor: Running, *, in_force: bool) -> bool:
    text = (await monitor.get("/metrics")).text
    return f"ketenwacht_catalogue_ok {float(in_force)}" in text
