"""A real `ketenwacht run` in a process of its own, to be killed, frozen and asked."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import psutil

from benchmarks.loopback import free_port

ROUNDS = int(os.environ.get("KETENWACHT_CHAOS_ROUNDS", "1"))
"""How often chance gets its turn: 1 in `make test`, 20 in `make chaos`."""
PATIENCE = 120.0
"""Seconds; waited out only where something does not happen at all."""
ROOM = 1 if ROUNDS > 1 else 5
"""How many times what is promised a thing may take: `make test` runs other tests beside these."""
MEMORY = 256 * 1024 * 1024
"""Bytes a process may hold, whatever happens (reliability.md)."""


@dataclass(eq=False)
class Running:
    """One process. Whatever became of it, leaving `running` ends it, by its pid."""

    process: subprocess.Popen[bytes]
    http: httpx2.AsyncClient
    log: Path

    async def get(self, path: str) -> httpx2.Response:
        return await self.http.get(path)

    async def items(self, path: str) -> list[dict[str, Any]]:
        response = await self.get(path)
        assert response.status_code == 200, response.text
        items: list[dict[str, Any]] = response.json()["items"]
        return items

    async def status(self) -> dict[str, Any]:
        response = await self.get("/api/v1/status")
        assert response.status_code == 200, response.text
        status: dict[str, Any] = response.json()
        return status

    async def states(self) -> dict[str, str]:
        """By line, in the only environment."""
        status = await self.status()
        return {
            line["line"]: line["targets"][0]["state"]
            for interface in status["interfaces"]
            for line in interface["lines"]
        }

    async def is_alive(self) -> bool:
        assert self.process.poll() is None, self.told()
        try:
            return (await self.get("/health/live")).status_code == 200
        except httpx2.TransportError:
            return False

    def send(self, sign: signal.Signals) -> None:
        os.kill(self.process.pid, sign)

    async def ended(self) -> int:
        return await asyncio.to_thread(self.process.wait, PATIENCE)

    def memory(self) -> int:
        return int(psutil.Process(self.process.pid).memory_info().rss)

    def told(self) -> str:
        return self.log.read_text("utf-8")


@asynccontextmanager
async def running(
    catalogue: Path,
    url: str,
    folder: Path | None = None,
    before: Sequence[str] = (),
    settings: Mapping[str, str] | None = None,
    *,
    role: str = "run",
) -> AsyncIterator[Running]:
    """Start it, not waiting for it; its clients keep no connections.

    What it says is kept in `folder`, beside the catalogue if none is given; `before` comes
    before the command, and `settings` are variables of its environment.
    """
    port = free_port()
    log = (folder or catalogue.parent) / "chaos.log"
    command = [*before, sys.executable, "-m", "monitor", role, "--catalogue", str(catalogue)]
    command += ["--database-url", url, "--bind", f"127.0.0.1:{port}"]
    environ = {k: v for k, v in os.environ.items() if not k.startswith("KETENWACHT_")}
    with log.open("ab") as out:
        process = subprocess.Popen(  # noqa: ASYNC220  returns at once
            command, stdout=out, stderr=out, env={**environ, **(settings or {})}
        )
    limits = httpx2.Limits(max_keepalive_connections=0)
    try:
        async with httpx2.AsyncClient(
            base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE, trust_env=False, limits=limits
        ) as http:
            yield Running(process, http, log)
    finally:
        if process.poll() is None:
            os.kill(process.pid, signal.SIGCONT)
            process.kill()
        process.wait()


async def until(enough: Callable[[], Awaitable[object] | bool], within: float = PATIENCE) -> float:
    """Wait for it; gives the seconds that it took."""
    start = time.monotonic()
    async with asyncio.timeout(within):
        while True:
            found = enough()
            if found if isinstance(found, bool) else await found:
                return time.monotonic() - start
            await asyncio.sleep(0.05)


async def all_up(monitor: Running) -> bool:
    return {*(await monitor.states()).values()} == {"up"}


async def settled_on(monitor: Running, version: str) -> bool:
    status = await monitor.status()
    targets = [line["targets"][0] for one in status["interfaces"] for line in one["lines"]]
    return all(one["version"] == version and one["settled"] for one in targets)


async def stopped(monitor: Running) -> None:
    """Ask it to stop; it must, in order."""
    monitor.send(signal.SIGTERM)
    assert await monitor.ended() == 0, monitor.told()


async def ready(monitor: Running) -> None:
    await until(monitor.is_alive)
    await until(lambda: all_up(monitor))
