"""Alerts to an Alertmanager: a receiver that keeps what it got, and a real one."""

import asyncio
import json
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from benchmarks.loopback import free_port
from checks.client import Clients
from checks.outcome import Trust
from monitor.alerts.channels.alertmanager import AlertmanagerCourier
from monitor.alerts.links import Links
from monitor.alerts.parcel import Fate, Receipt
from monitor.catalogue.references import Reference
from monitor.domain.event import Event, EventType
from monitor.domain.subscription import Channel
from tests.receivers import Receiver, receiving
from tests.servers import answer
from tests.unit.parcels import NOON, happened, outage, parcel

NAME = "env:ALERTMANAGER"
LINKS = Links("https://wacht.example")
PROGRAM = shutil.which("prometheus-alertmanager")


@pytest.fixture
async def clients() -> AsyncIterator[Clients]:
    clients = Clients("Ketenwacht/0.1")
    yield clients
    await clients.aclose()


def courier_to(url: str, clients: Clients) -> AlertmanagerCourier:
    places = {NAME: Reference.parse(NAME)}
    return AlertmanagerCourier(
        clients.of(Trust()), places, {"ALERTMANAGER": url}, LINKS, language="en"
    )


async def told(courier: AlertmanagerCourier, *events: Event, now: datetime = NOON) -> Receipt:
    return await courier.deliver(parcel(NAME, *events, channel=Channel.ALERTMANAGER, now=now))


def alerts(receiver: Receiver) -> list[dict[str, Any]]:
    return [one for heard in receiver.heard for one in json.loads(heard.body)]


def resolved(**facts: str) -> Event:
    return happened(EventType.OUTAGE_RESOLVED, facts={"reason": "answered 200", **facts})


async def test_an_outage_fires_and_its_end_ends_the_same_alert(clients: Clients) -> None:
    async with receiving() as receiver:
        courier = courier_to(f"http://127.0.0.1:{receiver.port}/prefix/", clients)
        assert await told(courier, outage()) == Receipt(Fate.ARRIVED)
        await told(courier, resolved(openedAt="2026-11-21T11:50:00+00:00"))
    assert {heard.path for heard in receiver.heard} == {"/prefix/api/v2/alerts"}
    fires, ends = alerts(receiver)
    assert fires["labels"] == ends["labels"]
    assert fires["labels"] == {
        "alertname": "KetenwachtOutage",
        "service": "ketenwacht",
        "severity": "critical",
        "story": "story of presenteren/v8@prod",
        "interface": "presenteren",
        "line": "presenteren/v8",
        "environment": "prod",
    }
    assert fires["endsAt"] == "2026-11-21T12:30:00Z"
    assert ends["startsAt"] == "2026-11-21T11:50:00Z"
    assert ends["endsAt"] == "2026-11-21T11:55:00Z"
    assert str(fires["generatorURL"]).startswith("https://wacht.example/interfaces/presenteren")
    assert "presenteren" in fires["annotations"]["summary"]


async def test_a_version_on_its_way_is_no_alert_until_it_is_overdue(clients: Clients) -> None:
    facts = {"kind": "lag", "environments": "lto,prod"}
    line = "presenteren/v8"
    async with receiving() as receiver:
        courier = courier_to(f"http://127.0.0.1:{receiver.port}", clients)
        rolling = happened(EventType.DRIFT_OPENED, line, {**facts, "phase": "rollingOut"})
        assert (await told(courier, rolling)).fate is Fate.ARRIVED
        assert not receiver.heard
        late = happened(EventType.DRIFT_OVERDUE, line, {**facts, "phase": "overdue"})
        over = happened(EventType.DRIFT_RESOLVED, line, {"kind": "lag", "environments": "prod"})
        await told(courier, late, over)
    opening, ending = alerts(receiver)
    assert opening["labels"] == ending["labels"], "it has other environments at its end"
    assert opening["labels"]["kind"] == "lag"


@pytest.mark.parametrize(
    "kind", [EventType.GATE_OPENED, EventType.MAINTENANCE_STARTED, EventType.ROLLOUT_ARRIVED]
)
async def test_news_is_no_alert(clients: Clients, kind: EventType) -> None:
    async with receiving() as receiver:
        courier = courier_to(f"http://127.0.0.1:{receiver.port}", clients)
        assert (await told(courier, happened(kind))).fate is Fate.ARRIVED
    assert not receiver.heard


async def test_a_user_in_the_address_goes_into_a_header_and_nowhere_else(
    clients: Clients,
) -> None:
    async with receiving(answer("401 No", b"")) as receiver:
        courier = courier_to(f"http://wacht:geh%40im@127.0.0.1:{receiver.port}", clients)
        said = await told(courier, outage())
    assert said == Receipt(Fate.AGAIN, "the receiver answered 401")
    assert receiver.heard[0].headers["authorization"] == "Basic d2FjaHQ6Z2VoQGlt"
    assert receiver.heard[0].headers["host"] == f"127.0.0.1:{receiver.port}"


async def test_what_is_not_configured_right_says_where(clients: Clients) -> None:
    for held in ("", "alertmanager:9093", "ftp://alertmanager/", "http://a\nb/"):
        said = await told(courier_to(held, clients), outage())
        assert said.fate is Fate.AGAIN
        assert NAME in (said.trouble or "")
    gone = parcel("env:OTHER", outage(), channel=Channel.ALERTMANAGER)
    said = await courier_to("http://127.0.0.1:1", clients).deliver(gone)
    assert said.fate is Fate.REFUSED


async def test_410_of_an_alertmanager_is_no_wish_to_leave(clients: Clients) -> None:
    async with receiving(answer("410 Gone", b"")) as receiver:
        courier = courier_to(f"http://127.0.0.1:{receiver.port}", clients)
        assert (await told(courier, outage())).fate is Fate.AGAIN


@contextmanager
def alertmanager(folder: Path) -> Iterator[str]:
    """The real program, on a port of its own."""
    assert PROGRAM is not None
    port = free_port()
    config = folder / "alertmanager.yml"
    config.write_text("route: {receiver: nobody}\nreceivers: [{name: nobody}]\n")
    process = subprocess.Popen(
        [
            PROGRAM,
            f"--config.file={config}",
            f"--storage.path={folder / 'data'}",
            f"--web.listen-address=127.0.0.1:{port}",
            "--cluster.listen-address=",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(60)


def shown(base: str) -> list[str]:
    with urlopen(f"{base}/api/v2/alerts?active=true", timeout=60) as response:  # noqa: S310  ours
        return [one["labels"]["alertname"] for one in json.load(response)]


@pytest.mark.skipif(PROGRAM is None, reason="there is no prometheus-alertmanager on this machine")
async def test_a_real_alertmanager_shows_it_keeps_it_and_lets_it_go(
    clients: Clients, tmp_path: Path
) -> None:
    now = datetime.now(UTC)
    opened = Event(
        type=EventType.OUTAGE_OPENED,
        subject="presenteren/v8@prod",
        at=now - timedelta(minutes=2),
        key="opened",
        facts={"reason": 'hostile "}]\r\n</script>'},
        story="incident-1",
    )
    over = Event(
        type=EventType.OUTAGE_RESOLVED,
        subject="presenteren/v8@prod",
        at=now,
        key="over",
        facts={},
        story="incident-1",
    )
    with alertmanager(tmp_path) as base:
        courier = courier_to(base, clients)
        async with asyncio.timeout(60):
            while (await told(courier, opened, now=now)).fate is not Fate.ARRIVED:  # noqa: ASYNC110  it tells nobody that it is up
                await asyncio.sleep(0.05)
        assert shown(base) == ["KetenwachtOutage"]
        await courier.keep((opened,), now)
        assert shown(base) == ["KetenwachtOutage"]
        await told(courier, over, now=now)
        assert shown(base) == []
