"""What operators do on their pages: the same as by the API, in their own name."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from httpx2 import Client, Response

from checks.outcome import Outcome, OutcomeClass, Phases, Reading, ReadingKind
from monitor.board import Board
from monitor.domain.audit import ActKind
from monitor.domain.landscape import CheckId
from monitor.domain.token import Scope
from monitor.storage.engine import Database
from tests.e2e.serving import Served, serving
from tests.e2e.street import NOON
from tests.integration.test_web_deliveries import lived
from tests.operating import acts, seal_on, sent, signed_in

HOSTILE = "<script>alert(1)</script>"


async def ask(check: CheckId) -> Outcome:
    return Outcome(
        outcome_class=OutcomeClass.FAILED,
        reason=f"answered with {HOSTILE}",
        status=500,
        phases=Phases(total=0.25),
        reading=Reading(kind=ReadingKind.UNREADABLE),
        evidence={"server": "old"},
    )


async def prepare(database: Database, _board: Board) -> None:
    await lived(database)


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("web"), prepare=prepare, ask=ask) as served:
        yield served


@pytest.fixture(scope="module")
def client(street: Served) -> Iterator[Client]:
    with signed_in(street) as client:
        yield client


@pytest.fixture(autouse=True)
def noon(street: Served) -> None:
    street.at(NOON)


def done(answer: Response, place: str, said: str) -> None:
    assert answer.status_code == 303, answer.text
    assert answer.headers["location"] == f"{place}?said={said}"


def faulted(answer: Response, *fields: str) -> None:
    """Each field is told to be wrong, and leads to where that stands."""
    assert answer.status_code == 400
    assert answer.headers["cache-control"] == "no-store"
    for name in fields:
        assert f'href="#{name}"' in answer.text
        assert f'id="{name}"' in answer.text
        assert f'id="wrong-{name}"' in answer.text


def test_what_wants_attention_stands_first(client: Client) -> None:
    page = client.get("/operate").text
    assert "deliveries were given up" in page
    for part in ("incidents", "planning", "rollouts", "gate", "checks", "deliveries", "record"):
        assert f'href="/operate/{part}"' in page


def test_a_page_offers_only_what_one_may_do(street: Served) -> None:
    with signed_in(street, Scope.INCIDENTS_WRITE) as client:
        offered = set(re.findall(r'href="(/operate[^"]*)"', client.get("/operate").text))
    offered = {one for one in offered if "?" not in one}
    assert {one for one in offered if not one.startswith("/operate/incidents")} == {"/operate"}


def test_an_incident_is_opened_from_a_template_told_of_and_resolved(
    street: Served, client: Client
) -> None:
    filled = client.get("/operate/incidents?template=outage").text
    assert 'value="Outage of {what}"' in filled
    opened = sent(
        client,
        "/operate/incidents",
        {
            "title": "Outage of STAM",
            "phase": "investigating",
            "message": "It is away.\r\nWe look for the cause.",
            "environments": ["prod"],
            "lines": ["stam/5"],
        },
    )
    assert opened.status_code == 303, opened.text
    place = opened.headers["location"].partition("?")[0]
    page = client.get(opened.headers["location"]).text
    assert "It is away. We look for the cause." in page
    assert "The incident is open" in page
    assert f'href="{place}">Outage of STAM' in client.get("/operate").text
    done(sent(client, place, {"phase": "resolved", "message": "Over."}), place, "updated")
    public = client.get(place.removeprefix("/operate")).text
    assert "Outage of STAM" in public
    assert "token operator" not in public, "who it was is for the record only"
    assert 'name="message"' not in client.get(place).text, "it is over"
    late = sent(client, "/operate", {"phase": "monitoring", "message": "x"}, place)
    assert late.status_code == 400
    assert "It is resolved; open another incident." in late.text
    told = [(one.what, one.who) for one in acts(street)[:2]]
    assert told == [
        (ActKind.INCIDENT_UPDATED, "token operator"),
        (ActKind.INCIDENT_OPENED, "token operator"),
    ]


def test_what_is_wrong_with_an_incident_is_told_at_its_field(client: Client) -> None:
    wrong = {"title": "", "phase": "investigating", "message": HOSTILE, "environments": ["mars"]}
    refused = sent(client, "/operate/incidents", wrong)
    faulted(refused, "title")
    assert HOSTILE not in refused.text
    assert "&lt;script&gt;" in refused.text, "what was written is not lost"
    faulted(sent(client, "/operate/incidents", {**wrong, "title": "x"}), "environments")
    assert client.get("/operate/incidents/nothing").status_code == 404
    assert sent(client, "/operate", {}, "/operate/incidents/nothing").status_code == 404


def test_a_blank_of_a_template_is_not_published(client: Client) -> None:
    told = {"title": "Outage of {what}", "phase": "investigating", "message": "{what} is away."}
    faulted(sent(client, "/operate/incidents", told), "title", "message")


def test_maintenance_and_a_freeze_are_planned_on_the_clock_of_amsterdam(
    street: Served, client: Client
) -> None:
    times = {"startsAt": "2026-10-25T01:30", "endsAt": "2026-10-25T05:00"}
    planned = {**times, "kind": "maintenance", "reason": "A new database", "environments": ["lto"]}
    done(sent(client, "/operate/planning", planned), "/operate/planning", "planned")
    done(
        sent(client, "/operate/planning", {**times, "kind": "freeze", "reason": "Quiet"}),
        "/operate/planning",
        "frozen",
    )
    (window,) = client.get("/api/v1/maintenance-windows").json()["items"]
    assert window["startsAt"] == "2026-10-24T23:30:00Z", "summer time still"
    assert window["endsAt"] == "2026-10-25T04:00:00Z", "winter time already"
    page = client.get("/operate/planning").text
    for found in ("A new database", "Quiet"):
        assert found in page
    ends = re.findall(r'action="(/operate/planning/(?:maintenance|freezes)/[^"]+/end)"', page)
    assert len(ends) == 2
    for end in ends:
        done(sent(client, "/operate/planning", {}, end), "/operate/planning", "ended")
        assert sent(client, "/operate/planning", {}, end).status_code == 404
    kinds = [one.what for one in acts(street)[:4]]
    assert {*kinds[:2]} == {ActKind.MAINTENANCE_ENDED, ActKind.FREEZE_ENDED}
    assert kinds[2:] == [ActKind.FREEZE_PLANNED, ActKind.MAINTENANCE_PLANNED]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"startsAt": ""}, "startsAt"),
        ({"startsAt": "soon"}, "startsAt"),
        ({"endsAt": "2026-02-30T12:00"}, "endsAt"),
        ({"reason": ""}, "reason"),
        ({"lines": ["odd"]}, "lines"),
    ],
)
def test_what_is_wrong_with_a_plan_is_told_at_its_field(
    client: Client, changed: dict[str, str], field: str
) -> None:
    right = {"startsAt": "2026-10-25T01:30", "endsAt": "2026-10-25T05:00", "reason": "x"}
    faulted(sent(client, "/operate/planning", {**right, **changed}), field)


def test_a_plan_that_cannot_be_meant_says_why(client: Client) -> None:
    backward = {"startsAt": "2026-10-25T05:00", "endsAt": "2026-10-25T01:30", "reason": "x"}
    for kind in ("maintenance", "freeze"):
        refused = sent(client, "/operate/planning", {**backward, "kind": kind})
        assert refused.status_code == 400
        assert "ends after it starts" in refused.text


def test_a_rollout_is_announced_once_however_often_the_form_is_sent(
    street: Served, client: Client
) -> None:
    page = client.get("/operate/rollouts").text
    key = re.search(r'name="key" value="([^"]+)"', page)
    assert key
    form = {
        "seal": seal_on(page),
        "key": key[1],
        "line": "presenteren/v8",
        "version": "8.7.0",
        "planned-prod": "2026-10-12T09:00",
        "contentWipe": "yes",
    }
    for _ in range(2):
        done(client.post("/operate/rollouts", data=form), "/operate/rollouts", "announced")
    items = client.get("/api/v1/rollouts?line=presenteren/v8").json()["items"]
    (made,) = [one for one in items if one["version"] == "8.7.0"]
    assert made["announcement"]["contentWipe"] is True
    assert "2026-10-12T07:00:00Z" in str(made["stages"])
    assert [one.what for one in acts(street)].count(ActKind.ROLLOUT_ANNOUNCED) == 1
    conflict = client.post("/operate/rollouts", data={**form, "version": "8.7.1"})
    assert conflict.status_code == 400
    assert key[1] in conflict.text
    faulted(client.post("/operate/rollouts", data={**form, "version": "", "key": "x"}), "version")
    faulted(client.post("/operate/rollouts", data={**form, "line": "odd", "key": "y"}), "line")


def test_a_gate_is_overridden_with_a_reason_beside_the_computed_answer(
    street: Served, client: Client
) -> None:
    asked = "?line=presenteren/v8&version=8.7.0&environment=prod"
    page = client.get(f"/operate/gate{asked}").text
    assert 'class="answer' in page
    form = {"line": "presenteren/v8", "version": "8.7.0", "environment": "prod", "reason": "Urgent"}
    done(sent(client, "/operate/gate", form), "/operate/gate", "overridden")
    told = client.get("/api/v1/gates/presenteren/v8/8.7.0?environment=prod").json()
    assert told["override"]["reason"] == "Urgent"
    assert told["override"]["by"] == "token operator"
    assert acts(street)[0].what is ActKind.GATE_OVERRIDDEN
    faulted(sent(client, "/operate/gate", {**form, "reason": ""}), "reason")
    faulted(sent(client, "/operate/gate", {**form, "line": ""}), "line")
    faulted(sent(client, "/operate/gate", {**form, "version": "8.7\u00e9"}), "version")
    for odd in ("?line=x", "?line=a/b&version=%00", "?environment=mars&line=stam/5&version=1"):
        assert client.get(f"/operate/gate{odd}").status_code == 200


def test_checks_are_asked_now_and_their_answers_shown_as_text(
    street: Served, client: Client
) -> None:
    place = "/operate/checks?target=presenteren/v8@prod"
    shown = sent(client, place, {"target": "presenteren/v8@prod"}, "/operate/checks")
    assert shown.status_code == 200
    assert HOSTILE not in shown.text
    assert "answered with &lt;script&gt;" in shown.text
    assert "server: old" in shown.text
    assert "250 ms" in shown.text
    act = acts(street)[0]
    assert (act.what, act.subject) == (ActKind.CHECKS_ASKED, "presenteren/v8@prod")
    target = {"target": "presenteren/v8@prod"}
    codes = [sent(client, place, target, "/operate/checks") for _ in range(6)]
    assert "try again in a minute" in codes[-1].text
    assert "answered with" not in codes[-1].text
    street.at(NOON + timedelta(minutes=1))
    assert "answered with" in sent(client, place, target, "/operate/checks").text
    for odd in ("mars", "a/b@c", "%00", "é" * 500):
        assert client.get(f"/operate/checks?target={odd}").status_code == 400


def test_a_dead_delivery_is_sent_again(street: Served, client: Client) -> None:
    place = "/operate/deliveries"
    again, unsendable = (_again(client.get(place).text, whose) for whose in ("a1", "left"))
    done(sent(client, "/operate", {}, again), place, "sentAgain")
    assert again not in client.get(place).text, "it is not dead any more"
    assert acts(street)[0].what is ActKind.DELIVERY_SENT_AGAIN
    assert again not in client.get(f"{place}?state=waiting").text, "it is on its way"
    done(sent(client, "/operate", {}, unsendable), place, "unsendable")
    nothing = sent(client, "/operate", {}, f"{place}/nothing/redelivery")
    assert nothing.status_code == 404
    for odd in (f"{place}?cursor=x", "/operate/subscriptions?cursor=x"):
        assert client.get(odd).status_code == 400


def _again(page: str, subscription: str) -> str:
    rows = [row for row in page.split("<tr>") if f"<code>{subscription}</code>" in row]
    found = re.search(r'action="([^"]+)"', rows[0])
    assert found
    return found[1]


def test_addresses_are_masked(client: Client) -> None:
    page = client.get("/operate/subscriptions").text
    assert "a1" in page
    assert "…" in page
    assert "supplier@" not in page


def test_the_record_tells_who_did_what(client: Client) -> None:
    page = client.get("/operate/record").text
    assert "signed in" in page
    assert "token operator" in page


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_page_is_there_in_both_languages(client: Client, language: str) -> None:
    for part in ("", "/incidents", "/planning", "/rollouts", "/gate", "/checks", "/deliveries"):
        page = client.get(f"/operate{part}", params={"lang": language})
        assert page.status_code == 200
        assert f'<html lang="{language}"' in page.text
        assert "<script" not in page.text
