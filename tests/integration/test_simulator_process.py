"""The simulator as a process of its own: it says when it listens, and is never left behind."""

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import ProxyHandler, build_opener

import pytest

PATIENCE = 120  # seconds; only ever waited out when a test fails
Process = subprocess.Popen[str]


@contextmanager
def started(*arguments: str) -> Iterator[Process]:
    process = subprocess.Popen(
        [sys.executable, "-m", "checks.simulator", "--ports", "0", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def ready(process: Process) -> dict[str, str]:
    assert process.stdout
    told: dict[str, str] = json.loads(process.stdout.readline())
    return told


def test_it_says_where_it_listens_and_what_the_catalogue_refers_to() -> None:
    with started("--seed", "7", "--anchor", "2026-11-22T09:30:00+00:00") as process:
        told = ready(process)
        with build_opener(ProxyHandler({})).open(f"{told['control']}/state") as answer:
            state = json.load(answer)
        assert (state["seed"], state["anchor"]) == (7, "2026-11-22T09:30:00+00:00")
        assert set(told["environ"]) == {"DEMO_KEY", "DEMO_CLIENT_CERT", "DEMO_CLIENT_KEY"}
        for path in (told["ca"], told["client_certificate"], told["client_key"]):
            assert Path(path).is_file()
        assert Path(told["client_key"]).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_on_a_signal(sign: signal.Signals) -> None:
    with started() as process:
        told = ready(process)
        process.send_signal(sign)
        assert process.wait(PATIENCE) == 0
        assert not Path(told["ca"]).exists()


def test_it_ends_when_whoever_started_it_is_gone() -> None:
    with started() as process:
        ready(process)
        assert process.stdin
        process.stdin.close()
        process.stdin = None
        assert process.wait(PATIENCE) == 0


def test_a_taken_port_is_said_in_one_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with started("--ports", str(port)) as process:
            _, complaint = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1
    assert complaint.startswith("The simulator cannot listen: ")
    assert "Traceback" not in complaint


@pytest.mark.parametrize("anchor", ["yesterday", "2026-11-22T09:30:00"])
def test_an_anchor_without_offset_is_refused(anchor: str) -> None:
    with started("--anchor", anchor) as process:
        _, complaint = process.communicate(timeout=PATIENCE)
    assert process.returncode == 2
    assert "--anchor" in complaint
