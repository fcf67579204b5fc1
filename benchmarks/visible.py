"""From the commit of what opens a finding to the pages of another process: how long it takes."""

import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from http.client import HTTPConnection
from pathlib import Path
from subprocess import DEVNULL, run
from urllib.request import urlopen

import psycopg

from benchmarks.children import started
from benchmarks.loopback import await_listener, free_port
from benchmarks.table import Row, percentile, show
from benchmarks.together import server

LINES = 20
STARTS = 120.0
OPENS = 60.0
"""Seconds within which what was released must have been read twice."""
BAR = 1.0
PAGES = {"/drift?lang=en": "the page", "/api/v1/findings?limit=100": "the API"}


def measure() -> Iterator[Row]:
    took: dict[str, list[float]] = {page: [] for page in PAGES}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        supplier = free_port()
        stack.enter_context(started("benchmarks.visible", supplier))
        await_listener(supplier)
        url, _ = stack.enter_context(server())
        run([sys.executable, "-m", "monitor", "migrate", "--database-url", url], check=True)
        file = written(folder, supplier)
        ports = [begun(stack, file, url, role) for role in ("watcher", "web")]
        await_listener(ports[1], STARTS)
        heard = stack.enter_context(psycopg.connect(url, autocommit=True))
        wait_for_everyone(heard)
        heard.execute("LISTEN ketenwacht")
        for number in range(LINES):
            committed = released(heard, supplier, number)
            for page, at in seen(ports[1], name(number)).items():
                took[page].append(at - committed)
    for page, seconds in took.items():
        longest = max(seconds)
        yield Row(
            f"commit of {LINES} findings, one by one, to {PAGES[page]} of another process",
            f"< {BAR:.0f} s",
            f"at most {longest:.2f} s (half within {percentile(seconds, 0.5):.2f} s)",
            held=longest < BAR,
        )


def name(number: int) -> str:
    return f"line-{number:03}"


def written(folder: Path, supplier: int) -> Path:
    def target(environment: str, number: int) -> str:
        address = f"http://127.0.0.1:{supplier}/{environment}/{number}"
        return f'{environment}: {{base_url: "{address}"}}'

    both = (
        (name(number), target("lto", number), target("prod", number)) for number in range(LINES)
    )
    lines = "".join(f"      {line}: {{targets: {{{lto}, {prod}}}}}\n" for line, lto, prod in both)
    file = folder / "visible.yaml"
    file.write_text(
        "catalogue: 1\n"
        "environments:\n"
        "  lto: {name: {nl: LTO, en: LTO}}\n"
        "  prod: {name: {nl: Productie, en: Production}}\n"
        "must_precede: [[lto, prod]]\n"
        "policy: {interval: 1s, timeout: 5s, per_host: 100}\n"
        "interfaces:\n"
        "  visible:\n"
        "    title: {nl: Zichtbaar, en: Visible}\n"
        "    chain: generiek\n"
        "    standard: other\n"
        "    checks: [{kind: openapi_document}]\n"
        f"    lines:\n{lines}",
        "utf-8",
    )
    return file


def begun(stack: ExitStack, file: Path, url: str, role: str) -> int:
    port = free_port()
    environ = {
        "KETENWACHT_CATALOGUE": str(file),
        "KETENWACHT_DATABASE_URL": url,
        "KETENWACHT_BIND": f"127.0.0.1:{port}",
    }
    stack.enter_context(started("monitor", role, environ=environ, stderr=DEVNULL))
    return port


def wait_for_everyone(connection: "psycopg.Connection[tuple[int]]") -> None:
    """Until every target settled on what it is to leave."""
    deadline = time.monotonic() + STARTS
    while time.monotonic() < deadline:
        counted = connection.execute("SELECT count(*) FROM sighting WHERE settled").fetchone()
        if counted and counted[0] >= 2 * LINES:
            return
        time.sleep(0.5)
    raise RuntimeError(f"not every target was read twice within {STARTS:.0f} s")


def released(connection: "psycopg.Connection[tuple[int]]", supplier: int, number: int) -> float:
    """Let the line change on prod before lto; gives when somebody committed what that means."""
    for _ in connection.notifies(timeout=0):
        pass  # of before
    urlopen(f"http://127.0.0.1:{supplier}/release/{number}", timeout=OPENS).close()
    for told in connection.notifies(timeout=OPENS):
        if told.payload.startswith("releases"):
            return time.monotonic()
    raise RuntimeError(f"nothing opened within {OPENS:.0f} s")


def seen(port: int, text: str) -> dict[str, float]:
    """When each page showed it."""
    deadline = time.monotonic() + OPENS
    found: dict[str, float] = {}
    while time.monotonic() < deadline:
        for page in PAGES.keys() - found.keys():
            if text in got(port, page):
                found[page] = time.monotonic()
        if len(found) == len(PAGES):
            return found
        time.sleep(0.01)
    raise RuntimeError(f"{text} is not on {sorted(PAGES.keys() - found.keys())}")


def got(port: int, page: str) -> str:
    connection = HTTPConnection("127.0.0.1", port, timeout=OPENS)
    try:
        connection.request("GET", page)
        return connection.getresponse().read().decode()
    finally:
        connection.close()


async def supply(port: int) -> None:
    """One version everywhere; on prod another for each line that was released."""
    out: set[str] = set()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            asked = await reader.readuntil(b"\r\n\r\n")
        except asyncio.IncompleteReadError:  # who only wanted to know whether we are there
            writer.close()
            return
        path = asked.split(b" ")[1].decode().strip("/").split("/")
        if path[0] == "release":
            out.add(path[1])
        version = "1.1.0" if path[0] == "prod" and path[1] in out else "1.0.0"
        info = {"title": "Loopback", "version": version}
        body = json.dumps({"openapi": "3.0.3", "info": info, "paths": {}})
        writer.write(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n"
            f"content-length: {len(body)}\r\n\r\n{body}".encode()
        )
        await writer.drain()
        writer.close()

    serving = await asyncio.start_server(answer, "127.0.0.1", port)
    await serving.serve_forever()


if __name__ == "__main__":
    match sys.argv[1:]:
        case [port]:
            asyncio.run(supply(int(port)))
        case _:
            show([*measure()])
