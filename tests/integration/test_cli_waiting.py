"""A pipeline waits for a gate at a distance, and goes on when it opens."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from httpx2 import Client

from monitor.board import Board
from monitor.domain.landscape import LineId, TargetId
from monitor.domain.soak import SoakClock
from monitor.domain.standing import TargetStanding
from monitor.domain.token import Scope
from monitor.storage.engine import Database
from monitor.storage.ledger import Ledger
from tests.e2e.serving import Served, serving
from tests.e2e.street import NOON, standing
from tests.integration.test_cli import PATIENCE, environ, ketenwacht
from tests.integration.test_web_permits import bearer, given_out

LTO = TargetId(LineId("presenteren", "v8"), "lto")
PROD = TargetId(LineId("presenteren", "v8"), "prod")
FREEZE = {
    "startsAt": (NOON - timedelta(hours=1)).isoformat(),
    "endsAt": (NOON + timedelta(hours=1)).isoformat(),
    "reason": "the year ends",
}


def read(target: TargetId) -> TargetStanding:
    """How it is, as its contract tells it."""
    known = standing(target)
    readings = replace(known.readings, source="openapi_document", source_at=NOON)
    return replace(known, readings=readings)


async def soaked(database: Database, _board: Board) -> None:
    """LTO had 8.6.0 for long and in peace, PROD has 8.5.2."""
    clock = SoakClock(version="8.6.0", ran=timedelta(days=9), running_since=NOON)
    known = [replace(read(LTO), soak=clock), read(PROD)]
    async with database.begin() as tx:
        ledger = Ledger(tx)
        await ledger.standings(one.target for one in known)
        await ledger.keep(known)
        runs = [(one.target, one.readings.settled) for one in known]
        await ledger.sight([(target, run) for target, run in runs if run])


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("web"), prepare=soaked) as served:
        yield served


def test_waiting_ends_when_the_gate_opens(street: Served) -> None:
    words = ("gate", "presenteren", "8.6.0", "--url", street.url, "--wait", "50s", "--json")
    with Client(base_url=f"{street.url}/api/v1", timeout=30) as client:
        token = bearer(given_out(street, Scope.MAINTENANCE_WRITE))
        freeze = client.post("/freezes", json=FREEZE, headers=token).json()["id"]
        with started(*words) as waiting:
            assert waiting.stderr
            assert waiting.stderr.readline().startswith("closed: prod is frozen until")
            assert client.delete(f"/freezes/{freeze}", headers=token).status_code == 204
            told, _ = waiting.communicate(timeout=PATIENCE)
    assert waiting.returncode == 0
    answer = json.loads(told)
    assert answer["decision"] == "open"
    assert {one["outcome"] for one in answer["criteria"]} == {"met"}


@contextmanager
def started(*words: str) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-m", "monitor", *words],
        env=environ(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def test_an_open_gate_is_answered_at_once_and_shown(street: Served) -> None:
    told = ketenwacht("gate", "presenteren/v8", "8.6.0", "--url", street.url, "--wait", "1h")
    assert told.returncode == 0, told.stderr
    assert "presenteren/v8 8.6.0 to prod: open" in told.stdout


def test_a_wrong_question_at_a_distance_is_exit_2(street: Served) -> None:
    for words in (("nobody", "8.6.0"), ("presenteren/v99", "8.6.0"), ("presenteren", "0.1.0")):
        told = ketenwacht("gate", *words, "--url", street.url)
        assert told.returncode == 2, told.stdout
        assert told.stderr.strip()
        assert "Traceback" not in told.stderr


def test_evidence_fetched_holds_off_line(street: Served, tmp_path: Path) -> None:
    with Client(base_url=f"{street.url}/api/v1", timeout=30) as client:
        (tmp_path / "keys.json").write_bytes(client.get("/keys").content)
        answer = client.get("/gates/presenteren/v8/8.6.0/evidence")
        (tmp_path / "gate.jws").write_bytes(answer.content)
    told = ketenwacht(
        *("gate", "verify", str(tmp_path / "gate.jws"), "--key", str(tmp_path / "keys.json"))
    )
    assert told.returncode == 0, told.stderr
    assert "The signature holds." in told.stdout
    assert "open" in told.stdout
