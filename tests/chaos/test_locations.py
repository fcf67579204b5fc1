"""Two locations of one monitor, in real processes: quorum, a dead worker and a frozen one."""

import asyncio
import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from typer.testing import CliRunner

from monitor.cli.app import app
from monitor.scheduling.batch import Origin
from monitor.scheduling.dispatcher import VERSION
from monitor.storage.dispatched import Mark, set_marks
from monitor.storage.engine import Database
from tests.chaos.invariants import invariants
from tests.chaos.posts import Divided, catalogue, divided, post
from tests.chaos.running import Running, stopped, until

LINES = 4


def rows(url: str, query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(query).fetchall()


async def targets(leader: Running) -> list[dict[str, Any]]:
    status = await leader.status()
    return [line["targets"][0] for one in status["interfaces"] for line in one["lines"]]


async def all_are(leader: Running, state: str) -> bool:
    return {one["state"] for one in await targets(leader)} == {state}


async def all_seen(leader: Running, state: str) -> bool:
    seen = [place["state"] for one in await targets(leader) for place in one["locations"]]
    return len(seen) == 2 * LINES and {*seen} == {state}


async def test_what_two_locations_see_is_told_apart_and_a_worker_may_die(
    postgres_url: str, tmp_path: Path
) -> None:
    async with divided() as supplier:
        file = catalogue(tmp_path, supplier, LINES, seconds=3)
        async with post("run", "internet", postgres_url, file) as leader:
            await until(leader.is_alive)
            async with post("worker", "pkio", postgres_url, file) as worker:
                await until(worker.is_alive)
                await until(lambda: all_seen(leader, "up"))
                await down_from_one_is_degraded(leader, supplier)
                await down_from_both_is_down(leader, supplier)
                worker.send(signal.SIGKILL)
                await until(lambda: told(postgres_url, "notice.locationSilent"))
                assert await all_are(leader, "up"), "a silent location is no outage"
            async with post("worker", "pkio", postgres_url, file, log="second") as second:
                await until(lambda: told(postgres_url, "notice.locationHeard"))
                await frozen_and_woken(leader, second, supplier)
                await stopped(second)
            await stopped(leader)
    outages_once(postgres_url)
    await invariants(postgres_url, timedelta(seconds=3))


async def down_from_one_is_degraded(leader: Running, supplier: Divided) -> None:
    supplier.down_to = {"pkio"}
    await until(lambda: all_are(leader, "degraded"))
    (one, *_) = await targets(leader)
    assert one["reason"].startswith("from pkio only: ")
    assert [(place["location"], place["state"]) for place in one["locations"]] == [
        ("internet", "up"),
        ("pkio", "down"),
    ]
    page = (await leader.get("/interfaces/posts?lang=en")).text
    assert "Restricted network" in page
    assert "down from Restricted network only" in page
    assert not (await leader.status())["incidents"], "that is no outage"


async def down_from_both_is_down(leader: Running, supplier: Divided) -> None:
    supplier.down_to = {"internet", "pkio"}
    await until(lambda: all_are(leader, "down"))
    supplier.down_to = set()
    await until(lambda: all_are(leader, "up"))


async def frozen_and_woken(leader: Running, worker: Running, supplier: Divided) -> None:
    """Its batches are taken from it; what it does on waking makes nobody fail."""
    worker.send(signal.SIGSTOP)
    await asyncio.sleep(8)  # the leader calls it dead after 6
    heard = supplier.heard("pkio")
    worker.send(signal.SIGCONT)
    await until(lambda: supplier.heard("pkio") >= heard + 2 * LINES)
    assert await all_are(leader, "up")


async def told(url: str, kind: str) -> bool:
    query = f"select 1 from event where type = '{kind}'"  # noqa: S608  a word of ours
    return bool(await asyncio.to_thread(rows, url, query))


def outages_once(url: str) -> None:
    """Each line was down once, from both, whoever recorded it."""
    told_ = rows(url, "select subject, type from event where type like 'outage.%' order by 1, 2")
    opened = [subject for subject, kind in told_ if kind == "outage.opened"]
    assert len(opened) == len({*opened}), told_
    assert [s for s, kind in told_ if kind == "outage.resolved"] == opened


def refused(url: str, file: Path, place: str) -> str:
    """What `ketenwacht worker` says as it ends with exit code 2, in this process."""
    asked = ["worker", "--location", place, "--database-url", url, "--catalogue", str(file)]
    ended = CliRunner().invoke(app, [*asked, "--bind", "127.0.0.1:0"])
    assert ended.exit_code == 2, ended.output
    return " ".join(ended.output.split())


async def handed_out(url: str, origin: Origin) -> None:
    """A leader of that origin just handed something to pkio."""
    database = await Database.open(url)
    async with database.begin() as tx:
        mark = Mark(datetime.now(UTC), origin.catalogue, origin.version)
        await set_marks(tx, {"pkio": mark})
    await database.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return catalogue(tmp_path, Divided(url="http://127.0.0.1:9"), 1)


def test_a_worker_where_the_catalogue_has_no_location_does_not_start(
    postgres_url: str, file: Path
) -> None:
    asyncio.run(handed_out(postgres_url, Origin("", "")))
    says = refused(postgres_url, file, "pkoi")
    assert "no location 'pkoi'; choose --location from: internet, pkio" in says


def test_a_worker_without_postgresql_does_not_start(file: Path) -> None:
    assert "needs postgresql://" in refused(f"sqlite:///{file}.db", file, "pkio")


@pytest.mark.parametrize(
    ("origin", "says"),
    [
        (Origin("another", VERSION), "the leader another; give both the same files"),
        (Origin("any", "9.9"), "the leader is 9.9; run one version everywhere"),
    ],
)
def test_a_worker_unlike_its_leader_does_not_start(
    postgres_url: str, file: Path, origin: Origin, says: str
) -> None:
    asyncio.run(handed_out(postgres_url, origin))
    assert says in refused(postgres_url, file, "pkio")


def test_the_monitor_itself_does_not_start_where_workers_cannot_reach_it(file: Path) -> None:
    asked = ["run", "--database-url", f"sqlite:///{file}.db", "--catalogue", str(file)]
    ended = CliRunner().invoke(app, [*asked, "--bind", "127.0.0.1:0"])
    assert ended.exit_code == 2
    says = " ".join(ended.output.split())
    assert "The catalogue asks from internet and pkio" in says
