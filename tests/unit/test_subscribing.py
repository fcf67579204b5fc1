"""What may be wished for, how limits count, and what others see of an address."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_network

import pytest
from starlette.types import Receive, Scope, Send

from monitor.cli.serving import window_config
from monitor.desk.limits import NOBODY, QUESTIONS, TRIES, network_of
from monitor.desk.privacy import address_digest, masked
from monitor.desk.subscribing import paused, resumed
from monitor.desk.wishes import FAMILIES, TYPES, strangers
from monitor.domain.event import EventType
from monitor.domain.landscape import LineId
from monitor.domain.subscription import Channel, Subscription, SubscriptionState, Wanted
from monitor.settings import Settings
from tests.building import NOON, landscape
from web.routes.forms import is_foreign
from web.templating.wishes import FAMILY


def subscription(address: str = "anna@bedrijf.example", **fields: object) -> Subscription:
    given = {"channel": Channel.MAIL, "state": SubscriptionState.ACTIVE, **fields}
    return Subscription(
        id="s",
        address=address,
        wanted=Wanted(),
        created_at=NOON,
        **given,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("host", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("localhost", NOBODY),
        (None, NOBODY),
    ],
)
def test_a_network_is_what_one_party_has(host: str | None, network: str) -> None:
    assert network_of(host) == network


def test_windows_begin_at_whole_multiples_of_their_length() -> None:
    late = datetime(2026, 6, 15, 23, 59, 59, tzinfo=UTC)
    assert TRIES.start(late) == datetime(2026, 6, 15, 23, tzinfo=UTC)
    assert QUESTIONS.start(late) == datetime(2026, 6, 15, tzinfo=UTC)
    assert QUESTIONS.end(late) == QUESTIONS.start(late + timedelta(seconds=1))


def test_every_event_but_notices_can_be_chosen_in_plain_words() -> None:
    assert FAMILY.keys() == {*FAMILIES}
    left_out = {*EventType} - {*TYPES}
    assert left_out
    assert all(one.startswith("notice.") for one in left_out)


def test_a_wish_names_what_there_is() -> None:
    fine = Wanted(
        events=("drift", "outage.opened"),
        interfaces=("stam",),
        lines=(LineId("presenteren", "v8"),),
        environments=("prod",),
        chains=("plan",),
    )
    assert not [*strangers(fine, landscape())]
    wrong = Wanted(
        events=("notice", "drift.exploded"),
        interfaces=("stam5",),
        lines=(LineId("stam", "9"),),
        environments=("mars",),
        chains=("food",),
    )
    found = [(one.field, one.name) for one in strangers(wrong, landscape())]
    assert found == [
        *(("events", "notice"), ("events", "drift.exploded"), ("interfaces", "stam5")),
        *(("lines", "stam/9"), ("environments", "mars"), ("chains", "food")),
    ]


def test_others_see_too_little_of_an_address_to_write_to_it() -> None:
    assert masked(subscription()) == "a…@bedrijf.example"
    hook = "https://hooks.bedrijf.example/in/SECRET?key=SECRET"
    assert masked(subscription(hook, channel=Channel.WEBHOOK)) == "https://hooks.bedrijf.example/…"


def test_an_address_is_found_however_it_is_written() -> None:
    one = address_digest(Channel.MAIL, "Anna@bedrijf.example")
    assert one == address_digest(Channel.MAIL, "anna@bedrijf.example")
    assert one != address_digest(Channel.WEBHOOK, "anna@bedrijf.example")


def test_going_on_does_not_confirm() -> None:
    pending = subscription(state=SubscriptionState.PENDING)
    assert resumed(paused(pending)) == pending
    active = subscription()
    assert paused(active).state is SubscriptionState.PAUSED
    failed = subscription(state=SubscriptionState.PAUSED, failing_since=NOON)
    assert resumed(failed) == active


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("10.0.0.5", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.5", "192.0.2.66, 198.51.100.1", "198.51.100.1"),
        ("10.0.0.5", "192.0.2.66, 198.51.100.1, 10.0.0.7", "198.51.100.1"),
        ("10.0.0.5", "", "10.0.0.5"),
    ],
)
async def test_only_a_trusted_proxy_says_from_where_somebody_asks(
    peer: str, forwarded: str, client: str
) -> None:
    seen: list[str] = []

    async def app(scope: Scope, _receive: Receive, _send: Send) -> None:
        seen.append(scope["client"][0])

    config = window_config(app, Settings(trusted_proxies=(ip_network("10.0.0.0/8"),)))
    config.load()
    headers = [(b"x-forwarded-for", forwarded.encode())] if forwarded else []
    scope = {"type": "http", "client": (peer, 1), "headers": headers, "scheme": "http"}
    await config.loaded_app(scope, None, None)
    assert seen == [client]


OURS = {"host": "ketenwacht.example"}


@pytest.mark.parametrize(
    ("headers", "foreign"),
    [
        ({}, False),
        ({"sec-fetch-site": "same-origin", "origin": "null"}, False),
        ({"sec-fetch-site": "none"}, False),
        ({"sec-fetch-site": "cross-site", "origin": "https://ketenwacht.example"}, True),
        ({"sec-fetch-site": "same-site"}, True),
        ({"origin": "https://ketenwacht.example"}, False),
        ({"origin": "https://KETENWACHT.example"}, False),
        ({"origin": "https://evil.example"}, True),
        ({"origin": "https://ketenwacht.example.evil.example"}, True),
        ({"origin": "https://evil.example/ketenwacht.example"}, True),
        ({"origin": "null"}, False),
    ],
)
def test_a_form_of_another_site_is_told_by_what_the_browser_says(
    headers: dict[str, str], *, foreign: bool
) -> None:
    assert is_foreign({**OURS, **headers}) is foreign
