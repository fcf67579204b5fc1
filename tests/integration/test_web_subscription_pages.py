"""The pages on subscriptions, as browsers, mail programs, link scanners and forgers meet them."""

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from httpx2 import Client, Response

from monitor.alerts.backoff import MOST
from monitor.alerts.parcel import Fate, Receipt
from monitor.alerts.settling import settle
from monitor.domain.delivery import DeliveryKind
from monitor.domain.event import Event, EventType
from monitor.domain.subscription import Channel, SubscriptionState
from monitor.storage.ledger import Ledger
from monitor.storage.outbox import Outbox, Room
from monitor.storage.queries import Queries
from tests.e2e.releases import HOSTILE
from tests.e2e.serving import Served, serving
from tests.integration.test_web_permits import told_by
from tests.integration.test_web_subscriptions import derived, kept, owed

FORM: dict[str, Any] = {
    "event": ["drift", "outage"],
    "channel": "mail",
    "mail": "anna@bedrijf.example",
    "mode": "immediate",
    "language": "nl",
    "reminders": "",
}
NUMBERS = count(1)
HOOK = {**FORM, "channel": "webhook", "url": "http://127.0.0.1:9/in"}


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


def words(answer: Response) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def subscribed(street: Served, ask: Client, form: dict[str, Any] | None = None) -> str:
    """Somebody new, where nothing else is told."""
    somebody = {**FORM, "mail": f"anna{next(NUMBERS)}@bedrijf.example"}
    answer = ask.post("/subscribe", data=form or somebody)
    assert answer.status_code == 200, words(answer)
    return owed(street)[0][0]


def links(street: Served, id_: str) -> dict[str, str]:
    """As a mail holds them."""
    secrets = derived(street)
    acts = {"confirm": "/confirm", "manage": "", "leave": "/leave"}
    return {
        act: f"/subscriptions/{id_}{path}?token={secrets.token(act, id_)}"  # type: ignore[arg-type]
        for act, path in acts.items()
    }


def state(street: Served, id_: str) -> SubscriptionState:
    one = kept(street, id_)
    assert one
    return one.state


def confirmed(street: Served, ask: Client, form: dict[str, Any] | None = None) -> str:
    id_ = subscribed(street, ask, form)
    token = derived(street).token("confirm", id_)
    answer = ask.post(f"/subscriptions/{id_}/confirm", data={"token": token})
    assert answer.status_code == 303
    return id_


def test_the_form_subscribes_by_mail_and_says_where_to_look(street: Served, ask: Client) -> None:
    answer = ask.post("/subscribe", data=FORM)
    assert "bericht gestuurd naar anna@bedrijf.example" in words(answer)
    assert answer.headers["cache-control"] == "no-store"
    ((id_, kind),) = owed(street)
    assert kind is DeliveryKind.CONFIRMATION
    one = kept(street, id_)
    assert one
    assert one.wanted.events == ("drift", "outage")
    assert id_ not in answer.text, "who only knows the address gets no handle on it"


def test_all_kinds_ticked_means_all_there_will_ever_be(street: Served, ask: Client) -> None:
    form = ask.get("/subscribe").text
    every = re.findall(r'name="event" value="([^"]+)" checked', form)
    assert len(every) == 10
    one = kept(street, subscribed(street, ask, {**FORM, "event": every}))
    assert one
    assert one.wanted.events is None


def test_the_form_subscribes_a_webhook_and_shows_its_secret_once(
    street: Served, ask: Client
) -> None:
    answer = ask.post("/subscribe", data=HOOK)
    assert answer.headers["cache-control"] == "no-store"
    secret = re.search(r'id="secret">(whsec_[^<]+)<', answer.text)
    manage = re.search(r'id="manage" href="([^"]+)"', answer.text)
    assert secret
    assert manage
    page = ask.get(unescape(manage[1]))
    assert page.status_code == 200
    assert secret[1] not in page.text
    assert "wacht tot u het bevestigt" in words(page)


def test_what_the_address_names_is_ticked_already(ask: Client) -> None:
    asked = (
        "line=presenteren/v8&interface=stam&environment=prod&chain=plan&event=drift&line=gone/v1"
    )
    page = ask.get(f"/subscribe?{asked}").text
    ticked = re.findall(r'name="(\w+)" value="([^"]+)" checked', page)
    assert [one for one in ticked if one[0] not in {"mode", "channel"}] == [
        *(("event", "drift"), ("chain", "plan"), ("line", "presenteren/v8")),
        *(("interface", "stam"), ("environment", "prod")),
    ]


def test_an_interface_page_leads_to_the_form(ask: Client) -> None:
    page = ask.get("/interfaces/presenteren").text
    href = re.search(r'href="(/subscribe\?line=[^"]+)"', page)
    assert href
    line = href[1].partition("line=")[2]
    assert f'value="{line}" checked' in ask.get(unescape(href[1])).text


def test_an_environment_page_leads_to_the_form(ask: Client) -> None:
    page = ask.get("/environments/prod").text
    href = re.search(r'href="(/subscribe\?environment=[^"]+)"', page)
    assert href
    assert 'value="prod" checked' in ask.get(unescape(href[1])).text


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"mail": "anna"}, "mail"),
        ({"mail": ""}, "mail"),
        ({"mail": f"{HOSTILE}@bedrijf.example"}, "mail"),
        ({"channel": "webhook", "url": "https://10.0.0.1/"}, "url"),
        ({"channel": "webhook", "url": ""}, "url"),
        ({"event": []}, "events"),
        ({"line": "gone/v1"}, "lines"),
        ({"environment": "mars"}, "environments"),
        ({"channel": "chat"}, "channel"),
        ({"mode": "hourly"}, "mode"),
        ({"reminders": "P99Y"}, "reminderInterval"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_the_rest_is_kept(
    street: Served, ask: Client, changed: dict[str, Any], field: str
) -> None:
    form = {**FORM, "chain": "vth", "language": "en", **changed}
    answer = ask.post("/subscribe", data=form)
    assert answer.status_code == 400
    assert f'href="#{field}"' in answer.text
    assert HOSTILE not in answer.text
    assert 'value="vth" checked' in answer.text
    if field in {"mail", "url"}:
        box = re.search(rf'<input type="\w+" id="{field}"[^>]*>', answer.text)
        assert box
        assert f'aria-invalid="true" aria-describedby="wrong-{field}"' in box[0]
        assert f'id="wrong-{field}"' in answer.text
    assert owed(street) == []


def test_a_form_of_another_site_does_nothing(street: Served, ask: Client) -> None:
    for headers in ({"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}):
        assert ask.post("/subscribe", data=FORM, headers=headers).status_code == 403
    assert owed(street) == []
    id_ = confirmed(street, ask)
    token = derived(street).token("manage", id_)
    refused = ask.post(
        f"/subscriptions/{id_}/pause",
        data={"token": token},
        headers={"sec-fetch-site": "same-site"},
    )
    assert refused.status_code == 403
    assert state(street, id_) is SubscriptionState.ACTIVE


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"mail=%ff%fe", "application/x-www-form-urlencoded", 400),
        (b"mail=a%00b&channel=mail", "application/x-www-form-urlencoded", 400),
        (b"a=1&" * 1_500, "application/x-www-form-urlencoded", 400),
        (b"\xff\xfe", "application/x-www-form-urlencoded", 400),
        (b'{"mail": "a"}', "application/json", 415),
        (b"x" * 70_000, "application/x-www-form-urlencoded", 413),
        (b"", "application/x-www-form-urlencoded", 400),
    ],
)
def test_what_is_no_form_of_ours_is_refused(
    street: Served, ask: Client, body: bytes, kind: str, status: int
) -> None:
    answer = ask.post("/subscribe", content=body, headers={"content-type": kind})
    assert answer.status_code == status
    assert owed(street) == []


def test_looking_at_links_changes_nothing(street: Served, ask: Client) -> None:
    """A scanner of mail opens every link, and whatever those pages lead to."""
    id_ = subscribed(street, ask)
    pending = kept(street, id_)
    scan(ask, links(street, id_)["confirm"])
    assert kept(street, id_) == pending
    token = derived(street).token("confirm", id_)
    ask.post(f"/subscriptions/{id_}/confirm", data={"token": token})
    active, before = kept(street, id_), owed(street)
    for link in links(street, id_).values():
        scan(ask, link)
    assert kept(street, id_) == active
    assert owed(street) == before


def scan(ask: Client, link: str) -> None:
    for method in ("GET", "HEAD", "OPTIONS", "GET"):
        ask.request(method, link)
    found = re.findall(r'(?:href|action)="(/[^"]*)"', ask.get(link).text)
    for other in {unescape(one) for one in found if "/subscriptions/" in one}:
        for method in ("GET", "HEAD"):
            ask.request(method, other)


def test_the_button_confirms_once_and_leads_to_the_subscription(
    street: Served, ask: Client
) -> None:
    id_ = subscribed(street, ask)
    page = ask.get(links(street, id_)["confirm"])
    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "no-referrer"
    action = re.search(
        r'action="([^"]+)" method="post">\s*<input type="hidden" name="token" value="([^"]+)"',
        page.text,
    )
    assert action
    done = ask.post(action[1], data={"token": action[2]}, headers={"sec-fetch-site": "same-origin"})
    assert done.status_code == 303
    assert state(street, id_) is SubscriptionState.ACTIVE
    assert "Uw abonnement is actief." in words(ask.get(done.headers["location"]))
    again = ask.post(action[1], data={"token": action[2]})
    assert again.status_code == 410
    assert "Deze link werkt niet" in words(again)
    assert ask.get(links(street, id_)["confirm"]).status_code == 410


def test_dead_links_look_alike(street: Served, ask: Client) -> None:
    id_ = confirmed(street, ask)
    real = derived(street).token("manage", id_)
    tokens = ("", "x", real[:-1], derived(street).token("leave", id_), "%00", "\u202e", "x" * 5_000)
    for owner in (id_, "nobody", "%00", "x" * 300):
        for token in tokens:
            for act in ("", "/confirm"):
                answer = ask.get(f"/subscriptions/{owner}{act}", params={"token": token})
                assert answer.status_code == 410, (owner, token, act)
                assert "Deze link werkt niet" in words(answer)
                assert "anna" not in answer.text
    acts = ("confirm", "wishes", "pause", "resume", "secret-rotations", "test-events")
    for act in (*acts, "deliveries/nothing/redelivery"):
        for data in ({"token": "x"}, {"token": ""}, {"x": "y"}):
            assert ask.post(f"/subscriptions/{id_}/{act}", data=data).status_code == 410, act
    assert ask.post(f"/subscriptions/{id_}/leave?token=x").status_code == 410
    assert ask.post(f"/subscriptions/{id_}/leave").status_code == 410
    assert state(street, id_) is SubscriptionState.ACTIVE


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"List-Unsubscribe=One-Click", "application/x-www-form-urlencoded"),
        (
            b'--b\r\nContent-Disposition: form-data; name="x"\r\n\r\nOne-Click\r\n--b--',
            "multipart/form-data; boundary=b",
        ),
        (b"", ""),
    ],
)
def test_one_click_in_a_mail_program_leaves_at_once(
    street: Served, ask: Client, body: bytes, kind: str
) -> None:
    id_ = confirmed(street, ask)
    link = links(street, id_)["leave"]
    headers = {"content-type": kind} if kind else {}
    answers = [ask.post(link, content=body, headers=headers) for _ in range(2)]
    assert [one.status_code for one in answers] == [200, 200]
    assert "Uw abonnement is beëindigd" in words(answers[0])
    assert "<title>Uw abonnement is beëindigd" in answers[0].text
    assert state(street, id_) is SubscriptionState.LEFT
    assert [kind for _, kind in owed(street)].count(DeliveryKind.LEFT) == 1


def test_a_person_leaves_by_a_button(street: Served, ask: Client) -> None:
    id_ = confirmed(street, ask)
    page = ask.get(links(street, id_)["leave"])
    assert state(street, id_) is SubscriptionState.ACTIVE
    action = re.search(r'action="([^"]+)" method="post"', page.text.split("<main")[1])
    assert action
    ask.post(unescape(action[1]), data={})
    assert state(street, id_) is SubscriptionState.LEFT
    left = ask.get(links(street, id_)["manage"])
    assert "Er wordt niets meer gestuurd" in words(left)
    assert "/wishes" not in left.text


def test_the_manage_page_changes_pauses_and_tests(street: Served, ask: Client) -> None:
    id_ = confirmed(street, ask)
    path, token = f"/subscriptions/{id_}", derived(street).token("manage", id_)
    page = ask.get(f"{path}?token={token}")
    assert page.headers["cache-control"] == "no-store"
    assert "vraag om bevestiging" in words(page)
    form = {"token": token, "event": "gate", "chain": "vth", "mode": "daily", "language": "en"}
    changed = ask.post(f"{path}/wishes", data={**form, "reminders": "P7D"})
    query = parse_qs(urlsplit(changed.headers["location"]).query)
    assert (changed.status_code, query) == (303, {"token": [token], "said": ["changed"]})
    one = kept(street, id_)
    assert one
    assert (one.wanted.events, one.wanted.chains, one.mode) == (("gate",), ("vth",), "daily")
    assert one.reminder_interval
    assert one.reminder_interval.days == 7
    none = ask.post(f"{path}/wishes", data={"token": token})
    assert none.status_code == 400
    assert 'href="#events"' in none.text
    for act, after in (("pause", "paused"), ("resume", "active"), ("test-events", "active")):
        assert ask.post(f"{path}/{act}", data={"token": token}).status_code == 303
        assert state(street, id_) == after
    assert DeliveryKind.TEST in {kind for _, kind in owed(street)}
    assert ask.post(f"{path}/secret-rotations", data={"token": token}).status_code == 410
    said = ask.get(f"{path}?token={token}&said={HOSTILE}")
    assert said.status_code == 200
    assert HOSTILE not in said.text


def test_the_log_says_what_was_told_and_sends_it_again(street: Served, ask: Client) -> None:
    form = {**FORM, "mail": f"anna{next(NUMBERS)}@bedrijf.example", "event": ["content"]}
    id_, now = confirmed(street, ask, form), street.moment[0]
    token = derived(street).token("manage", id_)
    wiped = Event(
        type=EventType.CONTENT_WIPED,
        subject="pre",
        at=now,
        key=f"wiped{id_}",
        facts={"environment": "pre", "rollout": "x", "reason": HOSTILE},
    )

    async def deliver(trouble: str | None) -> str:
        database = street.monitor[0].database
        soon = street.moment[0] + timedelta(seconds=5)
        async with database.begin() as tx:
            await Ledger(tx).tell([wiped])  # once, however often it is said
            room = Room(channels={Channel.MAIL: 99}, per_lane=99)
            claims = await Outbox(tx).claim(soon, room, MOST)
            mine = next(one for one in claims if one.events)
            fate = Fate.REFUSED if trouble else Fate.ARRIVED
            await settle(tx, mine, Receipt(fate, trouble), soon, 0.5)
        return mine.delivery.id

    sent = told_by(street, deliver("the mail server refuses the address for good (550)"))
    path = f"/subscriptions/{id_}"
    page = ask.get(f"{path}?token={token}")
    assert "PRE" in words(page)
    assert "geweigerd · 0.5 s · the mail server refuses the address" in words(page)
    assert HOSTILE not in page.text
    again = f"{path}/deliveries/{sent}/redelivery"
    assert f'action="{again}"' in page.text
    assert ask.post(again, data={"token": "x"}).status_code == 410
    answer = ask.post(again, data={"token": token})
    assert "said=repeated" in answer.headers["location"]
    assert told_by(street, deliver(None)) == sent, "under its own id"
    assert "aangekomen · 0.5 s" in words(ask.get(f"{path}?token={token}"))
    other = confirmed(street, ask)
    foreign = {"token": derived(street).token("manage", other)}
    answer = ask.post(f"/subscriptions/{other}/deliveries/{sent}/redelivery", data=foreign)
    assert "said=not_repeated" in answer.headers["location"]


def test_a_new_secret_is_shown_once(street: Served, ask: Client) -> None:
    id_ = confirmed(street, ask, HOOK)
    token = derived(street).token("manage", id_)
    shown = ask.post(f"/subscriptions/{id_}/secret-rotations", data={"token": token})
    assert derived(street).webhook_secret(id_, 1) in shown.text
    assert shown.headers["cache-control"] == "no-store"
    assert f"/subscriptions/{id_}?token=" in shown.text, "the language links lead to a page"
    assert "whsec_" not in ask.get(f"/subscriptions/{id_}?token={token}").text


def test_an_interval_of_the_api_survives_the_form(street: Served, ask: Client) -> None:
    told = ask.post(
        "/api/v1/subscriptions",
        json={
            "channel": "webhook",
            "address": "http://127.0.0.1:9/in",
            "events": ["drift.opened"],
            "reminderInterval": "P2DT3H",
        },
    ).json()
    page = ask.get(f"/subscriptions/{told['id']}?token={told['token']}").text
    assert '<option value="P2DT3H" selected>' in page
    assert 'name="event" value="drift.opened" checked' in page
    form = {"token": told["token"], "event": "drift.opened", "reminders": "P2DT3H"}
    assert ask.post(f"/subscriptions/{told['id']}/wishes", data=form).status_code == 303
    one = kept(street, told["id"])
    assert one
    assert one.wanted.events == ("drift.opened",)


def test_too_many_tries_are_told_in_the_form(street: Served, ask: Client) -> None:
    for number in range(20):
        subscribed(street, ask, {**FORM, "mail": f"p{number}@bedrijf.example"})
    answer = ask.post("/subscribe", data=FORM)
    assert answer.status_code == 429
    assert "Er is zojuist te veel gevraagd" in words(answer)
    assert len(owed(street)) == 20


def test_no_secret_of_a_subscriber_reaches_the_database(street: Served, ask: Client) -> None:
    id_ = confirmed(street, ask, HOOK)
    secrets = derived(street)
    place = street.monitor[0].database.place
    told = [secrets.webhook_secret(id_).removeprefix("whsec_")]
    told += [secrets.token(one, id_) for one in ("manage", "leave", "confirm")]

    async def settle() -> None:
        async with street.monitor[0].database.read() as tx:
            await Queries(tx).subscription(id_)

    told_by(street, settle())
    kept_bytes = b"".join(
        one.read_bytes() for one in Path(place).parent.glob("web.db*") if "key" not in one.name
    )
    assert id_.encode() in kept_bytes
    assert not any(one.encode() in kept_bytes for one in told)
