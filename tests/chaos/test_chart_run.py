"""The rendered chart at work: two of each process over PostgreSQL, each killed in its turn."""

import asyncio
import json
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import psycopg
from typing_extensions import override

from tests.chaos.charted import Cluster, Pod, cluster
from tests.chaos.invariants import invariants
from tests.chaos.running import ROOM, ROUNDS, until
from tests.chaos.supplier import Supplier
from tests.charts import rendered
from tests.servers import answer, question, serving

LINES = 2
"""So few that no outage of them is one of their environment."""
INTERVAL = timedelta(seconds=2)
LEASE = os.environ.get("KETENWACHT_CHAOS_LEASE", "5")
"""Seconds; 15 is what is shipped."""
AGAIN = 20.0
"""Seconds within which probing goes on, whoever was killed (issue: at a lease of 15)."""
STARTS = 180.0
"""Seconds for six processes to start at once, on a machine that has other things to do."""

CATALOGUE = """
catalogue: 1
environments: {{prod: {{name: {{nl: Productie, en: Production}}}}}}
locations:
  internet: {{nl: Openbaar internet, en: Public internet}}
  pkio: {{nl: Besloten netwerk, en: Restricted network}}
policy: {{interval: {interval}s, timeout: 20s, locations: [internet, pkio], quorum: 2}}
interfaces:
  keten:
    title: {{nl: Keten, en: Chain}}
    chain: generiek
    standard: other
    checks: [{{kind: openapi_document}}]
    lines:
{lines}
"""
SECRETS = {
    ("ketenwacht-database", "url"): "",
    ("ketenwacht", "secret-key"): "a key that nobody else has, of 32 and more",
}
NEWEST = """
SELECT its.id, max(seen.at) FROM observation seen JOIN check_of_target its
ON its.key = seen.check_key GROUP BY its.id
"""
TOLD = "SELECT subject, type FROM event WHERE type LIKE 'outage.%' ORDER BY number"


@dataclass
class Ailing(Supplier):
    """Says 500 while it is ill."""

    is_ill: bool = False

    @override
    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self.is_ill:
            await super().talk(reader, writer)
            return
        await question(reader)
        writer.write(answer("500 Internal Server Error", b"{}", b"Connection: close"))
        await writer.drain()


@dataclass
class Reader:
    """Asks for the page again and again, of one window and then the other, as a service does."""

    cluster: Cluster
    pages: int = 0
    slowest: float = 0.0
    wrong: list[str] = field(default_factory=list)

    async def read(self) -> None:
        while True:
            start = time.monotonic()
            try:
                said = [await _page(pod) for pod in self.cluster.of("web")]
            except httpx2.HTTPError as error:
                said = [repr(error)]
            self.pages += 1
            self.slowest = max(self.slowest, time.monotonic() - start)
            if "200" not in said or {*said} - {"200", "away"}:
                self.wrong.append(f"{said}")
            await asyncio.sleep(0.1)


async def test_any_process_of_the_chart_may_be_killed(
    postgres_url: str, tmp_path: Path, capsys: Any
) -> None:
    took: dict[str, float] = {}
    async with ailing() as supplier, charted(postgres_url, supplier, tmp_path) as keten:
        took["all is shown by both windows after"] = await shown(keten)
        async with reading(keten) as reader:
            for round_ in range(ROUNDS):
                told = await an_outage(keten, supplier, took)
                for pod in (keten.of("worker")[0], keten.of("web")[0]):
                    what = f"{pod.component} killed, probing goes on after"
                    took[what] = await killed(pod, postgres_url)
                    pod.restart()
                await shown(keten)
                assert outages(postgres_url) == told, f"round {round_ + 1}"
        assert reader.wrong == []
        assert reader.pages > 10
        took["slowest pair of pages"] = reader.slowest
        took["asked to stop, all have stopped after"] = await stopped(keten)
    await invariants(postgres_url, INTERVAL)
    with capsys.disabled():
        shown_ = "; ".join(f"{what} {seconds:.1f} s" for what, seconds in took.items())
        print(f" [lease {LEASE} s: {shown_}] ", end="")  # noqa: T201  measured
    assert max(s for what, s in took.items() if "goes on" in what) <= ROOM * AGAIN


@asynccontextmanager
async def ailing() -> AsyncIterator[Ailing]:
    supplier = Ailing()
    async with serving(supplier.talk) as port:
        supplier.url = f"http://127.0.0.1:{port}"
        yield supplier


@asynccontextmanager
async def charted(url: str, supplier: Supplier, folder: Path) -> AsyncIterator[Cluster]:
    lines = "\n".join(
        f"      v{n}: {{targets: {{prod: {{base_url: '{supplier.url}/v{n}'}}}}}}"
        for n in range(LINES)
    )
    text = CATALOGUE.format(interval=INTERVAL.seconds, lines=lines)
    values = {
        "database": {"existingSecret": "ketenwacht-database"},
        "secrets": {"secretKey": {"existingSecret": "ketenwacht"}},
        "settings": {"lease": f"{LEASE}s"},
        "catalogue": {"files": [], "overlays": {"keten.yaml": text}},
        "workers": [{"location": "pkio"}],
    }
    secrets = {**SECRETS, ("ketenwacht-database", "url"): url}
    async with cluster(rendered(values), secrets, folder) as keten:
        counts = {kind: len(keten.of(kind)) for kind in ("watcher", "web", "worker")}
        assert counts == {"watcher": 2, "web": 2, "worker": 2}
        yield keten


@asynccontextmanager
async def reading(keten: Cluster) -> AsyncIterator[Reader]:
    reader = Reader(keten)
    task = asyncio.create_task(reader.read())
    try:
        yield reader
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def shown(keten: Cluster, state: str = "up") -> float:
    """Seconds until each window shows every target in that state, from both locations."""

    async def all_show() -> bool:
        return all([await _states(pod) == {state} for pod in keten.of("web")])

    start = time.monotonic()
    for pod in keten.pods:
        await until(_readiness(pod), STARTS)
    await until(all_show, STARTS)
    return time.monotonic() - start


async def an_outage(keten: Cluster, supplier: Ailing, took: dict[str, float]) -> int:
    """The leader is killed in the middle of it; gives how many outages are to have been told."""
    url = keten.secrets["ketenwacht-database", "url"]
    before = outages(url)
    supplier.is_ill = True
    await shown(keten, "down")
    pod = await leader(keten)
    took["leader killed in an outage, probing goes on after"] = await killed(pod, url)
    pod.restart()
    supplier.is_ill = False
    await shown(keten)
    await until(lambda: endings(url) == before + LINES)
    return before + LINES


async def leader(keten: Cluster) -> Pod:
    async def one_leads() -> bool:
        return len(await _leaders(keten)) == 1

    await until(one_leads)
    (found,) = await _leaders(keten)
    return found


async def killed(pod: Pod, url: str) -> float:
    """Seconds until every check was asked again, from every location."""
    await pod.killed()
    # What the killed one had on its way may still arrive; only what was asked since counts.
    since = await asyncio.to_thread(_rows, url, "SELECT extract(epoch FROM clock_timestamp())")
    moment = int(since[0][0] * 1_000_000)

    async def all_asked() -> bool:
        rows = await asyncio.to_thread(_rows, url, NEWEST)
        return len(rows) == 2 * LINES and all(at > moment for _, at in rows)

    return await until(all_asked, ROOM * AGAIN)


async def stopped(keten: Cluster) -> float:
    """All at once, as when the release is taken away; each ends in order."""
    start = time.monotonic()
    for pod in keten.pods:
        pod.process.terminate()
    for pod in keten.pods:
        assert await pod.running.ended() == 0, pod.running.told()
    return time.monotonic() - start


def outages(url: str) -> int:
    """How many were told; each opens and resolves in turn."""
    told: dict[str, list[str]] = {}
    for subject, kind in _rows(url, TOLD):
        told.setdefault(subject, []).append(kind)
    for kinds in told.values():
        assert kinds == ["outage.opened", "outage.resolved"] * (len(kinds) // 2), told
    return sum(len(kinds) // 2 for kinds in told.values())


def endings(url: str) -> int:
    return sum(kind == "outage.resolved" for _, kind in _rows(url, TOLD))


def _rows(url: str, query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(query).fetchall()


def _readiness(pod: Pod) -> Callable[[], Awaitable[bool]]:
    async def ready() -> bool:
        assert pod.process.poll() is None, pod.running.told()
        return await pod.is_ready()

    return ready


async def _leaders(keten: Cluster) -> list[Pod]:
    return [pod for pod in keten.of("watcher") if await _leads(pod)]


async def _leads(pod: Pod) -> bool:
    try:
        return "ketenwacht_leader 1.0" in (await pod.http.get("/metrics")).text
    except httpx2.TransportError:
        return False


async def _states(pod: Pod) -> set[str]:
    """Of every target, seen from every location; empty where one is missing."""
    response = await pod.http.get("/api/v1/status")
    if response.status_code != 200:
        return set()
    status = json.loads(response.text)
    targets = [one["targets"][0] for kind in status["interfaces"] for one in kind["lines"]]
    seen = [place["state"] for one in targets for place in one["locations"]]
    return {*seen, *(one["state"] for one in targets)} if len(seen) == 2 * LINES else set()


async def _page(pod: Pod) -> str:
    try:
        return str((await pod.http.get("/")).status_code)
    except httpx2.TransportError:
        if pod.process.poll() is None and pod.restarts == 0:
            raise
        return "away"
