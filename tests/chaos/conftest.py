"""A PostgreSQL server of our own, to be killed and frozen."""

import asyncio
import os
import shutil
import signal
import tempfile
from collections.abc import Generator
from contextlib import suppress

import psutil
import pytest

from tests.conftest import PostgresServer, patiently


class Mortal(PostgresServer):
    """Dies without a word, with all its processes, and comes back on its own data."""

    def send(self, sign: signal.Signals) -> None:
        """To the server and each process of it, none of them known by name."""
        for process in self._processes:
            with suppress(ProcessLookupError):  # one of a connection may end meanwhile
                os.kill(process.pid, sign)

    def kill(self) -> None:
        processes = self._processes
        self.send(signal.SIGKILL)
        psutil.wait_procs(processes, 60)

    async def restart(self) -> None:
        await asyncio.to_thread(patiently, self.server.ensure_postgres_running)

    @property
    def _processes(self) -> list[psutil.Process]:
        try:
            parent = psutil.Process(self.server.get_pid())
            return [parent, *parent.children(recursive=True)]
        except psutil.NoSuchProcess:  # a test that failed may have left it dead
            return []


@pytest.fixture(scope="module")
def mortal() -> Generator[Mortal]:
    folder = tempfile.mkdtemp(prefix="ketenwacht-mortal-")
    server = Mortal(folder)
    server.psql("ALTER SYSTEM SET fsync = on; SELECT pg_reload_conf();")
    yield server
    server.kill()  # nobody needs it to end in order
    server.close()
    shutil.rmtree(folder, ignore_errors=True)
