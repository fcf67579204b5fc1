"""The whole monitor on the pretend DSO-LV: started, reloaded, cut off, stopped."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from checks.simulator.clock import wall_clock
from checks.simulator.course import Course
from checks.simulator.server import Simulator, running
from monitor.bootstrap import (
    Settings,
    SettingsError,
    Works,
    configured,
    connected,
    utc_now,
    watching,
)
from monitor.catalogue.loader import shipped
from monitor.storage.fault import StorageError
from monitor.storage.queries import Queries


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    async with running(Course(1, wall_clock())) as simulator:
        yield simulator


@pytest.fixture
def settings(simulator: Simulator, tmp_path: Path) -> Settings:
    text = simulator.addresses.rewritten(shipped("demo").read_text("utf-8"))
    catalogue = tmp_path / "demo.yaml"
    catalogue.write_text(text, "utf-8")
    return configured(
        catalogue=(catalogue,),
        database_url=f"sqlite:///{tmp_path}/run.db",
        ca_file=Path(simulator.addresses.ca),
    )


@asynccontextmanager
async def at_work(settings: Settings, simulator: Simulator) -> AsyncIterator[Works]:
    secrets = {**os.environ, **simulator.addresses.environ}
    async with connected(settings, secrets=secrets) as works, watching(works):
        yield works


async def until(enough: Callable[[], object]) -> None:
    async with asyncio.timeout(120):
        while not enough():  # noqa: ASYNC110  what we wait for has no event
            await asyncio.sleep(0.05)


async def test_every_target_is_soon_concluded_of_and_stays_so_after_a_restart(
    simulator: Simulator, settings: Settings
) -> None:
    async with at_work(settings, simulator) as works:
        asked = {probe.id.target for probe in works.board.landscape.probes.values() if probe.asked}
        await until(lambda: asked <= works.board.standings.keys())
        assert works.board.trouble is None
        assert works.board.next_look is not None
        text = works.monitor.telemetry.exposition().decode()
        assert 'ketenwacht_target_state{environment="prod",interface="presenteren"' in text
    assert works.intake.depth == 0
    async with connected(settings, secrets=simulator.addresses.environ) as again:
        assert asked <= again.board.standings.keys()
        assert again.board.recorded_at is not None


async def test_what_was_seen_last_is_written_before_the_end(
    simulator: Simulator, settings: Settings
) -> None:
    async with at_work(settings, simulator) as works:
        await until(lambda: works.intake.depth)
    async with connected(settings, secrets=simulator.addresses.environ) as again:
        async with again.monitor.database.read() as tx:
            page = await Queries(tx).observations(limit=1_000)
        counted = works.monitor.telemetry.registry
        total = sum(
            sample.value
            for metric in counted.collect()
            for sample in metric.samples
            if sample.name == "ketenwacht_probes_total"
        )
    assert len(page.items) == total > 0


async def test_a_broken_catalogue_leaves_the_last_good_one_in_force(
    simulator: Simulator, settings: Settings
) -> None:
    (file,) = settings.catalogue
    good = file.read_text("utf-8")
    async with connected(settings, secrets=simulator.addresses.environ) as works:
        works.scheduler.start(works.board.landscape, {})
        before = works.board.landscape
        file.write_text(good + "\nnonsense: 1\n", "utf-8")
        await works.look_at_files()
        assert works.board.landscape is before
        assert "nonsense" in (works.board.catalogue_trouble or "")
        assert b"ketenwacht_catalogue_ok 0.0" in works.monitor.telemetry.exposition()
        file.write_text(good.replace("interval: 20s", "interval: 25s"), "utf-8")
        await works.look_at_files()
        assert works.board.landscape.policy.interval.total_seconds() == 25
        assert works.board.catalogue_trouble is None
        assert b"ketenwacht_catalogue_ok 1.0" in works.monitor.telemetry.exposition()
        await works.scheduler.stop()


async def test_what_cannot_be_recorded_is_said_on_the_page_until_it_can(
    simulator: Simulator, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with at_work(settings, simulator) as works:
        await until(lambda: works.board.standings)
        record = works.recorder.record

        async def away(_batch: object) -> None:
            raise StorageError("The database is away.")

        monkeypatch.setattr(works.recorder, "record", away)
        await until(lambda: works.board.trouble)
        assert works.board.trouble == "The database is away."
        revision = works.board.revision
        monkeypatch.setattr(works.recorder, "record", record)
        await until(lambda: works.board.trouble is None)
        assert works.board.revision > revision
    assert works.intake.depth == 0


async def test_a_mistyped_variable_is_refused(simulator: Simulator, settings: Settings) -> None:
    secrets = {**simulator.addresses.environ, "KETENWACHT_DATABSE_URL": "sqlite:///x.db"}
    with pytest.raises(SettingsError, match="KETENWACHT_DATABASE_URL"):
        async with connected(settings, secrets=secrets):
            pass


def test_our_clock_is_aware_and_in_utc() -> None:
    assert utc_now().utcoffset() is not None
    assert not utc_now().utcoffset()
