"""`ketenwacht demo`: a pretend DSO-LV, and a monitor that watches it."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from checks.simulator.addresses import Addresses
from monitor import logs
from monitor.catalogue.loader import shipped
from monitor.cli.demonstration import Show, demonstrate
from monitor.cli.options import Bind
from monitor.cli.serving import serve
from monitor.cli.speaking import WrongQuestion, err, plainly
from monitor.front_door import configured, utc_now

PATIENCE = 5
"""Seconds for the simulator to end before it is killed."""


def demo(
    bind: Bind = None,
    seed: Annotated[int, typer.Option(help="Another seed is another course of events.")] = 1,
    days: Annotated[int, typer.Option(min=1, max=365, help="Days of history.")] = 90,
    fast: Annotated[
        bool, typer.Option("--fast", help="Then go on at a month in five minutes, for ever.")
    ] = False,
) -> None:
    """Show a simulated DSO-LV in three environments, with a history.

    Nothing outside this machine is asked, and nothing is left behind. With --fast nothing is
    sent either: a subscription is confirmed and served by the demo that goes on by the minute.

    For example:

      ketenwacht demo

      ketenwacht demo --fast --seed 7 --bind 127.0.0.1:9000
    """
    with plainly(), TemporaryDirectory(prefix="ketenwacht-demo-") as folder:
        logs.configure("warning")
        anchor = utc_now()
        own = configured(bind=bind).ca_file
        with _simulator(seed, anchor, calm=fast) as addresses:
            catalogue = Path(folder, "demo.yaml")
            catalogue.write_text(addresses.rewritten(shipped("demo").read_text("utf-8")), "utf-8")
            settings = configured(
                catalogue=(catalogue,),
                database_url=f"sqlite:///{folder}/demo.db",
                ca_file=anchors(Path(folder), Path(addresses.ca), own),
                bind=bind,
            )
            show = Show(
                settings=settings,
                control=addresses.control,
                secrets={**os.environ, **addresses.environ},
                anchor=anchor,
                history=timedelta(days=days),
                fast=fast,
            )
            err.print("A pretend DSO-LV is up; its history is being made.", highlight=False)
            if fast:
                err.print("With --fast nothing is sent to subscribers.", highlight=False)
            serve(partial(demonstrate, show), settings)


def anchors(folder: Path, pretended: Path, own: Path | None) -> Path:
    """What the simulator is known by, and what our own mail server and receivers are."""
    if own is None:
        return pretended
    both = folder / "anchors.pem"
    both.write_bytes(pretended.read_bytes() + b"\n" + own.read_bytes())
    return both


@contextmanager
def _simulator(seed: int, anchor: datetime, *, calm: bool) -> Iterator[Addresses]:
    """A child process; it ends with us, because its standard input is ours to hold open."""
    command = [sys.executable, "-m", "checks.simulator", "--ports", "0", "--seed", str(seed)]
    command += ["--anchor", anchor.isoformat(), *(["--calm"] if calm else [])]
    with subprocess.Popen(  # noqa: S603  our own module, our own arguments
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
    ) as process:
        try:
            yield _addresses(process)
        finally:
            process.terminate()
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()


def _addresses(process: subprocess.Popen[bytes]) -> Addresses:
    line = process.stdout.readline() if process.stdout else b""
    if not line:
        raise WrongQuestion("The simulator did not start; what it said stands above.")
    told = json.loads(line)
    del told["environ"]
    return Addresses(**told)
