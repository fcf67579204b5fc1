"""A PostgreSQL server of our own, to be killed and frozen."""

import asyncio
import os
import shutil
import signal
import tempfile
from collections.abc import Generator

import psutil
import pytest

from tests.conftest import PostgresServer


class Mortal(PostgresServer):
    """Dies without a word, with all its processes, and comes back on its own data."""

    def send(self, sign: signal.Signals) -> None:
        """To the server and each process of it, none of them known by name."""
        for process in self._processes:
            os.kill(process.pid, sign)

    def kill(self) -> None:
        processes = self._processes
        self.send(signal.SIGKILL)
        psutil.wait_procs(processes, 10)

    async def restart(self) -> None:
        await asyncio.to_thread(self.server.ensure_postgres_running)

    @property
    def _processes(self) -> list[psutil.Process]:
        parent = psutil.Process(self.server.get_pid())
        return [parent, *parent.children(recursive=True)]


@pytest.fixture(scope="module")
def mortal() -> Generator[Mortal]:
    folder = tempfile.mkdtemp(prefix="ketenwacht-mortal-")
    server = Mortal(folder)
    server.psql("ALTER SYSTEM SET fsync = on; SELECT pg_reload_conf();")
    yield server
    server.kill()  # nobody needs it to end in order
    server.close()
    shutil.rmtree(folder, ignore_errors=True)
