"""Feeds, badges and widgets, asked over a real socket and read by who knows their formats."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from xml.etree import ElementTree as ET

import pytest
from httpx2 import Client

from monitor.board import Board
from monitor.domain.event import EVERYWHERE, Event, EventType
from monitor.storage.engine import Database
from monitor.storage.ledger import Ledger
from monitor.storage.page import cursor_of
from tests.e2e.serving import Served, serving
from tests.e2e.street import NOON

ATOM = "{http://www.w3.org/2005/Atom}"
HOSTILE = "8.6.0\x07<script>alert(1)</script>\u202e]]>&amp;"


def told(kind: EventType, subject: str, minutes: int, **facts: str) -> Event:
    at = NOON - timedelta(minutes=minutes)
    return Event(type=kind, subject=subject, at=at, key=f"{kind}:{subject}:{minutes}", facts=facts)


TOLD = (
    told(EventType.OUTAGE_OPENED, "stam/5@prod", 50, incident="i1", reason=HOSTILE),
    told(EventType.OUTAGE_RESOLVED, "stam/5@prod", 40, incident="i1"),
    told(EventType.OUTAGE_OPENED, "pre", 30, incident="i2", reason="five went down"),
    told(EventType.NOTICE_REFUSED, "stam/5@lto", 20, reason="403"),
    told(EventType.ROLLOUT_ARRIVED, "presenteren/v8@lto", 10, rollout="r1", version="8.6.0"),
    told(EventType.MAINTENANCE_PLANNED, EVERYWHERE, 5, interfaces="stam", reason="a new disk"),
)


async def something_told(database: Database, _board: Board) -> None:
    async with database.begin() as tx:
        await Ledger(tx).tell(TOLD)


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("feeds"), prepare=something_told) as served:
        yield served


@pytest.fixture
def ask(street: Served) -> Iterator[Client]:
    with Client(base_url=street.url, timeout=30) as client:
        yield client


def kinds(ask: Client, path: str) -> list[str]:
    answer = ask.get(f"/feeds/{path}.json")
    assert answer.status_code == 200, answer.text
    return [one["tags"][0] for one in answer.json()["items"]]


def test_the_feed_of_all_tells_everything_but_operators_notices(ask: Client) -> None:
    assert kinds(ask, "all") == [
        "maintenance.planned",
        "rollout.arrived",
        "outage.opened",
        "outage.resolved",
        "outage.opened",
    ]


def test_the_list_of_events_leaves_out_the_same_and_its_cursor_goes_past_it(ask: Client) -> None:
    told: list[str] = []
    after = ""
    for _ in range(6):
        page = ask.get(f"/api/v1/events?limit=1{after}").json()
        told.extend(one["type"].split(".", 2)[2] for one in page["items"])
        after = f"&after={page['next']}"
    assert [one.removesuffix(".v1") for one in reversed(told)] == kinds(ask, "all")


def test_a_cursor_ahead_of_all_that_was_told_is_refused_instead_of_waited_at(ask: Client) -> None:
    newest = ask.get("/api/v1/events").json()["next"]
    at_the_end = ask.get("/api/v1/events", params={"after": newest})
    assert (at_the_end.status_code, at_the_end.json()) == (200, {"items": [], "next": newest})
    ahead = ask.get("/api/v1/events", params={"after": cursor_of(1_000)})
    assert ahead.status_code == 400
    assert "a backup was put back; leave it out to begin anew" in ahead.json()["detail"]


def test_a_line_s_feed_tells_what_concerns_the_line_wherever_it_runs(ask: Client) -> None:
    found = kinds(ask, "lines/stam/5")
    assert found == ["maintenance.planned", "outage.opened", "outage.resolved", "outage.opened"]


def test_an_interface_s_feed_leaves_out_other_interfaces(ask: Client) -> None:
    assert kinds(ask, "interfaces/presenteren") == ["rollout.arrived", "outage.opened"]


def test_an_environment_s_feed_leaves_out_other_environments(ask: Client) -> None:
    assert kinds(ask, "environments/lto") == ["maintenance.planned", "rollout.arrived"]
    assert kinds(ask, "environments/pre") == ["maintenance.planned", "outage.opened"]


def test_atom_is_well_formed_complete_and_free_of_markup(ask: Client) -> None:
    answer = ask.get("/feeds/all.atom")
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    feed = ET.fromstring(answer.content)  # noqa: S314  it is our own
    entries = feed.findall(f"{ATOM}entry")
    assert len(entries) == 5
    for one in (feed, *entries):
        for name in ("id", "title", "updated"):
            found = one.find(f"{ATOM}{name}")
            assert found is not None, name
            assert found.text, name
    newest = entries[0].findtext(f"{ATOM}updated")
    assert feed.findtext(f"{ATOM}updated") == newest
    assert all(one.find(f"{ATOM}content").get("type") == "text" for one in entries)  # type: ignore[union-attr]
    assert "<script>" not in answer.text
    assert "\u202e" not in answer.text
    assert len({one.findtext(f"{ATOM}id") for one in entries}) == 5


def test_both_formats_tell_the_same_under_the_same_ids(ask: Client) -> None:
    feed = ET.fromstring(ask.get("/feeds/all.atom").content)  # noqa: S314  it is our own
    items = ask.get("/feeds/all.json").json()["items"]
    ids = [one.findtext(f"{ATOM}id") for one in feed.findall(f"{ATOM}entry")]
    assert [one["id"] for one in items] == ids
    for one in items:
        assert datetime.fromisoformat(one["date_modified"]).tzinfo


def test_ids_do_not_depend_on_the_language(ask: Client) -> None:
    dutch, english = (
        ask.get("/feeds/all.json", params={"lang": one}).json() for one in ("nl", "en")
    )
    assert [one["id"] for one in dutch["items"]] == [one["id"] for one in english["items"]]
    assert [one["title"] for one in dutch["items"]] != [one["title"] for one in english["items"]]


def test_a_reader_that_follows_the_feed_s_own_address_keeps_its_language(ask: Client) -> None:
    for query in ("", "?lang=en"):
        json_feed = ask.get(f"/feeds/all.json{query}").json()
        assert json_feed["feed_url"].endswith(f"/feeds/all.json{query}")
        atom = ET.fromstring(ask.get(f"/feeds/all.atom{query}").content)  # noqa: S314  it is our own
        (own,) = (one for one in atom.findall(f"{ATOM}link") if one.get("rel") == "self")
        assert own.get("href", "").endswith(f"/feeds/all.atom{query}")


@pytest.mark.parametrize("path", ["/feeds/all.atom", "/feeds/all.json", "/badge/stam/5/prod.svg"])
def test_who_has_it_already_gets_nothing_again(ask: Client, path: str) -> None:
    first = ask.get(path)
    again = ask.get(path, headers={"if-none-match": first.headers["etag"]})
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")


@pytest.mark.parametrize(
    "path",
    [
        "/feeds/all",
        "/feeds/all.rss",
        "/feeds/nothing.atom",
        "/feeds/environments/kato9.atom",
        "/feeds/interfaces/unknown.json",
        "/feeds/lines/stam/99.atom",
        "/feeds/lines/stam.atom",
        "/badge/stam/5/nowhere.svg",
        "/badge/stam/99/prod.svg",
        "/badge/stam/5/prod.png",
    ],
)
def test_what_is_not_there_is_not_found(ask: Client, path: str) -> None:
    assert ask.get(path).status_code == 404


def test_a_badge_says_version_and_state_to_who_cannot_see_it(ask: Client) -> None:
    answer = ask.get("/badge/presenteren/v8/prod.svg", params={"lang": "en"})
    assert answer.headers["content-type"] == "image/svg+xml; charset=utf-8"
    drawn = ET.fromstring(answer.content)  # noqa: S314  it is our own
    spoken = drawn.get("aria-label") or ""
    assert spoken.startswith("presenteren v8 PROD: ")
    assert drawn.findtext("{http://www.w3.org/2000/svg}title") == spoken
    assert drawn.get("role") == "img"


def test_widgets_find_the_shape_that_they_know(ask: Client) -> None:
    told = ask.get("/api/v2/summary.json").json()
    assert told["page"].keys() >= {"id", "name", "url", "time_zone", "updated_at"}
    assert told["status"]["indicator"] in {"none", "minor", "major", "critical", "maintenance"}
    groups = {one["id"] for one in told["components"] if one["group"]}
    parts = [one for one in told["components"] if not one["group"]]
    assert parts
    assert {one["group_id"] for one in parts} <= groups
    brief = ask.get("/api/v2/status.json").json()
    assert brief == {"page": told["page"], "status": told["status"]}


def test_an_outage_is_an_incident_of_the_widget(ask: Client) -> None:
    told = ask.get("/api/v2/summary.json").json()
    down = [one["id"] for one in told["components"] if one["status"] == "major_outage"]
    assert told["status"]["indicator"] in {"major", "critical"}
    assert any(one.endswith("@prod") for one in down)
    assert [one["impact"] for one in told["incidents"]]
