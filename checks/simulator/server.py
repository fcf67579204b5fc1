"""The pretend DSO-LV, listening: one host of each kind per environment, and the control."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from ssl import SSLContext
from tempfile import TemporaryDirectory

from checks.simulator.addresses import ANY_FREE, LOOPBACK, Addresses, Ports, scheme
from checks.simulator.certificates import Certificates, issue
from checks.simulator.clock import Clock, wall_clock
from checks.simulator.control import Control
from checks.simulator.course import Course
from checks.simulator.exchange import Answerer, Exchange
from checks.simulator.gateway import Gateway
from checks.simulator.lines import ENVIRONMENTS, Host
from checks.simulator.scene import Scene

KEY = "demo-key"
BACKLOG = 1_024
"""Connections that may wait: the demo's history asks in bursts."""


@dataclass(frozen=True, slots=True)
class Simulator:
    """What a test holds in its hand: where to ask, and the strings to pull."""

    addresses: Addresses
    certificates: Certificates
    scene: Scene

    @property
    def clock(self) -> Clock:
        return self.scene.clock


@asynccontextmanager
async def running(
    course: Course, *, ports: Ports = ANY_FREE, clock: Clock | None = None, key: str = KEY
) -> AsyncIterator[Simulator]:
    """Listen on loopback until the block is left; by default on any ports that are free.

    Raises OSError where a fixed port is taken.
    """
    scene = Scene(course, clock or Clock())
    gateway = Gateway(scene, key)
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(TemporaryDirectory(prefix="ketenwacht-simulator-"))
        certificates = issue(Path(folder), wall_clock())
        tls = certificates.server_context()
        listening = _Listening()
        stack.push_async_callback(listening.close)
        urls: dict[Host, dict[str, str]] = {host: {} for host in Host}
        for host in Host:
            for where in ENVIRONMENTS:
                port = await listening.open(
                    gateway.answerer(host, where),
                    ports.of(host, where),
                    tls if host is Host.RESTRICTED else None,
                )
                urls[host][where] = f"{scheme(host)}://{LOOPBACK}:{port}"
        control = await listening.open(Control(scene).answer, ports.control, None)
        addresses = Addresses(
            control=f"http://{LOOPBACK}:{control}",
            public=urls[Host.PUBLIC],
            restricted=urls[Host.RESTRICTED],
            loket=urls[Host.LOKET],
            ca=str(certificates.ca),
            client_certificate=str(certificates.client),
            client_key=str(certificates.client_key),
            key=key,
        )
        yield Simulator(addresses, certificates, scene)


class _Listening:
    """The open listeners and all who are connected to them."""

    def __init__(self) -> None:
        self._servers: list[asyncio.Server] = []
        self._present: set[Exchange] = set()

    async def open(self, answerer: Answerer, port: int, tls: SSLContext | None) -> int:
        """Listen, and say on which port."""
        server = await asyncio.get_running_loop().create_server(
            lambda: Exchange(answerer, self._present), LOOPBACK, port, ssl=tls, backlog=BACKLOG
        )
        self._servers.append(server)
        bound: int = server.sockets[0].getsockname()[1]
        return bound

    async def close(self) -> None:
        for server in self._servers:
            server.close()
        for exchange in tuple(self._present):
            exchange.abort()
        for server in self._servers:
            await server.wait_closed()
