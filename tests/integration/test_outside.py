"""What operators configure for themselves, from the settings to the wire."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from checks.outcome import Outcome, OutcomeClass
from monitor.bootstrap import Settings, SettingsError, connected
from monitor.domain.event import Event, EventType
from monitor.domain.observation import Observation
from monitor.domain.subscription import Channel
from monitor.storage.ledger import Ledger
from monitor.storage.queries import Queries
from monitor.works import Works
from tests.receivers import receiving
from tests.unit.catalogues import GOOD

SWITCH = {"heartbeat": "env:KETENWACHT_SWITCH"}


def settings(folder: Path, **given: object) -> Settings:
    catalogue = folder / "catalogue.yaml"
    catalogue.write_text(GOOD)
    return Settings(
        catalogue=(catalogue,), database_url=f"sqlite:///{folder / 'ketenwacht.db'}", **given
    )


async def record(works: Works, at: datetime) -> None:
    check = next(id_ for id_, probe in works.board.landscape.probes.items() if probe.asked)
    seen = Observation(check, at, at, Outcome(outcome_class=OutcomeClass.OK, status=200))
    works.show(await works.recorder.record([seen]), at)


async def refusal(folder: Path, secrets: Mapping[str, str], **given: object) -> str:
    with pytest.raises(SettingsError) as refused:
        async with connected(settings(folder, **given), secrets=secrets):
            raise AssertionError("it started")
    return str(refused.value)


async def test_a_sign_of_life_is_given_only_while_what_is_asked_is_on_record(
    tmp_path: Path,
) -> None:
    async with receiving() as switch:
        secrets = {"KETENWACHT_SWITCH": switch.url()}
        async with connected(settings(tmp_path, **SWITCH), secrets=secrets) as works:
            now = datetime.now(UTC)
            with capture_logs() as logs:
                await works.outside.beat()
            assert not switch.heard
            assert "no sign of life" in logs[0]["event"]
            await record(works, now - timedelta(hours=1))
            await works.outside.beat()
            assert not switch.heard, "what is on record is an hour old"
            await record(works, now)
            await works.outside.beat()
            assert len(switch.heard) == 1


async def test_a_sign_of_life_that_does_not_arrive_is_logged_without_its_address(
    tmp_path: Path,
) -> None:
    secrets = {"KETENWACHT_SWITCH": "http://127.0.0.1:1/geheim"}
    async with connected(settings(tmp_path, **SWITCH), secrets=secrets) as works:
        await record(works, datetime.now(UTC))
        with capture_logs() as logs:
            await works.outside.beat()
    assert logs[0]["trouble"] == "the receiver refuses the connection"
    assert "geheim" not in str(logs)


async def test_an_alertmanager_is_told_again_what_is_open(tmp_path: Path) -> None:
    async with receiving() as alertmanager:
        secrets = {"ALERTS": f"http://127.0.0.1:{alertmanager.port}"}
        given = settings(tmp_path, alertmanager="env:ALERTS", language="EN")
        async with connected(given, secrets=secrets) as works:
            now = datetime.now(UTC)
            opened = Event(
                type=EventType.OUTAGE_OPENED,
                subject="presenteren/v8@prod",
                at=now - timedelta(hours=3),
                key="opened",
            )
            async with works.monitor.database.begin() as tx:
                await Ledger(tx).tell([opened])
            for _ in range(2):
                await works.outside.keep_alerts()
            await works.outside.keep_channels()
            async with works.monitor.database.read() as tx:
                (kept,) = (await Queries(tx).subscriptions()).items
            names = [name for name, *_ in works.outside.chores()]
    assert len(alertmanager.heard) == 2
    assert (kept.id, kept.language) == ("operator-alertmanager-0", "en")
    assert b"Outage" in alertmanager.heard[0].body
    assert names == ["operators", "alertmanagers"]


async def test_each_channel_has_a_courier_where_it_is_configured(tmp_path: Path) -> None:
    plain = settings(tmp_path)
    mail = {"smtp_url": "smtp://127.0.0.1:2525?starttls=never", "mail_from": "wacht@example.nl"}
    for given, there in (
        (plain, {Channel.WEBHOOK, Channel.CHAT, Channel.ALERTMANAGER}),
        (settings(tmp_path, **mail), {*Channel}),
    ):
        async with connected(given, secrets={}) as works:
            assert {*works.couriers.by_channel} == there


async def test_a_reference_that_leads_nowhere_is_told_at_the_start(tmp_path: Path) -> None:
    """By its variable and its place, never by what is kept there."""
    no_web = "must hold an address that begins with https:// or http://"
    said = await refusal(
        tmp_path,
        {"HERE": "geheim", "TWO": "mmost://one\nmmost://two"},
        chat="env:ABSENT,env:TWO",
        alertmanager="env:HERE",
        heartbeat="file:/nowhere/at/all",
    )
    assert said.splitlines() == [
        "KETENWACHT_CHAT: the variable ABSENT is not set",
        "KETENWACHT_CHAT: env:TWO must hold one address, on one line",
        f"KETENWACHT_ALERTMANAGER: env:HERE {no_web}",
        "KETENWACHT_HEARTBEAT: file:/nowhere/at/all cannot be read (FileNotFoundError)",
    ]


async def test_a_mail_server_that_cannot_be_used_is_told_at_the_start(tmp_path: Path) -> None:
    clear = {"smtp_url": "smtp://mail.example?starttls=never", "mail_from": "wacht@example.nl"}
    assert "KETENWACHT_SMTP_URL" in await refusal(tmp_path, {}, **clear)
    nobody = await refusal(tmp_path, {}, smtp_url="smtp://mail.example")
    assert nobody.startswith("KETENWACHT_MAIL_FROM: is missing beside")
    odd = {"smtp_url": "smtp://mail.example", "mail_from": "nobody"}
    assert "KETENWACHT_MAIL_FROM" in await refusal(tmp_path, {}, **odd)


async def test_a_variable_of_ours_that_is_referred_to_is_no_stranger(tmp_path: Path) -> None:
    secrets = {"KETENWACHT_SWITCH": "https://switch.example/", "KETENWACHT_SWITHC": "x"}
    said = await refusal(tmp_path, secrets, **SWITCH)
    assert said.startswith("KETENWACHT_SWITHC")
    assert "KETENWACHT_SWITCH:" not in said
