"""`ketenwacht subscription`: who is told, and what is kept of an address."""

import asyncio
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from monitor.cli.app import app
from monitor.desk.derived import Derived
from monitor.desk.subscribing import Subscribing
from monitor.desk.wishes import Wish
from monitor.domain.subscription import Channel, Wanted
from monitor.storage.engine import Database
from monitor.storage.queries import Queries
from tests.building import NOON, PRESENTEREN

DERIVED = Derived(b"k" * 40)
ANNA = "anna@bedrijf.example"


@pytest.fixture
def url(tmp_path: Path) -> str:
    """A database with a confirmed subscription by mail."""
    url = f"sqlite:///{tmp_path / 'cli.db'}"
    asyncio.run(_prepared(url))
    return url


async def _prepared(url: str) -> None:
    database = await Database.open(url)
    try:
        desk = Subscribing(database, DERIVED)
        wanted = Wanted(events=("drift",), lines=(PRESENTEREN,))
        wish = Wish(channel=Channel.MAIL, address=ANNA, mailbox=ANNA, wanted=wanted)
        opened = await desk.ask(wish, "n", NOON)
        assert await desk.confirm(opened.id, DERIVED.token("confirm", opened.id), NOON)
    finally:
        await database.close()


def run(url: str, *arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["subscription", *arguments, "--database-url", url])
    return result.exit_code, result.output


def test_the_list_shows_who_is_told_and_no_address(url: str) -> None:
    code, table = run(url, "list")
    assert (code, "anna" in table) == (0, False)
    assert "drift" in table
    code, text = run(url, "list", "--json")
    (one,) = json.loads(text)["items"]
    assert (one["address"], one["state"], one["lines"]) == (
        *("a…@bedrijf.example", "active"),
        ["presenteren/v8"],
    )


def test_a_person_gets_everything_and_is_erased_without_a_trace(url: str) -> None:
    code, text = run(url, "export", "ANNA@bedrijf.example")
    (one,) = json.loads(text)["items"]
    assert (code, one["subscription"]["address"]) == (0, ANNA)
    assert [sent["kind"] for sent in one["deliveries"]] == ["confirmation"]
    assert run(url, "erase", ANNA)[0] == 0
    assert run(url, "erase", ANNA)[0] == 1
    code, text = run(url, "export", ANNA)
    assert (code, json.loads(text)["items"]) == (1, [])
    assert all("anna" not in act.lower() for act in asyncio.run(_acts(url)))


async def _acts(url: str) -> list[str]:
    database = await Database.open(url)
    try:
        async with database.read() as tx:
            acts = [repr(act) for act in await Queries(tx).acts()]
    finally:
        await database.close()
    assert len(acts) == 3, "two looks and one erasure are on record"
    return acts
