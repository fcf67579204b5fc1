"""What outside parties report goes the way of every other answer."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import uvicorn
from httpx2 import AsyncClient

from monitor.bootstrap import Monitor, Works, configured, connected, utc_now, watching
from monitor.desk.tokens import issue
from monitor.domain.landscape import LineId, TargetId
from monitor.domain.token import Scope
from monitor.storage.ledger import Ledger
from web.app import create_app

CATALOGUE = """
catalogue: 1
environments:
  lto: {name: {nl: LTO, en: LTO}}
  prod: {name: {nl: PROD, en: PROD}}
interfaces:
  stam:
    title: {nl: STAM, en: STAM}
    chain: vth
    standard: STAM
    checks:
      - {kind: reported, expect_every: 1d}
    lines:
      "5":
        targets: {lto: {}, prod: {}}
"""
PROD = TargetId(LineId("stam", "5"), "prod")
PATH = "/api/v1/observations"


@pytest.fixture
async def works(tmp_path: Path) -> AsyncIterator[Works]:
    catalogue = tmp_path / "own.yaml"
    catalogue.write_text(CATALOGUE, "utf-8")
    settings = configured(catalogue=(catalogue,), database_url=f"sqlite:///{tmp_path}/own.db")
    async with connected(settings, secrets={}) as works, watching(works):
        yield works


@pytest.fixture
async def ask(works: Works) -> AsyncIterator[AsyncClient]:
    @asynccontextmanager
    async def assembled() -> AsyncIterator[Monitor]:
        yield works.monitor

    issued = issue("STAM push", [Scope.OBSERVATIONS_WRITE], utc_now())
    async with works.monitor.database.begin() as tx:
        await Ledger(tx).keep_token(issued.token, issued.digest)
    config = uvicorn.Config(create_app(assembled), port=0, log_level="warning", lifespan="on")
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110  it has no event for this
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    headers = {"authorization": f"Bearer {issued.text}"}
    async with AsyncClient(
        base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=60
    ) as client:
        yield client
    server.should_exit = True
    await serving


def report(**changed: object) -> dict[str, object]:
    at = utc_now() - timedelta(minutes=1)
    told = {"line": "stam/5", "environment": "prod", "at": at.isoformat(), "outcomeClass": "ok"}
    return {**told, **changed}


async def test_a_report_is_recorded_before_it_is_answered(works: Works, ask: AsyncClient) -> None:
    answer = await ask.post(PATH, json=report(version="5.0.1", reason="delivered"))
    assert answer.status_code == 201, answer.text
    told = answer.json()
    assert (told["check"], told["version"], told["outcomeClass"]) == ("reported", "5.0.1", "ok")
    assert told["evidence"] == {"reportedBy": "token STAM push"}
    current = works.board.standings[PROD].readings.current
    assert current
    assert current.seen.version == "5.0.1"
    listed = (await ask.get(f"{PATH}?line=stam/5&environment=prod")).json()["items"]
    assert listed == [told]


async def test_the_same_report_again_is_answered_alike(ask: AsyncClient) -> None:
    told = report(version="5.0.1")
    first, again = await ask.post(PATH, json=told), await ask.post(PATH, json=told)
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    other = await ask.post(PATH, json={**told, "version": "5.0.2"})
    assert other.status_code == 409
    assert len((await ask.get(PATH)).json()["items"]) == 1


async def test_what_is_not_reported_on_is_refused_with_what_is(ask: AsyncClient) -> None:
    answer = await ask.post(PATH, json=report(environment="pre"))
    assert answer.status_code == 400
    assert "stam/5@lto, stam/5@prod" in answer.json()["detail"]
    named = await ask.post(PATH, json=report(check="health"))
    assert named.json()["errors"][0]["location"] == {"pointer": "/check"}
    failed = await ask.post(PATH, json=report(outcomeClass="failed", version="5.0.1"))
    assert failed.json()["errors"][0]["location"] == {"pointer": "/version"}
