"""The gate, its evidence, overrides, announcements and freezes, over a real socket."""

import csv
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from httpx2 import Client, Response

from monitor.board import Board
from monitor.desk.asking import Answered, Written, answered
from monitor.desk.document import gate_document
from monitor.desk.signing import keys_of, verify
from monitor.domain.token import Scope
from monitor.storage.engine import Database
from monitor.storage.ledger import Ledger
from monitor.storage.queries import Queries
from tests.e2e.serving import Served, serving
from tests.e2e.street import NOON, standings
from tests.integration.test_web_permits import bearer, given_out, told_by

GATE = "/gates/presenteren/v8/8.6.0"
FREEZE = {
    "startsAt": "2026-09-30T10:00:00Z",
    "endsAt": "2026-09-30T11:00:00Z",
    "environments": ["prod"],
    "reason": "the year ends",
}


async def prepared(database: Database, board: Board) -> None:
    known = list(standings(board.landscape))
    async with database.begin() as tx:
        ledger = Ledger(tx)
        await ledger.standings(one.target for one in known)
        await ledger.keep(known)
        runs = [(one.target, one.readings.settled) for one in known]
        await ledger.sight([(target, run) for target, run in runs if run])


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("web"), prepare=prepared) as served:
        yield served


@pytest.fixture
def ask(street: Served) -> Iterator[Client]:
    with Client(base_url=f"{street.url}/api/v1", timeout=30) as client:
        yield client


@pytest.fixture(scope="module")
def planner(street: Served) -> dict[str, str]:
    return bearer(given_out(street, Scope.MAINTENANCE_WRITE))


def outcomes(answer: Response) -> dict[str, str]:
    return {one["name"]: one["outcome"] for one in answer.json()["criteria"]}


def test_the_gate_tells_six_criteria_with_their_evidence(ask: Client) -> None:
    answer = ask.get(GATE)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert (told["line"], told["version"]) == ("presenteren/v8", "8.6.0")
    assert (told["environment"], told["evaluatedAt"]) == ("prod", "2026-09-30T12:00:00Z")
    assert list(outcomes(answer)) == ["received", "first", "soaked", "quiet", "fresh", "notFrozen"]
    assert outcomes(answer)["received"] == "met"
    assert told["decision"] != "open"  # nothing has soaked: its clock never ran
    assert all(one["reason"] and one["kind"] for one in told["criteria"])
    assert told["override"] is None


def test_the_command_line_and_the_api_say_the_same(street: Served, ask: Client) -> None:
    async def asked() -> Answered:
        monitor = street.monitor[0]
        async with monitor.database.read() as tx:
            landscape = monitor.board.landscape
            written = Written("presenteren", "8.6.0", "prod")
            return await answered(tx, landscape, written, NOON)

    by_hand = dict(gate_document(told_by(street, asked())))
    by_api = ask.get(GATE).json()
    assert by_api.pop("title") == "Omgevingsdocumenten presenteren v8"
    assert by_api == by_hand


@pytest.mark.parametrize(
    "path",
    [
        *("/gates/nobody/v8/8.6.0", "/gates/presenteren/v99/8.6.0", "/gates/presenteren/v8/<b>"),
        *(f"{GATE}?environment=mars", f"{GATE}?environment=lto", f"{GATE}?x=1"),
        *("/gates/presenteren/v8/%00", "/gates/presenteren/v8/%ff", f"{GATE}?environment="),
        f"{GATE}/evidence?environment=mars",
    ],
)
def test_a_wrong_question_is_refused_in_words(ask: Client, path: str) -> None:
    answer = ask.get(path)
    assert answer.status_code == 400, answer.text
    assert answer.json()["detail"]


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("/gates/nobody/v8/8.6.0", ("path", "interface")),
        ("/gates/presenteren/v99/8.6.0", ("path", "line")),
        ("/gates/presenteren/v8/x%20y", ("path", "version")),
        (f"{GATE}?environment=mars", ("query", "environment")),
        (f"{GATE}?environment=lto", ("query", "environment")),
    ],
)
def test_a_wrong_question_says_which_part_of_it_is_wrong(
    ask: Client, path: str, place: tuple[str, str]
) -> None:
    (error,) = ask.get(path).json()["errors"]
    assert (error["in"], error["location"]["name"]) == place


def test_evidence_is_signed_and_holds_without_us(ask: Client) -> None:
    answer = ask.get(f"{GATE}/evidence?lang=en")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/gate-evidence+jws"
    assert "attachment" in answer.headers["content-disposition"]
    keys = ask.get("/keys")
    assert "private" not in keys.text
    assert [sorted(one) for one in keys.json()["keys"]] == [
        ["alg", "crv", "kid", "kty", "use", "x"]
    ]
    document = dict(verify(answer.text, keys_of(keys.text, "here")))
    assert document.pop("issuer")
    assert document == ask.get(f"{GATE}?lang=en").json()


def test_an_override_is_shown_and_changes_no_answer(street: Served, ask: Client) -> None:
    before = ask.get("/gates/stam/5/5.0.1").json()
    token = bearer(given_out(street, Scope.GATES_OVERRIDE))
    path = "/gates/stam/5/5.0.1/overrides"
    made = ask.post(path, json={"environment": "prod", "reason": "agreed"}, headers=token)
    assert made.status_code == 201, made.text
    after = ask.get("/gates/stam/5/5.0.1").json()
    assert after == made.json()
    assert after["override"]["by"] == "token pipeline"
    assert after["override"]["reason"] == "agreed"
    assert after["override"]["decision"] == before["decision"]
    assert after["decision"] == before["decision"]
    assert after["criteria"] == before["criteria"]
    assert ask.get("/gates/stam/5/5.0.2").json()["override"] is None
    wrong = ask.post("/gates/nobody/5/5.0.1/overrides", json={"reason": "x"}, headers=token)
    assert wrong.status_code == 400
    nowhere = ask.post(path, json={"environment": "mars", "reason": "x"}, headers=token)
    assert nowhere.json()["errors"][0]["location"] == {"pointer": "/environment"}
    blank = ask.post(path, json={"reason": "  "}, headers=token)
    assert blank.json()["errors"][0]["location"] == {"pointer": "/reason"}
    assert acts(street)[0] == ("token pipeline", "gate.overridden", "stam/5@prod 5.0.1")


def acts(street: Served) -> list[tuple[str, str, str]]:
    async def read() -> list[tuple[str, str, str]]:
        async with street.monitor[0].database.read() as tx:
            return [(one.who, one.what, one.subject) for one in await Queries(tx).acts()]

    return told_by(street, read())


def test_a_freeze_closes_the_gate_while_it_lasts(
    street: Served, ask: Client, planner: dict[str, str]
) -> None:
    path = "/gates/zoekinterface/v2/2.4.4"
    assert outcomes(ask.get(path))["notFrozen"] == "met"
    now = {**FREEZE, "endsAt": "2026-09-30T13:00:00Z", "interfaces": ["zoekinterface"]}
    made = ask.post("/freezes", json=now, headers=planner)
    assert made.status_code == 201, made.text
    assert made.json()["active"] is True
    assert outcomes(ask.get(path))["notFrozen"] == "notMet"
    assert ask.get(path).json()["decision"] == "closed"
    assert outcomes(ask.get(GATE))["notFrozen"] == "met"
    listed = ask.get("/freezes").json()["items"]
    assert made.json() in listed
    freeze = made.json()["id"]
    assert ask.delete(f"/freezes/{freeze}", headers=planner).status_code == 204
    assert ask.delete(f"/freezes/{freeze}", headers=planner).status_code == 404
    assert outcomes(ask.get(path))["notFrozen"] == "met"
    street.do(lambda: None)


@pytest.mark.parametrize(
    "changed",
    [
        {"endsAt": "2026-09-30T09:00:00Z"},
        {"endsAt": FREEZE["startsAt"]},
        {"environments": ["mars"]},
        {"lines": ["presenteren"]},
        {"lines": ["nobody/v1"]},
        {"interfaces": ["x"] * 101},
        {"timezone": "Mars/Olympus", "rrule": "FREQ=DAILY"},
        {"timezone": "Mars/Olympus"},  # once: it has an offset, and the page tells it by the zone
        {"rrule": "FREQ=SECONDLY"},
        {"rrule": "nonsense"},
        {"rrule": "FREQ=DAILY;COUNT=99999999999"},
        {"reason": ""},
    ],
)
def test_a_freeze_that_cannot_be_meant_is_refused(
    ask: Client, planner: dict[str, str], changed: dict[str, Any]
) -> None:
    answer = ask.post("/freezes", json={**FREEZE, **changed}, headers=planner)
    assert answer.status_code == 400, answer.text
    assert answer.json()["errors"]


def test_the_order_record_comes_as_json_and_as_a_table(ask: Client) -> None:
    told = ask.get("/order-record?line=presenteren/v8").json()["items"]
    assert told
    assert told[0].keys() >= {
        *("line", "version", "ltoArrivedAfter", "ltoArrivedBy", "prodArrivedAfter"),
        *("prodArrivedBy", "verdict", "leadTime"),
    }
    path = "/order-record?line=presenteren/v8"
    table = ask.get(path, headers={"accept": "text/csv"})
    assert table.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(StringIO(table.text)))
    assert [row["version"] for row in rows] == [one["version"] for one in told]
    assert rows[0].keys() == told[0].keys()
    both = ask.get(path, headers={"accept": "application/json, text/csv"})
    assert both.headers["content-type"] == "application/json"


def test_the_order_record_can_begin_later(ask: Client) -> None:
    every = ask.get("/order-record").json()["items"]
    late = (NOON - timedelta(days=10)).isoformat().replace("+00:00", "Z")
    some = ask.get("/order-record", params={"since": late}).json()["items"]
    assert 0 < len(some) < len(every)
    assert all(one["prodArrivedBy"] >= late for one in some)


def test_nothing_is_signed_without_a_key(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("web")
    with (
        serving(folder, prepare=prepared, signing=False) as served,
        Client(base_url=f"{served.url}/api/v1", timeout=30) as client,
    ):
        assert client.get("/keys").json() == {"keys": []}
        answer = client.get(f"{GATE}/evidence")
        assert answer.status_code == 503
        assert "KETENWACHT_SIGNING_KEY" in answer.json()["detail"]
