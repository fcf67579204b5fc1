"""A pretend supplier on loopback that can be made slow or change its version, and its catalogue."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.servers import answer, question, serving


@dataclass
class Supplier:
    """Serves an OpenAPI document under every path."""

    url: str = ""
    version: str = "8.5.2"
    delay: float = 0.0  # seconds before each answer
    asked: Counter[str] = field(default_factory=Counter)  # by line
    answered: Counter[str] = field(default_factory=Counter)

    @property
    def waiting(self) -> int:
        """How many questions are without an answer just now."""
        return self.asked.total() - self.answered.total()

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        path = (await question(reader)).split(b" ")[1].decode()
        line = path.removesuffix("/openapi.json").strip("/")
        self.asked[line] += 1
        await asyncio.sleep(self.delay)
        document = {
            "openapi": "3.0.3",
            "info": {"title": "Loopback", "version": self.version},
            "paths": {},
        }
        writer.write(answer("200 OK", json.dumps(document).encode(), b"Connection: close"))
        await writer.drain()
        self.answered[line] += 1


@asynccontextmanager
async def supplying() -> AsyncIterator[Supplier]:
    supplier = Supplier()
    async with serving(supplier.talk) as port:
        supplier.url = f"http://127.0.0.1:{port}"
        yield supplier


def catalogue(
    addresses: Mapping[str, str],
    seconds: int = 1,
    timeout: str = "20s",
    hurried: Collection[str] = (),
) -> str:
    """A line `chaos/NAME` for each address, all in `prod`, each with one check.

    Time enough to answer, as they share the event loop of the test; those that are `hurried`
    have one second.
    """
    hurry = "policy: {timeout: 1s}, "
    lines = "".join(
        f'      "{name}": {{{hurry if name in hurried else ""}'
        f'targets: {{prod: {{base_url: "{address}"}}}}}}\n'
        for name, address in addresses.items()
    )
    return (
        "catalogue: 1\n"
        "environments:\n"
        "  prod: {name: {nl: Productie, en: Production}}\n"
        f"policy: {{interval: {seconds}s, per_host: 100, timeout: {timeout}}}\n"
        "interfaces:\n"
        "  chaos:\n"
        "    title: {nl: Chaos, en: Chaos}\n"
        "    chain: plan\n"
        "    standard: other\n"
        "    checks: [{kind: openapi_document}]\n"
        "    lines:\n" + lines
    )


def written(folder: Path, text: str) -> Path:
    """The catalogue as a file."""
    file = folder / "chaos.yaml"
    file.write_text(text, "utf-8")
    return file


def many(supplier: Supplier, count: int) -> dict[str, str]:
    """Addresses of `count` lines at one supplier."""
    return {f"v{n}": f"{supplier.url}/chaos/v{n}" for n in range(count)}
