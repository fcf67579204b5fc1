"""The pages on the gate and the record of order: they say what their JSON says."""

import csv
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from html import unescape
from io import StringIO
from urllib.parse import quote

import pytest
from httpx2 import Client, Response

from monitor.board import Board
from monitor.domain.freeze import Freeze
from monitor.domain.gate import Answer, CriterionName, GateQuestion, Override
from monitor.domain.landscape import TargetId
from monitor.domain.standing import TargetStanding
from monitor.storage.engine import Database
from monitor.storage.ledger import Ledger
from tests.e2e.releases import HOSTILE, PRESENTEREN, SWF, after_rollouts
from tests.e2e.serving import Served, serving
from tests.e2e.street import NOON, standing, standings

GATE = "/gate/presenteren/v8/8.6.0"


async def prepared(database: Database, board: Board) -> None:
    """LTO has 8.6.0 of presenteren for ten days, PROD still 8.5.2; swf is on both."""
    lto = standing(TargetId(PRESENTEREN, "lto"), age=timedelta(days=10))
    others = [one for one in standings(board.landscape) if one.target != lto.target]
    known = [_read_by_document(one) for one in (*others, lto)]
    async with database.begin() as tx:
        ledger = Ledger(tx)
        await ledger.standings(one.target for one in known)
        await ledger.keep(known)
        await ledger.sight(
            [(one.target, one.readings.settled) for one in known if one.readings.settled]
        )
        await ledger.override(
            Override(
                question=GateQuestion(PRESENTEREN, "8.6.0", "prod"),
                at=NOON - timedelta(hours=1),
                by="token releasemanager",
                reason=f"agreed {HOSTILE}",
                decision=Answer.CLOSED,
                objections=(CriterionName.SOAKED,),
            )
        )
        await ledger.keep_freeze(
            Freeze(
                id="f",
                starts_at=NOON + timedelta(days=80),
                ends_at=NOON + timedelta(days=95),
                reason=f"the year ends {HOSTILE}",
                environments=("prod",),
            )
        )
    await after_rollouts(database, board)


def _read_by_document(one: TargetStanding) -> TargetStanding:
    return replace(one, readings=replace(one.readings, source="openapi_document"))


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("web"), prepare=prepared) as served:
        yield served


@pytest.fixture
def ask(street: Served) -> Iterator[Client]:
    with Client(base_url=street.url, timeout=30) as client:
        yield client


def words(page: Response | str) -> str:
    text = page if isinstance(page, str) else page.text
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())


def test_page_and_api_give_the_same_answer(ask: Client) -> None:
    page = ask.get(GATE)
    told = ask.get(f"/api/v1/gates{GATE.removeprefix('/gate')}").json()
    answers = {
        "open": "Vrijgegeven voor productie",
        "closed": "Niet vrijgegeven",
        "unknown": "Niet te zeggen",
    }
    assert answers[told["decision"]] in words(page)
    items = re.findall(r'<li class="card s-(\w+)">(.*?)</li>', page.text, re.DOTALL)
    assert [outcome for outcome, _ in items] == [one["outcome"] for one in told["criteria"]]
    assert len(items) == 6
    assert "Ontvangen: voldaan LTO heeft 8.6.0, sinds uiterlijk 20 sep 2026 14:00." in words(page)
    assert "PROD heeft haar nog niet; daar draait 8.5.2." in words(page)
    assert "De volgende begint op 19 dec 2026 13:00." in words(page)
    english = words(ask.get(f"{GATE}?lang=en"))
    assert "LTO has 8.6.0, since 20 Sep 2026 14:00 at the latest." in english


def test_an_override_stands_beside_the_computed_answer(ask: Client) -> None:
    page = ask.get(GATE)
    told = words(page)
    assert "Er is anders besloten; het berekende antwoord verandert er niet door" in told
    assert f"token releasemanager, 13:00 : agreed {HOSTILE}" in told
    assert "Toen berekend: niet vrijgegeven (Lang genoeg gedraaid)" in told
    assert HOSTILE not in page.text
    assert "anders besloten" not in ask.get("/gate/presenteren/v8/8.5.2").text


def test_the_answer_can_be_taken_along_signed(ask: Client) -> None:
    page = ask.get(GATE).text
    links = re.findall(r'href="(/api/v1/gates/[^"]+|/api/v1/keys)"', page)
    assert len(links) == 3
    for link in links:
        assert ask.get(unescape(link)).status_code == 200


def test_a_question_in_the_form_has_an_address_of_its_own(ask: Client) -> None:
    asked = ask.get("/gate?line=presenteren/v8&version=+8.6.0&environment=prod&lang=en")
    assert asked.status_code == 303
    assert asked.headers["location"] == f"{GATE}?environment=prod"
    assert "lang=en" in asked.headers["set-cookie"]
    odd = ask.get("/gate", params={"line": "stam/5", "version": "5/../../x"})
    assert odd.headers["location"] == "/gate/stam/5/5%2F..%2F..%2Fx?environment=prod"


@pytest.mark.parametrize(
    "path",
    [
        *("/gate/nobody/v8/8.6.0", "/gate/presenteren/v99/8.6.0", "/gate/stam/5/banana"),
        *(f"{GATE}?environment=mars", f"{GATE}?environment=lto", "/gate/stam/5/%00"),
        f"/gate/stam/5/{quote(HOSTILE)}",
    ],
)
def test_a_wrong_question_comes_back_with_the_form(ask: Client, path: str) -> None:
    page = ask.get(path)
    assert page.status_code in {400, 404}
    assert HOSTILE not in page.text
    if page.status_code == 400:
        assert "Deze vraag klopt niet" in page.text
        assert 'aria-invalid="true" aria-describedby="wrong"' in page.text
        assert '<form class="filters" action="/gate"' in page.text


def test_page_api_and_csv_hold_the_same_record_of_order(ask: Client) -> None:
    told = ask.get("/api/v1/order-record").json()["items"]
    assert len(told) > 10
    table = list(csv.DictReader(StringIO(ask.get("/gate/order-record.csv").text)))
    assert [(one["line"], one["version"], one["verdict"]) for one in table] == [
        (one["line"], one["version"], one["verdict"]) for one in told
    ]
    page = ask.get("/gate")
    body = re.search(r'id="record".*', page.text, re.DOTALL)
    assert body
    rows = re.findall(r"<tr><th scope=\"row\">.*?</tr>", body[0], re.DOTALL)
    assert len(rows) == len(told)
    for row, one in zip(rows, told, strict=True):
        assert one["title"] in words(row)
        assert one["version"] in words(row)
    of_one = ask.get(f"/gate/order-record.csv?line={SWF}&utm_source=x")
    assert {one["line"] for one in csv.DictReader(StringIO(of_one.text))} == {str(SWF)}
    assert "attachment" in of_one.headers["content-disposition"]


def test_what_is_on_its_way_and_when_nothing_goes_stand_at_the_gate(ask: Client) -> None:
    page = ask.get("/gate")
    assert f'href="{GATE}?environment=prod"' in page.text
    assert "19 dec 2026 13:00 – 3 jan 2027 13:00" in words(page)
    assert HOSTILE not in page.text


def test_every_link_of_the_gate_leads_somewhere(ask: Client) -> None:
    for path in ("/gate", GATE):
        for link in re.findall(r'<a [^>]*href="(/[^"]*)"', ask.get(path).text):
            answer = ask.get(unescape(link).partition("#")[0], follow_redirects=True)
            assert answer.status_code == 200, link
