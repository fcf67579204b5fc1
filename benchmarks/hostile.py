"""Every hostile server of the tests at once beside healthy ones: memory, and who keeps time."""

import asyncio
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path

from benchmarks.children import child, started
from benchmarks.loopback import loopback
from benchmarks.pipeline import headed
from benchmarks.table import Row, show
from tests.hostile import HOSTILE
from tests.servers import serving

MEMORY = 256.0  # MB
LATEST = 250.0  # milliseconds
HEALTHY = 30
INTERVAL = 5  # seconds, with as long for an answer: those that hang are always under way
SECONDS = 40


def measure() -> Iterator[Row]:
    with (
        loopback() as well,
        tempfile.TemporaryDirectory() as folder,
        started("benchmarks.hostile", "serve", stdout=subprocess.PIPE) as bad,
    ):
        assert bad.stdout
        urls: list[str] = json.loads(bad.stdout.readline())
        file = Path(folder, "hostile.yaml")
        file.write_text(catalogue(well, urls))
        ours = child("pipeline", file, 2 * INTERVAL, SECONDS, "healthy/%")
    what = f"{len(urls)} hostile servers beside {HEALTHY} healthy checks, every {INTERVAL} s"
    yield Row(
        f"{what}: memory at its highest",
        f"<= {MEMORY:.0f} MB",
        f"{ours['rss_mb']:.0f} MB",
        ours["rss_mb"] <= MEMORY,
    )
    yield Row(
        f"{what}: healthy slots missed",
        "0",
        f"{ours['missed']} (recorded {ours['recorded']} of {HEALTHY * SECONDS // INTERVAL})",
        ours["missed"] == 0,
    )
    yield Row(
        f"{what}: healthy start lateness, p99",
        f"< {LATEST:.0f} ms",
        f"{ours['late_p99_ms']:.1f} ms (answered within {ours['total_p99_ms']:.0f})",
        ours["late_p99_ms"] < LATEST,
    )


def catalogue(well: str, bad: list[str]) -> str:
    healthy = [f"{well}/v{number}" for number in range(HEALTHY)]
    return headed(
        f"interval: {INTERVAL}s, timeout: {INTERVAL}s",
        "".join(interface(name, urls) for name, urls in (("healthy", healthy), ("bad", bad))),
    )


def interface(name: str, urls: list[str]) -> str:
    lines = "".join(
        f"      v{n}: {{targets: {{prod: {{base_url: '{url}'}}}}}}\n" for n, url in enumerate(urls)
    )
    return (
        f"  {name}:\n"
        f"    title: {{nl: {name}, en: {name}}}\n"
        "    chain: plan\n"
        "    standard: other\n"
        "    checks: [{kind: openapi_document}]\n"
        "    lines:\n" + lines
    )


async def serve() -> None:
    async with AsyncExitStack() as stack:
        ports = [await stack.enter_async_context(serving(manner)) for manner, _ in HOSTILE.values()]
        print(json.dumps([f"http://127.0.0.1:{port}" for port in ports]), flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    if sys.argv[1:] == ["serve"]:
        asyncio.run(serve())
    else:
        show([*measure()])
