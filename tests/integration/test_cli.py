"""The command line as a person meets it: in a process of its own."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

import pytest

from benchmarks.loopback import free_port
from checks.simulator.clock import wall_clock
from checks.simulator.course import Course
from checks.simulator.server import Simulator, running
from monitor.catalogue.loader import shipped

PATIENCE = 120


def environ(**more: str) -> Mapping[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("KETENWACHT_")}
    return {**kept, "COLUMNS": "200", **more}


def ketenwacht(*words: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "monitor", *words],
        env=environ(**more),
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )


async def asked(*words: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run it beside a simulator that lives in this event loop."""
    return await asyncio.to_thread(lambda: ketenwacht(*words, **more))


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    async with running(Course(1, wall_clock())) as simulator:
        yield simulator


@pytest.fixture
def catalogue(simulator: Simulator, tmp_path: Path) -> Path:
    file = tmp_path / "demo.yaml"
    file.write_text(simulator.addresses.rewritten(shipped("demo").read_text("utf-8")), "utf-8")
    return file


def replaced(file: Path, old: str, new: str) -> None:
    file.write_text(file.read_text("utf-8").replace(old, new), "utf-8")


def test_it_tells_its_version_and_its_commands() -> None:
    assert ketenwacht("--version").stdout.startswith("ketenwacht ")
    told = ketenwacht("--help").stdout
    for command in ("run", "demo", "check", "status", "db", "catalogue"):
        assert command in told
    assert "ketenwacht check presenteren v8" in ketenwacht("check", "--help").stdout


@pytest.mark.parametrize(
    ("words", "needless"),
    [
        (("--version",), {"sqlalchemy", "pydantic", "httpx2"}),
        (("db", "--help"), {"procrastinate", "httpx2", "uvicorn", "apscheduler"}),
    ],
)
def test_a_short_command_loads_only_what_it_needs(words: Sequence[str], needless: set[str]) -> None:
    told = ketenwacht(*words, PYTHONPROFILEIMPORTTIME="1")
    assert told.returncode == 0
    loaded = {line.rpartition("|")[2].strip() for line in told.stderr.splitlines()}
    assert "monitor.cli.app" in loaded
    assert not loaded & needless


async def test_check_asks_once_and_tells_what_it_saw(simulator: Simulator, catalogue: Path) -> None:
    told = await asked(
        *("check", "presenteren", "v8", "--environment", "prod", "--json"),
        *("--catalogue", str(catalogue)),
        **simulator.addresses.environ,
    )
    assert told.returncode == 0, told.stderr
    answer = json.loads(told.stdout)
    assert answer["target"] == "presenteren/v8@prod"
    first = answer["checks"][0]
    assert first["outcomeClass"] == "ok"
    assert first["version"].startswith("8.")
    assert first["phases"]["total"] > 0


async def test_check_says_no_when_the_interface_is_out(
    simulator: Simulator, catalogue: Path
) -> None:
    told = await asked(
        *("check", "presenteren/v9", "-e", "prod", "--catalogue", str(catalogue)),
        **simulator.addresses.environ,
    )
    assert told.returncode in {1, 2}
    replaced(catalogue, simulator.addresses.public["prod"], f"http://127.0.0.1:{free_port()}")
    told = await asked(
        *("check", "presenteren/v8", "-e", "prod", "--catalogue", str(catalogue)),
        **simulator.addresses.environ,
    )
    assert told.returncode == 1
    assert "failed" in told.stdout


@pytest.mark.parametrize(
    ("words", "cure"),
    [
        (("check", "presenteren", "v99", "-e", "prod"), "presenteren/v8"),
        (("check", "presenteren", "-e", "prod"), "presenteren/v8"),
        (("check", "presenteren", "v8", "-e", "lto"), "overlay"),
        (("run", "--catalogue", "missing.yaml"), "missing.yaml"),
        (("run", "--database-url", "mysql://me:s3cret@db/x"), "sqlite:///"),
        (("run", "--bind", "nonsense"), "HOST:PORT"),
        (("status", "--database-url", "sqlite:////missing/folder/x.db"), "/missing/folder"),
        (("db", "check", "--database-url", "sqlite:////missing/folder/x.db"), "/missing/folder"),
    ],
)
def test_a_wrong_question_is_one_clear_sentence(words: tuple[str, ...], cure: str) -> None:
    told = ketenwacht(*words)
    assert told.returncode == 2
    assert cure in told.stderr.replace("\n", "")
    assert "Traceback" not in told.stderr + told.stdout
    assert "s3cret" not in told.stderr + told.stdout


def test_a_port_in_use_is_said_before_anything_starts(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        bind = f"127.0.0.1:{taken.getsockname()[1]}"
        told = ketenwacht("run", "--bind", bind, "--database-url", f"sqlite:///{tmp_path}/x.db")
    assert told.returncode == 2
    assert bind in told.stderr
    assert not (tmp_path / "x.db").exists()


def test_a_database_is_made_checked_and_pruned(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/x.db"
    for words in (("db", "upgrade"), ("db", "check"), ("db", "prune")):
        told = ketenwacht(*words, "--database-url", url)
        assert told.returncode == 0, told.stderr


def test_status_of_nothing_seen_is_unknown(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/x.db"
    assert ketenwacht("db", "upgrade", "--database-url", url).returncode == 0
    told = ketenwacht("status", "--json", "--database-url", url)
    assert told.returncode == 3, told.stderr
    states = {item["state"] for item in json.loads(told.stdout)["items"]}
    assert states == {"unknown", "notConfigured"}


@contextmanager
def serving(*words: str, port: int, **more: str) -> Iterator["subprocess.Popen[bytes]"]:
    command = [sys.executable, "-m", "monitor", *words, "--bind", f"127.0.0.1:{port}"]
    with subprocess.Popen(command, env=environ(**more), stderr=subprocess.PIPE) as process:
        try:
            yield process
        finally:
            process.kill()


def fetched(url: str) -> bytes:
    begin = monotonic()
    while True:
        try:
            with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310  our own loopback
                return bytes(answer.read())
        except OSError:
            if monotonic() - begin > PATIENCE:
                raise
            sleep(0.1)


async def test_run_serves_the_page_and_ends_in_order_when_told(
    simulator: Simulator, catalogue: Path, tmp_path: Path
) -> None:
    port, url = free_port(), f"sqlite:///{tmp_path}/x.db"
    words = ("run", "--catalogue", str(catalogue), "--database-url", url)

    def live_through_it() -> int:
        with serving(*words, port=port, **simulator.addresses.environ) as process:
            assert b"presenteren" in fetched(f"http://127.0.0.1:{port}/").lower()
            while b"ketenwacht_probes_total" not in fetched(f"http://127.0.0.1:{port}/metrics"):
                sleep(0.1)
            process.send_signal(signal.SIGTERM)
            return process.wait(PATIENCE)

    assert await asyncio.to_thread(live_through_it) == 0
    told = await asked(*("status", "--json", "--catalogue", str(catalogue), "--database-url", url))
    states = [item["state"] for item in json.loads(told.stdout)["items"]]
    assert set(states) - {"unknown", "notConfigured"}, told.stderr


def test_the_demo_makes_history_and_takes_its_simulator_with_it() -> None:
    port = free_port()
    with serving("demo", "--days", "1", port=port) as process:
        while b'"version":' not in fetched(f"http://127.0.0.1:{port}/api/v1/status"):
            sleep(0.2)
        (child,) = children(process.pid)
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
    assert not Path(f"/proc/{child}").exists()


def children(pid: int) -> list[int]:
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(one) for one in text.split()]
