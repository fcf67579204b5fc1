"""Receives webhooks on loopback, takes its time, and notes each with its ids."""

import asyncio
import json
import random
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import NamedTuple

from tests.servers import answer, question, serving


class Arrival(NamedTuple):
    path: str
    delivery: str  # webhook-id
    event: str  # the id of the CloudEvent
    type: str
    subject: str


@dataclass
class Receiver:
    """`slowest`: seconds before an answer, at the most."""

    slowest: float = 0.1
    arrivals: list[Arrival] = field(default_factory=list)
    port: int = 0

    def copies(self) -> dict[str, int]:
        """How often each delivery arrived."""
        found: dict[str, int] = defaultdict(int)
        for one in self.arrivals:
            found[one.delivery] += 1
        return dict(found)

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await question(reader)).decode()
        lines = dict(line.lower().split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
        if head.startswith("POST "):
            body = json.loads(await reader.readexactly(int(lines["content-length"])))
            path = head.split(" ", 2)[1]
            self.arrivals.append(
                Arrival(path, lines["webhook-id"], body["id"], body["type"], body["subject"])
            )
        await asyncio.sleep(random.uniform(0, self.slowest))
        writer.write(answer("200 OK", b"{}", b"Connection: close"))
        await writer.drain()


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    async with serving(receiver.talk) as port:
        receiver.port = port
        yield receiver
