"""Incidents and maintenance by hand, each command in a process of its own."""

import asyncio
import json

import pytest

from monitor.storage.engine import Database
from monitor.storage.queries import Queries
from tests.integration.test_cli_desk import said


@pytest.fixture
def url(sqlite_url: str) -> str:
    """Of a database as a serving process would have left it."""

    async def make() -> None:
        await (await Database.open(sqlite_url)).close()

    asyncio.run(make())
    return sqlite_url


def told(url: str) -> list[str]:
    async def read() -> list[str]:
        database = await Database.open(url)
        async with database.read() as tx:
            events = (await Queries(tx).events()).items
        await database.close()
        return [one.type.value for one in events]

    return asyncio.run(read())


def test_maintenance_is_planned_shown_and_ended(url: str) -> None:
    planned = said(
        *("maintenance", "plan", "2030-07-01T20:00+02:00", "2030-07-01T22:00+02:00"),
        *("-e", "prod", "--line", "presenteren/v8", "--reason", "new cables", "--json"),
        url=url,
    )
    assert planned.returncode == 0, planned.stderr
    one = json.loads(planned.stdout)
    assert (one["state"], one["startsAt"]) == ("planned", "2030-07-01T18:00:00Z")
    assert "new cables" in said("maintenance", "list", url=url).stdout
    assert said("maintenance", "end", one["id"], url=url).returncode == 0
    assert said("maintenance", "end", one["id"], url=url).returncode == 1
    (listed,) = json.loads(said("maintenance", "list", "--json", url=url).stdout)["items"]
    assert listed["state"] == "past"
    assert told(url) == ["maintenance.planned", "maintenance.changed"]


def test_maintenance_is_changed_and_what_is_left_out_stays(url: str) -> None:
    planned = said(
        *("maintenance", "plan", "2030-07-01T20:00Z", "2030-07-01T22:00Z", "-e", "prod"),
        *("--rrule", "FREQ=WEEKLY;BYDAY=MO", "--reason", "new cables", "--json"),
        url=url,
    )
    change = "maintenance", "change", json.loads(planned.stdout)["id"]
    changed = said(*change, "--until", "2030-07-01T23:30Z", "--line", "stam/6", "--json", url=url)
    assert changed.returncode == 0, changed.stderr
    one = json.loads(changed.stdout)
    assert (one["startsAt"], one["endsAt"]) == ("2030-07-01T20:00:00Z", "2030-07-01T23:30:00Z")
    assert (one["environments"], one["lines"], one["reason"]) == ([], ["stam/6"], "new cables")
    assert one["rrule"] == "FREQ=WEEKLY;BYDAY=MO"
    last = json.loads(said(*change, "--once", "--everywhere", "--json", url=url).stdout)
    assert (last["rrule"], last["lines"]) == (None, [])
    for wrong, why in (
        (("--until", "2030-07-01T19:00Z"), "end"),
        (("-e", "mars"), "mars"),
        (("--once", "--rrule", "FREQ=DAILY"), "--once"),
    ):
        refused = said(*change, *wrong, url=url)
        assert (refused.returncode, why in refused.stderr) == (2, True), refused.stderr
    assert said("maintenance", "change", "nothing", "--once", url=url).returncode == 1
    assert told(url) == ["maintenance.planned", "maintenance.changed", "maintenance.changed"]


def test_an_incident_is_opened_followed_and_resolved(url: str) -> None:
    opened = said(
        *("incident", "open", "STAM is slow", "-e", "prod", "-m", "We look into it.", "--json"),
        url=url,
    )
    assert opened.returncode == 0, opened.stderr
    id_ = json.loads(opened.stdout)["id"]
    (listed,) = json.loads(said("incident", "list", "--json", url=url).stdout)["items"]
    assert (listed["id"], listed["subject"], listed["phase"]) == (id_, "prod", "investigating")
    assert said("incident", "update", id_, "monitoring", "-m", "Done.", url=url).returncode == 0
    assert said("incident", "resolve", id_, "-m", "It is over.", url=url).returncode == 0
    again = said("incident", "resolve", id_, "-m", "It is over.", url=url)
    assert again.returncode == 2
    assert "open another incident" in again.stderr
    assert said("incident", "resolve", "nothing", "-m", "x", url=url).returncode == 1
    assert told(url) == ["incident.opened", "incident.updated", "incident.resolved"]


def test_there_are_texts_to_choose_from_in_both_languages(url: str) -> None:
    texts = json.loads(said("incident", "templates", "--json", url=url).stdout)["items"]
    assert {"investigating", "identified", "monitoring", "resolved", None} == {
        one["phase"] for one in texts
    }
    assert all(one["message"]["nl"] and one["message"]["en"] for one in texts)


PLAN = ("maintenance", "plan", "2030-07-01T20:00Z")


@pytest.mark.parametrize(
    ("words", "cure"),
    [
        ((*PLAN, "2030-07-01T19:00Z", "--reason", "x"), "ends after it starts"),
        ((*PLAN, "tomorrow", "--reason", "x"), "no time with an offset"),
        ((*PLAN, "2030-07-01T21:00Z", "--reason", "x", "-e", "test"), "does not know test"),
        ((*PLAN, "2030-07-01T21:00Z", "--reason", "x", "--rrule", "FREQ=NEVER"), "FREQ"),
        (("incident", "open", "x", "-m", "a\nb"), "one line"),
        (("incident", "open", "x", "-m", "y", "--line", "presenteren"), "presenteren/v8"),
        (("incident", "open", "x", "-m", "y", "--phase", "resolved"), "another phase"),
    ],
)
def test_what_cannot_be_meant_is_said_with_the_cure(
    url: str, words: tuple[str, ...], cure: str
) -> None:
    answer = said(*words, url=url)
    assert answer.returncode == 2, answer.stderr
    assert cure in " ".join(answer.stderr.split())
    assert "Traceback" not in answer.stderr
