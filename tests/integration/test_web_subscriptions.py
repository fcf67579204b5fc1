"""Subscriptions through the API: what may be asked, what is answered, and by whom it is kept."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from httpx2 import Client, Response

from monitor.desk.derived import Derived
from monitor.domain.delivery import DeliveryKind
from monitor.domain.subscription import Subscription, SubscriptionState
from monitor.domain.token import Scope
from monitor.storage.queries import Queries
from tests.e2e.serving import Served, serving
from tests.integration.test_web_permits import bearer, given_out, told_by

SUBSCRIPTIONS = "/api/v1/subscriptions"
HOOK = "http://127.0.0.1:9/in"
MAIL = {"channel": "mail", "address": "anna@bedrijf.example"}


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("web")) as served:
        yield served


@pytest.fixture
def ask(street: Served) -> Iterator[Client]:
    """A day of its own for every test: what limits counted before is over."""
    street.at(street.moment[0].replace(second=0) + timedelta(days=1))
    with Client(base_url=street.url, timeout=30) as client:
        yield client


def derived(street: Served) -> Derived:
    found = street.monitor[0].derived
    assert found
    return found


def kept(street: Served, id_: str) -> Subscription | None:
    async def read() -> Subscription | None:
        async with street.monitor[0].database.read() as tx:
            return await Queries(tx).subscription(id_)

    return told_by(street, read())


def owed(street: Served) -> list[tuple[str, DeliveryKind]]:
    """What came to be owed in the day of this test."""

    async def read() -> list[tuple[str, DeliveryKind]]:
        async with street.monitor[0].database.read() as tx:
            page = await Queries(tx).deliveries(limit=500)
        now = street.moment[0]
        return [(one.subscription, one.kind) for one in page.items if one.created_at == now]

    return told_by(street, read())


def opened(ask: Client, **fields: Any) -> dict[str, str]:
    answer = ask.post(SUBSCRIPTIONS, json={"channel": "webhook", "address": HOOK, **fields})
    assert answer.status_code == 202, answer.text
    told: dict[str, str] = answer.json()
    return told


def by(told: dict[str, str]) -> dict[str, str]:
    return {"authorization": f"Bearer {told['token']}"}


def activated(street: Served, ask: Client, **fields: Any) -> dict[str, str]:
    told = opened(ask, **fields)
    code = derived(street).token("confirm", told["id"])
    answer = ask.post(f"{SUBSCRIPTIONS}/{told['id']}/confirmation", json={"code": code})
    assert answer.status_code == 200, answer.text
    assert answer.json()["state"] == "active"
    return told


def pointers(answer: Response) -> set[str]:
    assert answer.status_code == 400, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    return {one["location"]["pointer"] for one in answer.json()["errors"]}


def test_a_webhook_is_asked_confirmed_changed_and_ended(street: Served, ask: Client) -> None:
    told = activated(street, ask, events=["drift", "outage.opened"], lines=["presenteren/v8"])
    path = f"{SUBSCRIPTIONS}/{told['id']}"
    found = ask.get(path, headers=by(told))
    assert found.headers["cache-control"] == "no-store"
    assert found.json()["events"] == ["drift", "outage.opened"]
    changed = ask.patch(path, headers=by(told), json={"mode": "daily", "reminderInterval": "P1D"})
    assert (changed.json()["mode"], changed.json()["reminderInterval"]) == ("daily", "P1D")
    assert changed.json()["lines"] == ["presenteren/v8"], "what is left out stays"
    cleared = ask.patch(path, headers=by(told), json={"reminderInterval": None, "lines": []})
    assert (cleared.json()["reminderInterval"], cleared.json()["lines"]) == (None, [])
    assert cleared.json()["mode"] == "daily"
    assert ask.patch(path, headers=by(told), json={"state": "paused"}).json()["state"] == "paused"
    assert ask.patch(path, headers=by(told), json={"state": "active"}).json()["state"] == "active"
    assert ask.delete(path, headers=by(told)).status_code == 204
    assert ask.get(path, headers=by(told)).json()["state"] == "left"
    assert ask.patch(path, headers=by(told), json={"mode": "daily"}).status_code == 409


def test_patching_does_not_confirm(ask: Client) -> None:
    told = opened(ask)
    path = f"{SUBSCRIPTIONS}/{told['id']}"
    for state in ("active", "paused"):
        answer = ask.patch(path, headers=by(told), json={"state": state})
        assert answer.json()["state"] == "pending"


def test_secrets_are_renewed_tests_sent_and_the_log_read(street: Served, ask: Client) -> None:
    told = activated(street, ask)
    path = f"{SUBSCRIPTIONS}/{told['id']}"
    renewed = ask.post(f"{path}/secret-rotations", headers=by(told))
    assert renewed.status_code == 201
    assert renewed.json()["secret"].startswith("whsec_")
    assert renewed.json()["secret"] != told["secret"]
    street.at(street.moment[0] + timedelta(seconds=1))
    test = ask.post(f"{path}/test-events", headers=by(told))
    assert test.status_code == 202
    log = ask.get(f"{path}/deliveries?limit=1", headers=by(told)).json()
    assert [(one["id"], one["kind"]) for one in log["items"]] == [(test.json()["id"], "test")]
    assert log["items"][0]["log"] == []
    rest = ask.get(f"{path}/deliveries?cursor={log['next']}", headers=by(told)).json()
    assert [one["kind"] for one in rest["items"]] == ["confirmation"]
    again = f"{path}/deliveries/{test.json()['id']}/redelivery"
    waits = ask.post(again, headers=by(told))
    assert (waits.status_code, test.json()["repeatable"]) == (409, False), "it is on its way"
    question = f"{path}/deliveries/{rest['items'][0]['id']}/redelivery"
    assert ask.post(question, headers=by(told)).status_code == 409, "nobody is asked again by this"
    assert ask.post(again, headers={"authorization": "Bearer x"}).status_code == 401
    for number in range(9):
        assert ask.post(f"{path}/test-events", headers=by(told)).status_code == 202, number
    refused = ask.post(f"{path}/test-events", headers=by(told))
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) == 3_600
    assert ask.get(f"{path}/deliveries?cursor=x", headers=by(told)).status_code == 400


def test_the_answer_to_a_known_address_is_that_to_an_unknown_one(
    street: Served, ask: Client
) -> None:
    first = ask.post(SUBSCRIPTIONS, json=MAIL)
    id_ = first.json()["id"]
    code = derived(street).token("confirm", id_)
    assert ask.post(f"{SUBSCRIPTIONS}/{id_}/confirmation", json={"code": code}).status_code == 200
    known = ask.post(SUBSCRIPTIONS, json=MAIL)
    unknown = ask.post(SUBSCRIPTIONS, json={**MAIL, "address": "bram@bedrijf.example"})
    assert {id_ for id_, _ in owed(street)} == {id_, unknown.json()["id"]}
    shapes = []
    for answer in (known, unknown):
        told = answer.json()
        shapes.append(
            (answer.status_code, {name: len(told[name]) for name in told}, [*answer.headers])
        )
    assert shapes[0] == shapes[1]
    assert known.json()["id"] not in {id_, unknown.json()["id"]}
    nobody = [
        ask.get(f"{SUBSCRIPTIONS}/{one}", headers={"authorization": "Bearer x"})
        for one in (known.json()["id"], id_, "0" * 24)
    ]
    assert {(one.status_code, one.text) for one in nobody} == {(401, nobody[0].text)}


ADDRESSES = (
    *("anna@bedrijf.example\r\nBcc: all@bedrijf.example", "anna@bedrijf.example\nX: y"),
    *("a@bedrijf.example,b@bedrijf.example", "a@bedrijf.example;b@bedrijf.example"),
    *('"anna smit"@bedrijf.example', "anna@[127.0.0.1]", "anna@127.0.0.1", "anna", "@", "a@"),
    *("Anna <anna@bedrijf.example>", "x" * 65 + "@bedrijf.example", "a@" + "x." * 200 + "nl"),
    *("ánna@bedrijf.example", "anna@bedrijf", "a@b@bedrijf.example", "anna@-bedrijf.example"),
    *("anna\x00@bedrijf.example", "anna@bedrijf.example\u202e", " ", "a" * 3_000),
)


@pytest.mark.parametrize("address", ADDRESSES)
def test_what_is_no_address_for_one_mail_is_refused(
    street: Served, ask: Client, address: str
) -> None:
    assert pointers(ask.post(SUBSCRIPTIONS, json={**MAIL, "address": address})) == {"/address"}
    assert owed(street) == []


@pytest.mark.parametrize(
    "address", ["anna@xn--bcher-kva.example", "anna@bücher.example", "ANNA+tag@Bedrijf.example"]
)
def test_other_hosts_capitals_and_plus_tags_are_fine(
    street: Served, ask: Client, address: str
) -> None:
    answer = ask.post(SUBSCRIPTIONS, json={**MAIL, "address": address})
    assert answer.status_code == 202
    one = kept(street, answer.json()["id"])
    assert one
    assert one.address.isascii()
    assert one.address.partition("@")[0] == address.partition("@")[0]


@pytest.mark.parametrize(
    "address",
    [
        *(
            "https://10.0.0.1/",
            "https://[::ffff:10.0.0.1]/",
            "https://0x7f000001/",
            "https://2130706433/",
        ),
        *(
            "https://0177.0.0.1/",
            "https://169.254.169.254/latest",
            "https://user:pw@hooks.example/",
        ),
        *("ftp://127.0.0.1/", "javascript:alert(1)", "http://127.0.0.1:9/#x", "//127.0.0.1", ""),
        *("https://127.1/", "http://127.0.0.1:9/\r\nX: y", "https://[fe80::1%25eth0]/"),
    ],
)
def test_a_webhook_that_leads_to_our_own_side_is_refused(
    street: Served, ask: Client, address: str
) -> None:
    told = {"channel": "webhook", "address": address}
    assert pointers(ask.post(SUBSCRIPTIONS, json=told)) == {"/address"}
    assert owed(street) == []


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({"channel": "sms"}, {"/channel"}),
        ({"channel": "chat"}, {"/channel"}),
        ({"events": ["drift.exploded", "notice"]}, {"/events"}),
        ({"events": "drift"}, {"/events"}),
        ({"interfaces": ["nobody"], "environments": ["mars"]}, {"/interfaces", "/environments"}),
        ({"lines": ["presenteren"], "chains": ["food"]}, {"/lines/0", "/chains"}),
        ({"lines": ["presenteren/v99"]}, {"/lines"}),
        ({"lines": ["presenteren/v8"] * 101}, {"/lines"}),
        ({"mode": "hourly"}, {"/mode"}),
        ({"language": "de"}, {"/language"}),
        ({"reminderInterval": "PT59M"}, {"/reminderInterval"}),
        ({"reminderInterval": "P31D"}, {"/reminderInterval"}),
        ({"reminderInterval": 3_600}, {"/reminderInterval"}),
        ({"reminderInterval": "P"}, {"/reminderInterval"}),
        ({"reminderInterval": "P1DT"}, {"/reminderInterval"}),
        ({"state": "active"}, {"/state"}),
        ({"id": "mine"}, {"/id"}),
        ({"channel": None, "address": 5}, {"/channel", "/address"}),
    ],
)
def test_a_wish_that_cannot_be_meant_names_its_place(
    street: Served, ask: Client, changed: dict[str, Any], wrong: set[str]
) -> None:
    assert pointers(ask.post(SUBSCRIPTIONS, json={**MAIL, **changed})) == wrong
    assert owed(street) == []


def test_a_code_that_confirms_nothing_says_so_alike(street: Served, ask: Client) -> None:
    mine, other = opened(ask), opened(ask)
    codes = ("x", mine["token"], derived(street).token("confirm", other["id"]), "\u00e9" * 43)
    answers = [
        ask.post(f"{SUBSCRIPTIONS}/{id_}/confirmation", json={"code": code})
        for id_ in (mine["id"], "nobody", "%00", "x" * 200)
        for code in codes
    ]
    assert {(one.status_code, one.text) for one in answers} == {(410, answers[0].text)}
    one = kept(street, mine["id"])
    assert one
    assert one.state is SubscriptionState.PENDING
    code = derived(street).token("confirm", mine["id"])
    path = f"{SUBSCRIPTIONS}/{mine['id']}/confirmation"
    assert [ask.post(path, json={"code": code}).status_code for _ in range(2)] == [200, 410]


def test_a_flood_from_one_network_is_told_when_to_come_back(street: Served, ask: Client) -> None:
    forged = [
        ask.post(
            SUBSCRIPTIONS,
            json={**MAIL, "address": f"p{number}@bedrijf.example"},
            headers={"forwarded": f"for=203.0.113.{number}", "x-real-ip": f"203.0.113.{number}"},
        )
        for number in range(21)
    ]
    assert [one.status_code for one in forged] == [202] * 20 + [429]
    assert forged[-1].headers["retry-after"] == str(3_600 + 1)
    assert forged[-1].headers["content-type"] == "application/problem+json"
    assert len(owed(street)) == 20


def test_operators_see_who_is_told_and_no_addresses(street: Served, ask: Client) -> None:
    ask.post(SUBSCRIPTIONS, json=MAIL)
    told = activated(street, ask)
    operator = bearer(given_out(street, Scope.OPERATE))
    page = ask.get(f"{SUBSCRIPTIONS}?limit=2", headers=operator)
    shown = {one["address"] for one in page.json()["items"]}
    assert shown == {"http://127.0.0.1:9/…", "a…@bedrijf.example"}
    assert "anna" not in page.text
    assert told["secret"] not in page.text
    active = ask.get(f"{SUBSCRIPTIONS}?state=active&channel=webhook", headers=operator).json()
    assert active["items"][0]["id"] == told["id"]
    assert {(one["state"], one["channel"]) for one in active["items"]} == {("active", "webhook")}
    assert ask.get(f"{SUBSCRIPTIONS}?state=sleeping", headers=operator).status_code == 400
    assert ask.get(f"{SUBSCRIPTIONS}/{told['id']}", headers=operator).status_code == 401


def test_where_no_secret_key_is_nobody_subscribes(tmp_path_factory: pytest.TempPathFactory) -> None:
    with (
        serving(tmp_path_factory.mktemp("web"), subscribing=False) as street,
        Client(base_url=street.url, timeout=60) as ask,
    ):
        refused = ask.post(SUBSCRIPTIONS, json=MAIL)
        assert refused.status_code == 503
        assert "KETENWACHT_SECRET_KEY" in refused.json()["detail"]
        assert "<form class" not in ask.get("/subscribe").text
        assert ask.get("/subscriptions/x?token=y").status_code == 503


def test_the_clock_of_the_answers_is_ours(street: Served, ask: Client) -> None:
    told = opened(ask)
    found = ask.get(f"{SUBSCRIPTIONS}/{told['id']}", headers=by(told)).json()
    assert found["createdAt"] == street.moment[0].isoformat().replace("+00:00", "Z")
