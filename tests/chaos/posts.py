"""Real processes at two locations of one monitor, and a supplier who treats them differently."""

import asyncio
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx2

from benchmarks.loopback import free_port
from tests.chaos.running import PATIENCE, Running
from tests.servers import answer, question, serving

PLACES = ("internet", "pkio")


@dataclass
class Divided:
    """Answers well, but for the locations to which it is down; they say who they are."""

    url: str = ""
    down_to: set[str] = field(default_factory=set)
    asked: Counter[tuple[str, str]] = field(default_factory=Counter)  # by line and location

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = (await question(reader)).decode()
        place = next(place for place in PLACES if f"from {place}" in asked)
        self.asked[asked.split(" ")[1].split("/")[1], place] += 1
        if place in self.down_to:
            writer.write(answer("500 Internal Server Error", b"{}"))
        else:
            writer.write(answer("200 OK", b'{"status": "UP"}'))
        await writer.drain()

    def heard(self, place: str) -> int:
        return sum(count for (_, where), count in self.asked.items() if where == place)


@asynccontextmanager
async def divided() -> AsyncIterator[Divided]:
    supplier = Divided()
    async with serving(supplier.talk) as port:
        supplier.url = f"http://127.0.0.1:{port}"
        yield supplier


def catalogue(folder: Path, supplier: Divided, lines: int, seconds: int = 2) -> Path:
    """Lines l0, l1, ... in `prod`, whose one check is asked from both locations."""
    targets = "".join(
        f'      l{number}: {{targets: {{prod: {{base_url: "{supplier.url}/l{number}"}}}}}}\n'
        for number in range(lines)
    )
    file = folder / "posts.yaml"
    file.write_text(
        "catalogue: 1\n"
        "environments: {prod: {name: {nl: Productie, en: Production}}}\n"
        "locations:\n"
        "  internet: {nl: Openbaar internet, en: Public internet}\n"
        "  pkio: {nl: Besloten netwerk, en: Restricted network}\n"
        f"policy: {{interval: {seconds}s, timeout: 20s, locations: [internet, pkio]}}\n"
        "interfaces:\n"
        "  posts:\n"
        "    title: {nl: Posten, en: Posts}\n"
        "    chain: generiek\n"
        "    checks: [{kind: health, path: /health}]\n"
        f"    lines:\n{targets}",
        "utf-8",
    )
    return file


@asynccontextmanager
async def post(
    command: str, place: str, url: str, file: Path, *more: str, log: str = ""
) -> AsyncIterator[Running]:
    """`ketenwacht COMMAND` at a location, in a process of its own; it is not waited for."""
    port = free_port()
    called: Sequence[str] = [sys.executable, "-m", "monitor", command, *more]
    environ: Mapping[str, str] = {
        **{k: v for k, v in os.environ.items() if not k.startswith("KETENWACHT_")},
        "KETENWACHT_LOCATION": place,
        "KETENWACHT_USER_AGENT": f"from {place}",
        "KETENWACHT_DATABASE_URL": url,
        "KETENWACHT_CATALOGUE": str(file),
        "KETENWACHT_BIND": f"127.0.0.1:{port}",
    }
    told = file.parent / f"{log or command}.log"
    with told.open("ab") as out:
        process = subprocess.Popen(  # noqa: ASYNC220  returns at once
            called, stdout=out, stderr=out, env=environ
        )
    limits = httpx2.Limits(max_keepalive_connections=0)
    try:
        async with httpx2.AsyncClient(
            base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE, trust_env=False, limits=limits
        ) as http:
            yield Running(process, http, told)
    finally:
        if process.poll() is None:
            os.kill(process.pid, signal.SIGCONT)
            process.kill()
        process.wait()
