"""Findings and rollouts as pipelines and suppliers read them, over a real socket."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from httpx2 import Client

from checks.outcome import Contract
from monitor.board import Board
from monitor.domain.finding import Finding, FindingKind, FindingPhase, Severity
from monitor.domain.landscape import LineId
from monitor.domain.rollout import Announcement, Rollout, Stage, StageState, rollout_id
from monitor.storage.engine import Database
from monitor.storage.ledger import Ledger
from tests.e2e.serving import Served, serving
from tests.e2e.street import NOON

DAY = timedelta(days=1)
V8 = LineId("presenteren", "v8")
LAG = Finding(
    id="presenteren~v8~lag~1",
    key="presenteren~v8~lag",
    kind=FindingKind.LAG,
    severity=Severity.INFO,
    phase=FindingPhase.ROLLING_OUT,
    line=V8,
    environments=("lto", "pre", "prod"),
    opened_at=NOON - DAY,
    tolerated_until=NOON + 2 * DAY,
    resolved_at=None,
    evidence={"readings": ({"environment": "lto", "served": True, "version": "8.6.0"},)},
    changed_at=NOON - DAY,
)
OVERDUE = replace(
    LAG, phase=FindingPhase.OVERDUE, severity=Severity.WARNING, changed_at=NOON - DAY / 2
)
OVER = replace(
    LAG,
    id="stam~5~mixed~1",
    kind=FindingKind.MIXED,
    phase=FindingPhase.RESOLVED,
    line=LineId("stam", "5"),
    environments=("prod",),
    opened_at=NOON - 9 * DAY,
    resolved_at=NOON - 8 * DAY,
    changed_at=NOON - 8 * DAY,
)
GONE = replace(OVER, id="gone~1~mixed~1", line=LineId("gone", "1"))
ROLLOUT = Rollout(
    id=rollout_id(V8, "8.6.0"),
    line=V8,
    version="8.6.0",
    opened_at=NOON - 2 * DAY,
    announced=Announcement(
        at=NOON - 2 * DAY, by="token KATO", key="k", planned={"prod": NOON + DAY}
    ),
    stages={
        "lto": Stage(
            state=StageState.ARRIVED,
            arrived_after=NOON - DAY,
            arrived_by=NOON - DAY + timedelta(minutes=1),
            contract_before="before",
            contract_after="after",
        ),
        "prod": Stage(due_at=NOON + DAY),
    },
)
CONTRACTS = (
    Contract("before", '{"openapi":"3.0.0","paths":{"/a":{"get":{"responses":{}}}}}'),
    Contract("after", '{"openapi":"3.0.0","paths":{"/b":{"get":{"responses":{}}}}}'),
)


async def prepared(database: Database, _board: Board) -> None:
    async with database.begin() as tx:
        ledger = Ledger(tx)
        for contract in CONTRACTS:
            await ledger.contract(contract, NOON - DAY)
        await ledger.keep_findings([LAG, OVER, GONE])
        await ledger.keep_findings([OVERDUE])
        await ledger.keep_rollouts([ROLLOUT])


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("web"), prepare=prepared) as served:
        yield served


@pytest.fixture
def ask(street: Served) -> Iterator[Client]:
    with Client(base_url=f"{street.url}/api/v1", timeout=30) as client:
        yield client


def ids(ask: Client, query: str = "") -> list[str]:
    return [one["id"] for one in ask.get(f"/findings?{query}").json()["items"]]


def test_a_finding_is_told_by_the_names_of_the_api(ask: Client) -> None:
    told = ask.get("/findings?state=open").json()["items"]
    assert told == [
        {
            "id": LAG.id,
            "kind": "lag",
            "severity": "warning",
            "phase": "overdue",
            "line": "presenteren/v8",
            "title": "Omgevingsdocumenten presenteren v8",
            "environments": ["lto", "pre", "prod"],
            "openedAt": "2026-09-29T12:00:00Z",
            "changedAt": "2026-09-30T00:00:00Z",
            "toleratedUntil": "2026-10-02T12:00:00Z",
            "resolvedAt": None,
            "evidence": {"readings": [{"environment": "lto", "served": True, "version": "8.6.0"}]},
        }
    ]


def test_findings_are_chosen_by_state_kind_line_environment_and_moment(ask: Client) -> None:
    assert ids(ask)[0] == LAG.id
    assert len(ids(ask)) == 3
    assert ids(ask, "kind=mixed&line=stam/5") == [OVER.id]
    assert set(ids(ask, "environment=prod")) == {LAG.id, OVER.id, GONE.id}
    assert ids(ask, "environment=pre") == [LAG.id]
    assert set(ids(ask, "at=2026-09-22T00:00:00Z")) == {OVER.id, GONE.id}
    assert ids(ask, "state=open&kind=mixed") == []
    assert ids(ask, "line=gone/1") == [GONE.id]  # also of what left the catalogue


def test_a_long_list_comes_in_parts(ask: Client) -> None:
    first = ask.get("/findings?limit=2").json()
    rest = ask.get("/findings", params={"limit": 2, "cursor": first["next"]}).json()
    assert len(first["items"]) == 2
    assert len(rest["items"]) == 1
    assert rest["next"] is None


def test_a_finding_has_its_history(ask: Client) -> None:
    told = ask.get(f"/findings/{LAG.id}").json()
    assert [one["phase"] for one in told["history"]] == ["rollingOut", "overdue"]
    assert [one["at"] for one in told["history"]] == [
        "2026-09-29T12:00:00Z",
        "2026-09-30T00:00:00Z",
    ]


def test_a_rollout_tells_where_it_is_and_what_it_changed(ask: Client) -> None:
    (listed,) = ask.get("/rollouts?state=open&line=presenteren/v8").json()["items"]
    assert listed["id"] == "presenteren~v8~8.6.0"
    assert listed["announcement"]["by"] == "token KATO"
    lto, prod = listed["stages"]
    assert (lto["environment"], lto["state"]) == ("lto", "arrived")
    assert lto["arrivedAfter"] == "2026-09-29T12:00:00Z"
    assert (prod["state"], prod["planned"]) == ("planned", "2026-10-01T12:00:00Z")
    detail = ask.get(f"/rollouts/{listed['id']}").json()
    (change,) = detail["contracts"]
    assert change["environment"] == "lto"
    assert any("/b" in one for one in change["added"])
    assert any("/a" in one for one in change["removed"])
    assert [one["id"] for one in detail["findings"]] == [LAG.id]


def test_titles_come_in_the_language_that_is_asked_for(ask: Client) -> None:
    told = ask.get("/findings?state=open&lang=en").json()["items"]
    assert told[0]["title"] == "Present spatial planning documents v8"


def test_life_cycles_tell_phase_and_days_of_every_line(ask: Client) -> None:
    told = ask.get("/life-cycles").json()
    assert told["today"] == "2026-09-30"
    stam = next(one for one in told["items"] if one["line"] == "stam/4")
    assert (stam["supportedUntil"], stam["runOutUntil"]) == ("2026-10-01", "2027-01-01")
    assert stam["daysLeft"] == 1
    assert stam["phase"] == "previous"
    assert stam["firstDays"]["lto"] == "2024-01-01"


@pytest.mark.parametrize(
    "path",
    [
        *("/findings?kind=everything", "/findings?state=closed", "/findings?line=nobody"),
        *("/findings?line=nobody/v1", "/findings?environment=mars", "/findings?cursor=x"),
        *("/findings?at=yesterday", "/findings?limit=0", "/findings?x=1", "/rollouts?line=x"),
        *("/rollouts?cursor=%00", "/rollouts?environment=prod", "/life-cycles?x=1"),
    ],
)
def test_a_wrong_question_is_refused(ask: Client, path: str) -> None:
    answer = ask.get(path)
    assert answer.status_code == 400, answer.text
    assert answer.json()["errors"]


@pytest.mark.parametrize(
    "path", ["/findings/x", "/findings/%00", "/rollouts/x", "/rollouts/%ff", "/rollouts/a%2Fb"]
)
def test_what_is_not_there_is_not_found(ask: Client, path: str) -> None:
    assert ask.get(path).status_code == 404
