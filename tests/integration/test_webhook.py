"""Webhooks, posted to real servers on loopback that take them well or badly."""

import json
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from standardwebhooks import Webhook

from checks.client import Clients, Resolver
from checks.outcome import Trust
from monitor.alerts.channels.webhook import WebhookCourier
from monitor.alerts.guard import Guard
from monitor.alerts.parcel import Fate, Parcel, Receipt
from monitor.domain.delivery import DeliveryKind
from tests.certificates import Authority
from tests.hostile import HOSTILE
from tests.receivers import Heard, Receiver, receiving
from tests.servers import Manner, answer, black_hole, drip, drip_headers, mute, serving
from tests.unit.parcels import OLDER, SECRET, parcel
from tests.unit.test_guard import NOT_PUBLIC, ODD_FORMS

AGENT = "Ketenwacht/0.1"
SOURCE = "urn:nld:oin:00000001234567890000:systeem:ketenwacht"
ORIGIN = "wacht.example"
NOBODY_ELSE = Trust()  # than the system's own authorities
ACCEPTED_THOUGH_ODD = {
    *("drip", "endless body", "endless chunks", "endless trailers", "10 MB body", "triple gzip"),
    *("stacked gzip", "two encodings", "gzip bomb", "brotli", "no gzip", "short body"),
    *("bad chunks", "cut chunks", "deep json", "json bomb of numbers", "html", "empty 200"),
    "bytes in a bad charset",
}
"""Their head says 200, and nobody reads on."""


@pytest.fixture
async def clients() -> AsyncIterator[Clients]:
    clients = Clients(AGENT)
    yield clients
    await clients.aclose()


@pytest.fixture
def guard() -> Iterator[Guard]:
    guard = Guard(allow=("127.0.0.0/8",))
    yield guard
    guard.close()


@pytest.fixture
def courier(clients: Clients, guard: Guard) -> WebhookCourier:
    return courier_of(clients, guard)


def courier_of(
    clients: Clients, guard: Guard, *, trust: Trust = NOBODY_ELSE, total: float = 60.0
) -> WebhookCourier:
    return WebhookCourier(clients.of(trust), guard, source=SOURCE, origin=ORIGIN, total=total)


def verified(heard: Heard, secret: str = SECRET) -> dict[str, object]:
    """What the reference library makes of it; it raises for what is not ours."""
    found: dict[str, object] = Webhook(secret).verify(heard.body, dict(heard.headers))
    return found


async def test_an_event_arrives_signed_and_as_a_cloud_event(courier: WebhookCourier) -> None:
    async with receiving(answer("204 No Content", b"")) as receiver:
        now = datetime.now(UTC)
        told = await courier.deliver(parcel(receiver.url(), now=now, secrets=(SECRET, OLDER)))
    assert told == Receipt(Fate.ARRIVED)
    (heard,) = receiver.heard
    assert (heard.method, heard.path) == ("POST", "/hook?team=plan")
    assert heard.headers["content-type"] == "application/cloudevents+json"
    assert heard.headers["user-agent"] == AGENT
    assert heard.headers["webhook-id"] == "del-1"
    assert verified(heard)["type"] == "nl.ketenwacht.outage.opened.v1"
    assert verified(heard, OLDER)["source"] == SOURCE


async def test_every_attempt_has_one_id_and_a_time_of_its_own(courier: WebhookCourier) -> None:
    async with receiving() as receiver:
        now = datetime.now(UTC)
        for at in (now, now + timedelta(seconds=5)):
            await courier.deliver(parcel(receiver.url(), now=at))
    first, second = receiver.heard
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.headers["webhook-timestamp"] < second.headers["webhook-timestamp"]
    assert first.body == second.body


@pytest.mark.parametrize(
    ("status", "headers", "fate", "pause"),
    [
        ("200 OK", (), Fate.ARRIVED, None),
        ("202 Accepted", (), Fate.ARRIVED, None),
        ("301 Moved", (b"Location: http://127.0.0.1:1/",), Fate.AGAIN, None),
        ("307 Elsewhere", (b"Location: http://169.254.169.254/",), Fate.AGAIN, None),
        ("400 Bad Request", (), Fate.AGAIN, None),
        ("401 Unauthorized", (), Fate.AGAIN, None),
        ("404 Not Found", (), Fate.AGAIN, None),
        ("410 Gone", (), Fate.GONE, None),
        ("429 Too Many", (b"Retry-After: 120",), Fate.AGAIN, timedelta(minutes=2)),
        ("503 Unavailable", (b"Retry-After: 999999999",), Fate.AGAIN, timedelta(days=1)),
        ("503 Unavailable", (b"Retry-After: soon",), Fate.AGAIN, None),
        ("500 Oops", (b"Retry-After: 120",), Fate.AGAIN, None),
    ],
)
async def test_what_a_status_means(
    courier: WebhookCourier,
    status: str,
    headers: tuple[bytes, ...],
    fate: Fate,
    pause: timedelta | None,
) -> None:
    async with receiving(answer(status, b"their words", *headers)) as receiver:
        told = await courier.deliver(parcel(receiver.url()))
    assert (told.fate, told.retry_after) == (fate, pause)
    assert len(receiver.heard) == 1, "a redirect was followed, or an answer asked for twice"
    assert "their words" not in (told.trouble or "")


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_hostile_receiver_does_no_harm(clients: Clients, guard: Guard, name: str) -> None:
    is_slow = HOSTILE[name][1].endswith("Timeout")
    courier = courier_of(clients, guard, total=1.0 if is_slow else 60.0)
    async with serving(HOSTILE[name][0]) as port:
        told = await courier.deliver(parcel(f"http://127.0.0.1:{port}/"))
    assert told.fate is (Fate.ARRIVED if name in ACCEPTED_THOUGH_ODD else Fate.AGAIN)


@pytest.mark.parametrize("manner", [mute, drip_headers, drip])
async def test_a_slow_receiver_holds_us_no_longer_than_the_total(
    clients: Clients, guard: Guard, manner: Manner
) -> None:
    courier = courier_of(clients, guard, total=1.0)
    async with serving(manner) as port:
        told = await courier.deliver(parcel(f"http://127.0.0.1:{port}/"))
    if manner is drip:
        assert told.fate is Fate.ARRIVED
    else:
        assert told == Receipt(Fate.AGAIN, "the receiver did not answer in time")


async def test_nobody_there(clients: Clients, guard: Guard, courier: WebhookCourier) -> None:
    async with receiving() as receiver:
        pass
    told = await courier.deliver(parcel(receiver.url()))
    assert told == Receipt(Fate.AGAIN, "the receiver refuses the connection")
    with black_hole() as port:
        hasty = courier_of(clients, guard, total=0.3)
        told = await hasty.deliver(parcel(f"http://127.0.0.1:{port}/"))
    assert told == Receipt(Fate.AGAIN, "nothing answers at the receiver's address")


async def test_a_certificate_is_verified_under_the_name_of_the_host(
    clients: Clients, tmp_path: Path
) -> None:
    """The address is pinned, and yet the name decides: in Host, in SNI and in the certificate."""
    authority = Authority(tmp_path)
    right = authority.sign("right", names=("receiver.example",))
    wrong = authority.sign("wrong", names=("other.example",))
    guard = Guard(("127.0.0.0/8",), resolver=Resolver(lambda _: ["127.0.0.1"], threads=1))
    trusting = courier_of(clients, guard, trust=Trust(ca_file=str(authority.file)))
    async with receiving(context=right.server()) as receiver:
        url = receiver.url("https", "receiver.example")
        assert (await trusting.deliver(parcel(url))).fate is Fate.ARRIVED
        told = await courier_of(clients, guard).deliver(parcel(url))
        assert told.trouble == "the receiver's certificate has an issuer we do not know"
    assert receiver.heard[0].headers["host"] == f"receiver.example:{receiver.port}"
    for signed, trouble in (
        (wrong, "the receiver's certificate is for another host"),
        (
            authority.sign("old", names=("receiver.example",), days=(-9, -1)),
            "the receiver's certificate has expired",
        ),
    ):
        async with receiving(context=signed.server()) as receiver:
            url = receiver.url("https", "receiver.example")
            told = await trusting.deliver(parcel(url))
        assert told == Receipt(Fate.AGAIN, trouble)
        assert not receiver.heard
    guard.close()


async def test_a_name_that_changes_its_address_in_between_reaches_nothing_of_ours(
    clients: Clients,
) -> None:
    """Good when it was subscribed and when it was judged; inside at every look-up after that."""
    async with receiving() as inside:
        answers = iter([["8.8.8.8"], ["127.0.0.1"], ["8.8.8.8", "127.0.0.1"]])
        guard = Guard((), (inside.port,), Resolver(lambda _: next(answers), threads=1))
        url = inside.url("https", "rebinding.example")
        await guard.admit(url)
        for _ in range(2):
            told = await courier_of(clients, guard).deliver(parcel(url))
            assert told.fate is Fate.AGAIN
            assert "public address" in (told.trouble or "")
        guard.close()
    assert not inside.heard


async def test_what_was_judged_is_what_is_called(clients: Clients) -> None:
    """A client that looked the name up once more would come out elsewhere."""
    lookups: list[str] = []

    def once(host: str) -> list[str]:
        lookups.append(host)
        return ["127.0.0.1"] if len(lookups) == 1 else ["127.0.0.9"]

    resolver = Resolver(once, threads=1)
    shared = Clients(AGENT, resolver=resolver)
    guard = Guard(("127.0.0.1/32",), resolver=resolver)
    async with receiving() as receiver:
        told = await courier_of(shared, guard).deliver(parcel(receiver.url(host="once.example")))
    assert told.fate is Fate.ARRIVED
    assert lookups == ["once.example"]
    await shared.aclose()


@pytest.mark.parametrize("url", ODD_FORMS)
async def test_an_odd_form_is_refused_at_delivery_too(clients: Clients, url: str) -> None:
    guard = Guard()
    told = await courier_of(clients, guard).deliver(parcel(url))
    assert told.fate is Fate.REFUSED
    assert told.trouble is not None


@pytest.mark.parametrize("address", NOT_PUBLIC)
async def test_an_inner_address_is_not_called_at_delivery_either(
    clients: Clients, address: str
) -> None:
    guard = Guard(resolver=Resolver(lambda _: [address], threads=1))
    told = await courier_of(clients, guard).deliver(parcel("https://receiver.example/"))
    guard.close()
    assert told.fate is Fate.AGAIN
    assert "public address" in (told.trouble or "")


def test_a_tests_own_list_knows_every_odd_answer() -> None:
    assert set(HOSTILE) >= ACCEPTED_THOUGH_ODD


class TestConfirming:
    """Who may be sent to: the owner says so, by a header or by sending a code back."""

    @pytest.mark.parametrize("allowed", [b"*", b"wacht.example", b" Wacht.Example "])
    async def test_consent_is_given_by_a_header(
        self, courier: WebhookCourier, allowed: bytes
    ) -> None:
        async with receiving(answer("200 OK", b"", b"WebHook-Allowed-Origin: " + allowed)) as hook:
            told = await self.confirming(courier, hook)
        assert told == Receipt(Fate.ARRIVED, owned=True)
        (heard,) = hook.heard
        assert heard.method == "OPTIONS"
        assert heard.headers["webhook-request-origin"] == ORIGIN

    async def test_consent_for_another_is_none_for_us(self, courier: WebhookCourier) -> None:
        async with receiving(answer("200 OK", b"", b"WebHook-Allowed-Origin: a.example")) as hook:
            told = await self.confirming(courier, hook)
        assert told.fate is Fate.REFUSED
        assert [heard.method for heard in hook.heard] == ["OPTIONS"]

    @pytest.mark.parametrize(
        "to_options",
        [
            answer("405 Method Not Allowed", b""),
            answer("200 OK", b"", b"Allow: POST"),
            answer("404 Not Found", b"", b"WebHook-Allowed-Origin: *"),
            b"",
        ],
    )
    async def test_who_knows_no_options_gets_a_signed_code_and_owes_us_that(
        self, courier: WebhookCourier, to_options: bytes
    ) -> None:
        def reply(heard: Heard) -> bytes:
            return to_options if heard.method == "OPTIONS" else answer()

        async with receiving(reply) as hook:
            told = await self.confirming(courier, hook)
        assert told == Receipt(Fate.ARRIVED, owned=False)
        event = verified(hook.heard[-1])
        assert event["type"] == "nl.ketenwacht.subscription.confirm.v1"
        assert event["data"] == {"code": "c0de", "subscription": "sub-1"}

    async def test_who_keeps_silent_at_options_is_asked_by_post_in_time(
        self, clients: Clients, guard: Guard
    ) -> None:
        courier = courier_of(clients, guard, total=0.5)
        async with serving(mute) as port:
            told = await courier.deliver(self.asking(f"http://127.0.0.1:{port}/"))
        assert told.fate is Fate.AGAIN

    async def confirming(self, courier: WebhookCourier, hook: Receiver) -> Receipt:
        return await courier.deliver(self.asking(hook.url()))

    def asking(self, url: str) -> Parcel:
        return parcel(url, kind=DeliveryKind.CONFIRMATION, token="c0de", now=datetime.now(UTC))


async def test_a_test_event_arrives(courier: WebhookCourier) -> None:
    async with receiving() as receiver:
        now = datetime.now(UTC)
        await courier.deliver(parcel(receiver.url(), kind=DeliveryKind.TEST, now=now))
    assert verified(receiver.heard[0])["type"] == "nl.ketenwacht.subscription.test.v1"
    assert json.loads(receiver.heard[0].body)["data"] == {"subscription": "sub-1"}
