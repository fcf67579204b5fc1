"""Rollouts as pipelines announce them, over a real socket."""

from collections.abc import Iterator
from typing import Any

import pytest
from httpx2 import Client, Response
from icalendar import Calendar

from monitor.domain.token import Scope
from monitor.storage.queries import Queries
from tests.e2e.serving import Served, serving
from tests.integration.test_web_incidents import recalled
from tests.integration.test_web_permits import bearer, given_out, told_by

ROLLOUT = {
    "line": "presenteren/v8",
    "version": "8.7.0",
    "planned": {"prod": "2026-10-05T20:00:00+02:00"},
}

SOON = "2026-10-06T20:00:00+02:00"


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("web")) as served:
        yield served


@pytest.fixture
def ask(street: Served) -> Iterator[Client]:
    with Client(base_url=f"{street.url}/api/v1", timeout=30) as client:
        yield client


@pytest.fixture(scope="module")
def announcer(street: Served) -> dict[str, str]:
    return bearer(given_out(street, Scope.ROLLOUTS_WRITE))


def acts(street: Served) -> list[tuple[str, str, str]]:
    async def read() -> list[tuple[str, str, str]]:
        async with street.monitor[0].database.read() as tx:
            return [(one.who, one.what, one.subject) for one in await Queries(tx).acts()]

    return told_by(street, read())


def announced(ask: Client, token: dict[str, str], key: str | None, **changed: Any) -> Response:
    headers = {**token, "idempotency-key": key} if key else token
    return ask.post("/rollouts", json={**ROLLOUT, **changed}, headers=headers)


def test_a_rollout_is_announced_once_with_one_key(
    street: Served, ask: Client, announcer: dict[str, str]
) -> None:
    first = announced(ask, announcer, "one", releaseNotes="https://example.org/8.7.0")
    assert first.status_code == 201, first.text
    told = first.json()
    assert first.headers["location"] == f"/api/v1/rollouts/{told['id']}"
    assert told["announcement"]["releaseNotes"] == "https://example.org/8.7.0"
    prod = next(one for one in told["stages"] if one["environment"] == "prod")
    assert (prod["state"], prod["planned"]) == ("planned", "2026-10-05T18:00:00Z")
    again = announced(ask, announcer, "one", releaseNotes="https://example.org/8.7.0")
    assert (again.status_code, again.json()) == (201, told)
    listed = ask.get("/rollouts?line=presenteren/v8").json()["items"]
    assert [one["id"] for one in listed].count(told["id"]) == 1
    told_of = [one for one in acts(street) if one[1] == "rollout.announced"]
    assert told_of == [("token pipeline", "rollout.announced", told["id"])]


def test_one_key_with_another_body_is_refused(ask: Client, announcer: dict[str, str]) -> None:
    assert announced(ask, announcer, "two", version="8.8.0").status_code == 201
    other = announced(ask, announcer, "two", version="8.9.0")
    assert other.status_code == 409
    assert "two" in other.json()["detail"]


def test_the_key_of_one_client_is_not_that_of_another(
    street: Served, ask: Client, announcer: dict[str, str]
) -> None:
    assert announced(ask, announcer, "three", version="8.8.1").status_code == 201
    other = bearer(given_out(street, Scope.ROLLOUTS_WRITE))
    assert announced(ask, other, "three", version="8.8.2").status_code == 201


def test_the_same_time_with_another_offset_is_the_same(
    ask: Client, announcer: dict[str, str]
) -> None:
    planned = {"prod": "2026-10-05T18:00:00Z"}
    assert announced(ask, announcer, "four", version="8.8.3").status_code == 201
    assert announced(ask, announcer, "four", version="8.8.3", planned=planned).status_code == 201


@pytest.mark.parametrize(
    ("key", "changed", "place"),
    [
        (None, {}, {"name": "Idempotency-Key"}),
        ("x" * 256, {}, {"name": "Idempotency-Key"}),
        ("k", {"line": "nobody/v1"}, {"pointer": "/line"}),
        ("k", {"line": "presenteren"}, {"pointer": "/line"}),
        ("k", {"version": "<b>"}, {"pointer": "/version"}),
        ("k", {"version": 8.7}, {"pointer": "/version"}),
        ("k", {"planned": {"mars": "2026-10-05T18:00:00Z"}}, {"pointer": "/planned/mars"}),
        ("k", {"planned": {"prod": "2026-10-05"}}, {"pointer": "/planned/prod"}),
        ("k", {"planned": []}, {"pointer": "/planned"}),
        ("k", {"releaseNotes": "javascript:alert(1)"}, {"pointer": "/releaseNotes"}),
        ("k", {"contentWipe": "yes"}, {"pointer": "/contentWipe"}),
        ("k", {"extra": 1}, {"pointer": "/extra"}),
    ],
)
def test_what_cannot_be_announced_is_refused_by_its_place(
    ask: Client, announcer: dict[str, str], key: str | None, changed: dict[str, Any], place: object
) -> None:
    answer = announced(ask, announcer, key, **changed)
    assert answer.status_code == 400, answer.text
    assert [one["location"] for one in answer.json()["errors"]] == [place]


def test_what_was_announced_can_be_caught_up_on(ask: Client, announcer: dict[str, str]) -> None:
    begin = ask.get("/events").json()["next"]
    told = announced(ask, announcer, "events", version="8.9.9").json()
    params = {"after": begin} if begin else {}
    page = ask.get("/events", params=params).json()
    event = page["items"][-1]
    assert event["type"] == "nl.ketenwacht.rollout.announced.v1"
    assert event["subject"] == "presenteren/v8"
    assert event["data"]["rollout"] == told["id"]
    assert event["specversion"] == "1.0"
    nothing = ask.get("/events", params={"after": page["next"]}).json()
    assert nothing == {"items": [], "next": page["next"]}
    assert ask.get("/events?after=nonsense").status_code == 400


def test_what_is_planned_is_in_the_calendar_until_it_is_not(
    street: Served, ask: Client, announcer: dict[str, str]
) -> None:
    def read() -> dict[str, str]:
        feed = ask.get(f"{street.url}/feeds/maintenance.ics")
        assert feed.headers["content-type"].startswith("text/calendar")
        events = Calendar.from_ical(feed.text).walk("VEVENT")
        return {str(one["uid"]).partition("@")[0]: one.to_ical().decode() for one in events}

    told = announced(ask, announcer, "cal", version="8.9.0", planned={"prod": SOON}).json()
    planner = bearer(given_out(street, Scope.MAINTENANCE_WRITE))
    window = {
        "startsAt": "2026-10-05T20:00:00+02:00",
        "endsAt": "2026-10-05T23:00:00+02:00",
        "rrule": "FREQ=WEEKLY;BYDAY=MO",
        "timezone": "Europe/Amsterdam",
        "environments": ["prod"],
        "reason": "New nodes, every week",
    }
    made = ask.post("/maintenance-windows", json=window, headers=planner)
    assert made.status_code == 201, made.text
    id_ = made.json()["id"]
    recalled(street)
    entries = read()
    assert "8.9.0" in entries[f"rollout~{told['id']}~prod"]
    assert "DTSTART:20261006T180000Z" in entries[f"rollout~{told['id']}~prod"]
    assert "DTSTART;TZID=Europe/Amsterdam:20261005T200000" in entries[f"maintenance~{id_}"]
    assert "RRULE:FREQ=WEEKLY;BYDAY=MO" in entries[f"maintenance~{id_}"]
    assert ask.delete(f"/maintenance-windows/{id_}", headers=planner).status_code == 204
    recalled(street)
    assert f"maintenance~{id_}" not in read()
