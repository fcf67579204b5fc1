"""Processes of our own: started, given so long, and ended by their pid."""

import atexit
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any

PATIENCE = 180.0
"""Seconds after which a measurement is given up; the longest takes 75."""
LET_GO = 20.0


def child(module: str, *arguments: object) -> dict[str, Any]:
    """Run one measurement in a process of its own, so that nothing else is counted.

    It prints its answer as one line of JSON, the last one.
    """
    with started(f"benchmarks.{module}", *arguments, stdout=subprocess.PIPE) as process:
        told, _ = process.communicate(timeout=PATIENCE)
    if process.returncode:
        raise RuntimeError(f"benchmarks.{module} ended with {process.returncode}")
    answer: dict[str, Any] = json.loads(told.splitlines()[-1])
    return answer


@contextmanager
def started(
    module: str,
    *arguments: object,
    environ: Mapping[str, str] | None = None,
    stdin: int | None = None,
    stdout: int | None = None,
    stderr: int | None = None,
) -> Iterator["subprocess.Popen[str]"]:
    """`python -m module`, terminated on leaving, and killed when it does not go."""
    process = subprocess.Popen(
        [sys.executable, "-m", module, *map(str, arguments)],
        env={"XDG_RUNTIME_DIR": runtime_folder(), **os.environ, **(environ or {})},
        stdin=stdin,
        stdout=stdout,
        stderr=stderr,
        text=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
        try:
            process.wait(LET_GO)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream:
                stream.close()


@cache
def runtime_folder() -> str:
    """For sockets and locks of all that we start; without one, the PostgreSQL wheel complains."""
    folder = tempfile.mkdtemp(prefix="ketenwacht-runtime-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
