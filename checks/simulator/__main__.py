"""Runs the pretend DSO-LV alone: python -m checks.simulator --ports 8411 --seed 1."""

import asyncio
import json
import os
import signal
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from datetime import datetime
from threading import Thread

import uvloop

from checks.simulator.addresses import ANY_FREE, FIRST_PORT, Ports
from checks.simulator.clock import wall_clock
from checks.simulator.course import Course
from checks.simulator.server import KEY, running


def moment(text: str) -> datetime:
    """A moment with its offset, as `--anchor` wants it."""
    read = datetime.fromisoformat(text)
    if read.tzinfo is None:
        raise ValueError(text)
    return read


def asked(arguments: Sequence[str]) -> Namespace:
    parser = ArgumentParser(
        prog="python -m checks.simulator",
        description="A pretend DSO-LV on loopback. Prints one line of JSON when it listens: its "
        "addresses, its certificates and the environment variables that demo.yaml refers to. "
        "Ends on SIGTERM, on SIGINT and when its standard input closes.",
    )
    parser.add_argument(
        "--ports",
        type=int,
        default=FIRST_PORT,
        metavar="FIRST",
        help="the first public port; the others follow, the control precedes. 0: any free ones",
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--anchor", type=moment, help="ISO moment with offset; default: now")
    parser.add_argument("--key", default=KEY, help="the x-api-key that is let in")
    parser.add_argument(
        "--calm",
        action="store_true",
        help="leave out what happens every minute after the anchor: for a time-lapse beyond it",
    )
    return parser.parse_args(arguments)


async def run(wanted: Namespace) -> None:
    course = Course(wanted.seed, wanted.anchor or wall_clock(), lively=not wanted.calm)
    ports = Ports.following(wanted.ports) if wanted.ports else ANY_FREE
    over = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sign, over.set)
    async with running(course, ports=ports, key=wanted.key) as simulator:
        print(json.dumps(simulator.addresses.as_json()), flush=True)  # noqa: T201  says: ready
        Thread(target=_watch_input, args=(loop, over), daemon=True).start()
        await over.wait()


def _watch_input(loop: asyncio.AbstractEventLoop, over: asyncio.Event) -> None:
    """Whoever started us is gone when this closes: never be left behind."""
    while os.read(sys.stdin.fileno(), 4_096):
        pass
    loop.call_soon_threadsafe(over.set)


if __name__ == "__main__":
    try:
        uvloop.run(run(asked(sys.argv[1:])))
    except OSError as error:
        sys.exit(f"The simulator cannot listen: {error.strerror}. Choose others by --ports.")
