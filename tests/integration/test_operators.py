"""What operators are told by configuration alone, and the sign of life that we give."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from checks.client import Clients
from checks.outcome import Trust
from monitor.alerts import operators
from monitor.alerts.alert import NAMES
from monitor.alerts.heartbeat import Heartbeat, is_alive
from monitor.catalogue.references import Reference
from monitor.domain.event import OPENS, Event, EventType
from monitor.domain.subscription import Subscription, SubscriptionState
from monitor.storage.engine import Database
from monitor.storage.ledger import Ledger
from monitor.storage.queries import Queries
from monitor.storage.stories import Stories
from tests.receivers import receiving
from tests.servers import answer
from tests.unit.parcels import NOON

CHAT, OTHER, ALERTS = map(Reference.parse, ("env:CHAT", "file:/run/chat", "env:ALERTS"))
LATER = NOON + timedelta(hours=1)


async def kept(database: Database) -> dict[str, Subscription]:
    async with database.read() as tx:
        return {one.id: one for one in (await Queries(tx).subscriptions()).items}


async def configured(
    database: Database,
    chats: list[Reference],
    alertmanagers: list[Reference],
    language: str = "nl",
) -> None:
    wished = [*operators.wished(chats, alertmanagers, language, NOON)]
    await operators.keep(database, wished, NOON)


def happened(kind: EventType, story: str, minutes: int = 0) -> Event:
    at = NOON + timedelta(minutes=minutes)
    return Event(
        type=kind, subject="presenteren/v8@prod", at=at, key=f"{kind}:{story}:{at}", story=story
    )


async def told(database: Database, *events: Event) -> None:
    async with database.begin() as tx:
        await Ledger(tx).tell(events)


async def test_operators_are_told_in_the_language_that_is_set_now(database: Database) -> None:
    for language in ("nl", "en"):
        await configured(database, [CHAT], [], language)
        assert (await kept(database))["operator-chat-0"].language == language


async def test_what_is_configured_is_told_and_what_is_not_any_more_is_not(
    database: Database,
) -> None:
    await configured(database, [CHAT, OTHER], [ALERTS])
    found = await kept(database)
    assert {id_: one.address for id_, one in found.items()} == {
        "operator-chat-0": "env:CHAT",
        "operator-chat-1": "file:/run/chat",
        "operator-alertmanager-0": "env:ALERTS",
    }
    assert {one.state for one in found.values()} == {SubscriptionState.ACTIVE}
    await operators.keep(database, [*operators.wished([OTHER], [ALERTS], "nl", LATER)], LATER)
    after = await kept(database)
    assert after["operator-chat-0"].address == "file:/run/chat"
    assert after["operator-chat-0"].created_at == NOON
    assert after["operator-chat-1"].state is SubscriptionState.LEFT
    assert after["operator-alertmanager-0"] == found["operator-alertmanager-0"]
    await configured(database, [CHAT, OTHER], [ALERTS])
    assert (await kept(database))["operator-chat-1"].state is SubscriptionState.ACTIVE


async def test_a_notice_is_owed_to_operators(database: Database) -> None:
    await configured(database, [CHAT], [ALERTS])
    await told(
        database,
        happened(EventType.NOTICE_REFUSED, "refused"),
        happened(EventType.ROLLOUT_ARRIVED, "arrived"),
    )
    async with database.read() as tx:
        owed = (await Queries(tx).deliveries()).items
    assert sorted((one.subscription, one.story) for one in owed) == [
        ("operator-alertmanager-0", "refused"),
        ("operator-chat-0", "arrived"),
        ("operator-chat-0", "refused"),
    ]


async def test_the_newest_of_each_story_tells_how_it_stands(database: Database) -> None:
    await told(
        database,
        happened(EventType.OUTAGE_OPENED, "open"),
        happened(EventType.OUTAGE_OPENED, "over"),
        happened(EventType.OUTAGE_RESOLVED, "over", 5),
        happened(EventType.OUTAGE_OPENED, "long over"),
        happened(EventType.OUTAGE_RESOLVED, "long over", 1),
        happened(EventType.UNSTABLE_STARTED, "again"),
        happened(EventType.UNSTABLE_ENDED, "again", 1),
        happened(EventType.UNSTABLE_STARTED, "again", 2),
        happened(EventType.DRIFT_OPENED, "late"),
        happened(EventType.DRIFT_OVERDUE, "late", 3),
        happened(EventType.GATE_OPENED, "news"),
    )
    async with database.read() as tx:
        found = await Stories(tx).standing(NOON + timedelta(minutes=4))
    assert [(one.story, one.type) for one in found] == [
        ("open", EventType.OUTAGE_OPENED),
        ("over", EventType.OUTAGE_RESOLVED),
        ("again", EventType.UNSTABLE_STARTED),
        ("late", EventType.DRIFT_OVERDUE),
    ]


def test_whatever_opens_an_alert_has_an_end_of_the_same_name() -> None:
    for opening, ending in OPENS.items():
        assert NAMES.get(opening) == NAMES.get(ending)


@pytest.fixture
async def clients() -> AsyncIterator[Clients]:
    clients = Clients("Ketenwacht/0.1")
    yield clients
    await clients.aclose()


async def test_a_sign_of_life_is_one_get_and_its_trouble_never_names_the_address(
    clients: Clients,
) -> None:
    http, reference = clients.of(Trust()), Reference.parse("env:SWITCH")
    async with receiving() as receiver:
        secrets = {"SWITCH": receiver.url()}
        assert await Heartbeat(http, reference, secrets).beat() is None
    (heard,) = receiver.heard
    assert (heard.method, heard.path) == ("GET", "/hook?team=plan")
    said = await Heartbeat(http, reference, secrets).beat()
    assert said == "the receiver refuses the connection"
    async with receiving(answer("404 Not Found", b"")) as receiver:
        said = await Heartbeat(http, reference, {"SWITCH": receiver.url()}).beat()
    assert said == "the receiver answered 404"
    assert "env:SWITCH" in (await Heartbeat(http, reference, {"SWITCH": "geheim"}).beat() or "")


def test_we_are_alive_while_what_we_ask_is_recorded() -> None:
    half = timedelta(seconds=30)
    assert is_alive(NOON, NOON - 4 * half, half)
    assert not is_alive(NOON, NOON - 4 * half - timedelta(seconds=1), half)
