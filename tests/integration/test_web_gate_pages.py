"""The record of order on its page: fifty versions at a time, and whole for machines."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from httpx2 import Client

from monitor.board import Board
from monitor.domain.landscape import LineId, TargetId
from monitor.domain.sighting import Seen, Sighting
from monitor.storage.engine import Database
from monitor.storage.ledger import Ledger
from tests.e2e.serving import Served, serving
from tests.e2e.street import NOON, standings

STAM = LineId("stam", "5")
VERSIONS = 120


async def long_lived(database: Database, board: Board) -> None:
    """A version each day, on LTO two hours before PROD."""
    runs = []
    for number in range(VERSIONS):
        for place, later in (("lto", timedelta()), ("prod", timedelta(hours=2))):
            by = NOON - timedelta(days=VERSIONS - number) + later
            seen = Seen(served=True, version=f"5.0.{number}", fingerprint=None)
            run = Sighting(seen=seen, after=by - timedelta(minutes=1), by=by, last=by, settled=True)
            runs.append((TargetId(STAM, place), run))
    async with database.begin() as tx:
        ledger = Ledger(tx)
        await ledger.standings(one.target for one in standings(board.landscape))
        await ledger.sight(runs)


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("gate"), prepare=long_lived) as served:
        yield served


@pytest.fixture
def ask(street: Served) -> Iterator[Client]:
    with Client(base_url=street.url, timeout=60, headers={"accept-language": "en"}) as client:
        yield client


def versions(page: str) -> list[int]:
    return [int(found) for found in re.findall(r"<b>5\.0\.(\d+)</b>", page)]


def followed(page: str, relation: str) -> str | None:
    found = re.search(f'<a href="([^"#]*)#record" rel="{relation}">', page)
    return found[1].replace("&amp;", "&") if found else None


def test_the_pages_hold_every_version_once_and_the_newest_first(ask: Client) -> None:
    told: list[int] = []
    path: str | None = "/gate?line=stam/5"
    pages = []
    while path:
        page = ask.get(path).text
        pages.append(versions(page))
        path = followed(page, "next")
        told.extend(pages[-1])
    assert told == list(reversed(range(VERSIONS)))
    assert [len(one) for one in pages] == [50, 50, 20]


def test_a_page_tells_which_part_it_is_and_leads_back(ask: Client) -> None:
    page = ask.get("/gate?line=stam/5&page=2").text
    assert "51 to 100 of 120" in page
    assert followed(page, "prev") == "/gate?line=stam%2F5&page=1"


def test_beyond_the_last_page_is_the_last_page(ask: Client) -> None:
    assert versions(ask.get("/gate?page=999").text) == list(reversed(range(20)))


@pytest.mark.parametrize("page", ["0", "-1", "x", "1" * 40])
def test_a_page_that_cannot_be_is_refused(ask: Client, page: str) -> None:
    assert ask.get("/gate", params={"page": page}).status_code == 400


def test_machines_get_all_of_it(ask: Client) -> None:
    assert len(ask.get("/api/v1/order-record").json()["items"]) == VERSIONS
    assert len(ask.get("/gate/order-record.csv").text.splitlines()) == VERSIONS + 1
