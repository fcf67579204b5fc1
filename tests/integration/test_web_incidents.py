"""Incidents and maintenance over a real socket: as JSON, and as pages."""

from collections.abc import Iterator
from typing import Any

import pytest
from httpx2 import Client, Response

from monitor.domain.token import Scope
from monitor.releases import newer_releases
from tests.e2e.serving import Served, serving
from tests.integration.test_web_permits import bearer, given_out, told_by

WINDOW: dict[str, Any] = {
    "startsAt": "2026-09-30T11:00:00Z",
    "endsAt": "2026-09-30T15:00:00Z",
    "environments": ["pre"],
    "reason": "new <b>cables</b>",
}
INCIDENT: dict[str, Any] = {
    "title": "STAM is <i>slow</i>",
    "environments": ["prod"],
    "lines": ["stam/5"],
    "phase": "investigating",
    "message": "We look for the cause & more.",
}
ESCAPED = {"<b>cables</b>": "&lt;b&gt;cables&lt;/b&gt;", "<i>slow</i>": "&lt;i&gt;slow&lt;/i&gt;"}


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("web")) as served:
        yield served


@pytest.fixture(scope="module")
def writer(street: Served) -> dict[str, str]:
    return bearer(given_out(street, Scope.MAINTENANCE_WRITE, Scope.INCIDENTS_WRITE))


@pytest.fixture
def ask(street: Served, writer: dict[str, str]) -> Iterator[Client]:
    with Client(base_url=f"{street.url}/api/v1", timeout=30, headers=writer) as client:
        yield client


@pytest.fixture
def read(street: Served) -> Iterator[Client]:
    with Client(base_url=street.url, timeout=30, headers={"accept-language": "en"}) as client:
        yield client


def recalled(street: Served) -> None:
    """What a process does every second: take over what another wrote."""
    monitor = street.monitor[0]
    found = told_by(street, newer_releases(monitor.database, monitor.board.edition))
    if found:
        street.do(lambda: monitor.board.recall_releases(found))


def made(answer: Response) -> dict[str, Any]:
    assert answer.status_code == 201, answer.text
    told: dict[str, Any] = answer.json()
    assert answer.headers.get("location", told["id"]).endswith(told["id"])
    return told


def shows(read: Client, path: str, *texts: str) -> str:
    page = read.get(path)
    assert page.status_code == 200, page.text
    for text in texts:
        assert text in page.text
    for markup in ESCAPED:
        assert markup not in page.text
    assert page.text.count('role="alert"') <= 1
    return page.text


def test_maintenance_is_planned_changed_shown_and_ended(
    street: Served, ask: Client, read: Client
) -> None:
    planned = made(ask.post("/maintenance-windows", json=WINDOW))
    assert planned["state"] == "now"
    path = f"/maintenance-windows/{planned['id']}"
    changed = ask.patch(path, json={"endsAt": "2026-09-30T16:00:00Z", "lines": ["stam/5"]})
    assert changed.status_code == 200, changed.text
    assert changed.json()["endsAt"] == "2026-09-30T16:00:00Z"
    assert changed.json()["reason"] == WINDOW["reason"]
    assert ask.get(path).json() == changed.json()
    recalled(street)
    texts = ("Planned maintenance:", ESCAPED["<b>cables</b>"], "PRE · stam/5")
    shows(read, "/", *texts)
    shows(read, "/environments/pre", *texts)
    shows(read, "/interfaces/stam", *texts)
    assert texts[0] not in shows(read, "/environments/prod")
    assert texts[0] not in shows(read, "/interfaces/presenteren")
    shows(read, "/maintenance", *texts[1:])
    assert ask.get("/status").json()["announced"]["maintenance"][0]["id"] == planned["id"]
    assert ask.delete(path).status_code == 204
    assert ask.delete(path).status_code == 404
    assert ask.patch(path, json={"reason": "x"}).status_code == 404
    assert ask.get("/maintenance-windows").json()["items"][0]["state"] == "past"
    told = [one["type"] for one in ask.get("/events").json()["items"]]
    assert "nl.ketenwacht.maintenance.planned.v1" in told
    assert "nl.ketenwacht.maintenance.changed.v1" in told


def test_an_incident_is_opened_followed_and_resolved(
    street: Served, ask: Client, read: Client
) -> None:
    opened = made(ask.post("/incidents", json=INCIDENT))
    path = f"/incidents/{opened['id']}"
    assert (opened["origin"], opened["phase"]) == ("operator", "investigating")
    recalled(street)
    texts = (ESCAPED["<i>slow</i>"], "being investigated")
    for page in ("/", "/incidents", path, "/environments/prod", "/interfaces/stam"):
        shows(read, page, *texts)
    told = made(ask.post(f"{path}/updates", json={"phase": "identified", "message": "A disk."}))
    assert [one["phase"] for one in told["updates"]] == ["investigating", "identified"]
    changed = ask.patch(path, json={"title": "Better"})
    assert changed.json()["title"] == "Better"
    assert changed.json()["lines"] == ["stam/5"]
    made(ask.post(f"{path}/updates", json={"phase": "resolved", "message": "Over."}))
    again = ask.post(f"{path}/updates", json={"phase": "monitoring", "message": "Hm."})
    assert again.status_code == 409
    assert "open another" in again.json()["detail"]
    assert ask.get("/incidents", params={"state": "open"}).json()["items"] == []
    assert [one["id"] for one in ask.get("/incidents").json()["items"]] == [opened["id"]]
    recalled(street)
    assert "Better" not in shows(read, "/")
    shows(read, path, "Better", "A disk.", "Over.")


def test_the_pages_speak_dutch(read: Client) -> None:
    for path, text in (("/incidents", "nu geen storingen"), ("/maintenance", "Er is nu geen")):
        assert text in read.get(path, params={"lang": "nl"}).text


def test_what_is_not_there_is_not_found(ask: Client, read: Client) -> None:
    for path in ("/incidents/x", "/incidents/%00", "/maintenance-windows/x"):
        assert ask.get(path).status_code == 404
    assert read.get("/incidents/x").status_code == 404
    update = {"phase": "monitoring", "message": "x"}
    assert ask.post("/incidents/x/updates", json=update).status_code == 404
    assert ask.patch("/incidents/x", json={"title": "x"}).status_code == 404


@pytest.mark.parametrize(
    ("path", "body", "pointer"),
    [
        ("/maintenance-windows", {**WINDOW, "endsAt": WINDOW["startsAt"]}, ""),
        ("/maintenance-windows", {**WINDOW, "environments": ["test"]}, "/environments/0"),
        ("/maintenance-windows", {**WINDOW, "interfaces": ["x"]}, "/interfaces/0"),
        ("/maintenance-windows", {**WINDOW, "lines": ["stam/5", "stam"]}, "/lines/1"),
        ("/maintenance-windows", {**WINDOW, "reason": " "}, "/reason"),
        ("/maintenance-windows", {**WINDOW, "rrule": "FREQ=HOURLY"}, ""),
        ("/maintenance-windows", {**WINDOW, "timezone": "Mars"}, ""),
        ("/maintenance-windows", {**WINDOW, "startsAt": "2026-09-30T11:00:00"}, "/startsAt"),
        ("/incidents", {**INCIDENT, "phase": "resolved"}, "/phase"),
        ("/incidents", {**INCIDENT, "phase": "guessing"}, "/phase"),
        ("/incidents", {**INCIDENT, "title": ""}, "/title"),
        ("/incidents", {**INCIDENT, "title": "x" * 201}, "/title"),
        ("/incidents", {**INCIDENT, "message": "a\u202eb"}, "/message"),
        ("/incidents", {**INCIDENT, "lines": ["nobody/v1"]}, "/lines/0"),
        ("/incidents", {**INCIDENT, "by": "me"}, "/by"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_words(
    ask: Client, path: str, body: dict[str, Any], pointer: str
) -> None:
    answer = ask.post(path, json=body)
    assert answer.status_code == 400, answer.text
    [fault] = answer.json()["errors"]
    assert fault["location"]["pointer"] == pointer


def test_there_are_texts_to_choose_from(ask: Client) -> None:
    items = ask.get("/message-templates").json()["items"]
    assert {one["id"] for one in items} >= {"outage", "backlog", "maintenance"}
    assert all(one["message"]["nl"] and one["message"]["en"] for one in items)


def test_a_token_for_one_is_not_for_the_other(street: Served, read: Client) -> None:
    only = bearer(given_out(street, Scope.MAINTENANCE_WRITE))
    assert read.post("/api/v1/incidents", json=INCIDENT, headers=only).status_code == 403
    assert read.post("/api/v1/maintenance-windows", json=WINDOW).status_code == 401
