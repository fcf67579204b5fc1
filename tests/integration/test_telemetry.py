"""What Prometheus is told: by the names and in the form that it expects."""

import asyncio
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families as families

from checks.outcome import Outcome, OutcomeClass
from monitor.bootstrap import Works, configured, connected
from monitor.domain.incident import Incident, IncidentKind
from monitor.domain.observation import Observation
from monitor.domain.subscription import Channel
from monitor.measuring import measure_owed
from monitor.storage.outbox import Outstanding
from tests.building import NOON
from tests.receivers import receiving

CATALOGUE = """
catalogue: 1
environments: {prod: {name: {nl: Productie, en: Production}}}
policy: {interval: 30s}
interfaces:
  stam:
    title: {nl: STAM, en: STAM}
    chain: generiek
    checks: [{kind: health, path: /health}]
    lines: {v5: {targets: {prod: {base_url: "http://127.0.0.1:9/stam"}}}}
"""


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    file = tmp_path / "own.yaml"
    file.write_text(CATALOGUE, "utf-8")
    return file


def read(works: Works) -> dict[str, float]:
    """Every sample as it stands in the text, with its labels."""
    text = works.monitor.telemetry.exposition().decode()
    found: dict[str, float] = {}
    for family in families(text):
        for sample in family.samples:
            labels = ",".join(f"{name}={value}" for name, value in sorted(sample.labels.items()))
            found[f"{sample.name}{{{labels}}}" if labels else sample.name] = sample.value
    return found


async def test_every_process_tells_what_it_knows(catalogue: Path, tmp_path: Path) -> None:
    settings = configured(catalogue=(catalogue,), database_url=f"sqlite:///{tmp_path}/t.db")
    async with connected(settings, secrets={}) as works:
        told = read(works)
        assert told["ketenwacht_catalogue_checks"] == 1
        assert told["ketenwacht_location_last_heard_timestamp_seconds{location=}"] == 0
        assert told["ketenwacht_location_interval_seconds{location=}"] == 30
        assert told["ketenwacht_slots_missed_total{environment=prod}"] == 0, "before the first"
        assert told["ketenwacht_findings{kind=order-broken,severity=critical}"] == 0
        assert told["ketenwacht_incidents{kind=isolated}"] == 0
        assert "ketenwacht_recorded_timestamp_seconds" not in told, "nothing ever was"
        (build,) = (name for name in told if name.startswith("ketenwacht_build_info"))
        assert f"catalogue={works.catalogue.digest}" in build
        incident = Incident(
            id="i", kind=IncidentKind.ISOLATED, subject="*", opened_at=NOON, reason="gone"
        )
        works.board.apply((), (incident,), NOON)
        told = read(works)
        assert told["ketenwacht_incidents{kind=isolated}"] == 1
        assert told["ketenwacht_recorded_timestamp_seconds"] == NOON.timestamp()


async def test_a_leader_and_its_database_are_told_of(catalogue: Path, database_url: str) -> None:
    settings = configured(catalogue=(catalogue,), database_url=database_url)
    async with connected(settings, secrets={}) as works:
        assert read(works)["ketenwacht_leader"] == 0
        works.monitor.telemetry.led(7)
        async with works.monitor.database.begin():
            told = read(works)
        assert (told["ketenwacht_leader"], told["ketenwacht_leader_epoch"]) == (1, 7)
        before = told["ketenwacht_database_transaction_seconds_count{kind=write}"]
        told_after = read(works)
        assert told_after["ketenwacht_database_transaction_seconds_count{kind=write}"] == before + 1
        if works.monitor.database.is_shared:
            assert told["ketenwacht_database_connections_in_use{kind=write}"] == 1
            assert told_after["ketenwacht_database_connections_in_use{kind=write}"] == 0
            assert told["ketenwacht_database_connections_max{kind=read}"] == 4


async def test_what_is_owed_is_told_by_channel(catalogue: Path, tmp_path: Path) -> None:
    settings = configured(catalogue=(catalogue,), database_url=f"sqlite:///{tmp_path}/t.db")
    async with connected(settings, secrets={}) as works:
        owed = {Channel.MAIL: Outstanding(3, NOON - timedelta(minutes=2), 1)}
        owed[Channel.CHAT] = Outstanding(0, None, 2)
        measure_owed(works.monitor.telemetry, owed, NOON)
        told = read(works)
    assert told["ketenwacht_deliveries_waiting{channel=mail}"] == 3
    assert told["ketenwacht_delivery_overdue_seconds{channel=mail}"] == 120
    assert told["ketenwacht_deliveries_dead{channel=mail}"] == 1
    assert told["ketenwacht_deliveries_dead{channel=chat}"] == 2
    assert told["ketenwacht_deliveries_waiting{channel=webhook}"] == 0


async def test_every_check_has_one_state(catalogue: Path, tmp_path: Path) -> None:
    settings = configured(catalogue=(catalogue,), database_url=f"sqlite:///{tmp_path}/t.db")
    async with connected(settings, secrets={}) as works:
        (check,) = works.board.landscape.probes
        answered = Outcome(outcome_class=OutcomeClass.OK, status=200)
        works.show(await works.recorder.record([Observation(check, NOON, NOON, answered)]), NOON)
        states = [name for name in read(works) if name.startswith("ketenwacht_check_state")]
    where = "check=health,environment=prod,interface=stam,line=v5,location="
    assert states == [f"ketenwacht_check_state{{{where},state=up}}"]


async def test_a_sign_of_life_is_told_of_only_where_one_is_to_be_given(
    catalogue: Path, tmp_path: Path
) -> None:
    name = "ketenwacht_heartbeat_last_success_timestamp_seconds"
    given = {"catalogue": (catalogue,), "database_url": f"sqlite:///{tmp_path}/t.db"}
    async with connected(configured(**given), secrets={}) as works:
        assert name not in read(works)
    async with receiving() as switch:
        settings = configured(**given, heartbeat="env:SWITCH")
        async with connected(settings, secrets={"SWITCH": switch.url()}) as works:
            assert read(works)[name] == 0
            (check,) = works.board.landscape.probes
            now = works.monitor.clock()
            answered = Outcome(outcome_class=OutcomeClass.OK, status=200)
            works.show(await works.recorder.record([Observation(check, now, now, answered)]), now)
            await works.outside.beat()
            assert read(works)[name] >= now.timestamp()
            before = read(works)[name]
        assert len(switch.heard) == 1
    async with connected(settings, secrets={"SWITCH": switch.url()}) as works:
        await works.outside.beat()
        assert read(works)[name] == 0, f"nobody is there any more, as there was at {before}"


def complaints(promtool: str, text: bytes) -> str:
    found = subprocess.run(
        (promtool, "check", "metrics"), input=text, capture_output=True, check=False
    )
    assert found.returncode == 0, found.stderr
    return (found.stdout + found.stderr).decode()


async def test_prometheus_finds_nothing_to_say(catalogue: Path, tmp_path: Path) -> None:
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("promtool is not here (Debian's `prometheus` has it)")
    settings = configured(catalogue=(catalogue,), database_url=f"sqlite:///{tmp_path}/t.db")
    async with connected(settings, secrets={}) as works:
        text = works.monitor.telemetry.exposition()
    assert await asyncio.to_thread(complaints, promtool, text) == ""
