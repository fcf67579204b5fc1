"""Drift, the gate and the record of order: what the rules cost, and how soon one sees a finding."""

import asyncio
import subprocess
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import httpx2

from benchmarks.children import child, started
from benchmarks.loopback import await_listener, free_port
from benchmarks.rules import KINDS, LINES, Standings, answer, concluded
from benchmarks.street import DAYS, ENVIRONMENTS
from benchmarks.table import Row, percentile, show
from monitor.bootstrap import utc_now
from monitor.catalogue.loader import load
from monitor.desk.order import order_record
from monitor.desk.tokens import issue
from monitor.domain.landscape import CheckId, Landscape, TargetId
from monitor.domain.sighting import Sighting
from monitor.domain.token import Scope
from monitor.storage.engine import Database
from monitor.storage.ledger import Ledger

RULES = 50.0  # milliseconds of CPU
VISIBLE = 1.0  # seconds
GATE = 50.0  # milliseconds, p99
ASKED = 200
WATCHED = 10  # lines of the process that is asked
FINDINGS = WATCHED  # one of each line
ASTRAY = 5
"""The hour of each day at which one node of many answers with an old version."""


def measure() -> Iterator[Row]:
    told = child("rules")
    what = f"all rules of drift for {LINES} lines x {len(ENVIRONMENTS)}"
    for kind in KINDS:
        (first, first_median), (again, again_median) = told[kind]
        yield Row(
            f"{what}, all {kind}",
            f"< {RULES:.0f} ms CPU",
            f"{first:.1f} ms seen first (median {first_median:.1f}); "
            f"{again:.1f} ms seen again (median {again_median:.1f})",
            max(first, again) < RULES,
        )
    looked = told["looked"]
    yield Row(f"one observation of {LINES} lines: looked at", "1 line", f"{looked}", looked == 1)
    seen, asked, order = running()
    yield Row(
        f"commit of an answer to its finding on API and page, worst of {FINDINGS}",
        f"< {VISIBLE:.0f} s",
        f"{max(seen):.2f} s",
        max(seen) < VISIBLE,
    )
    p99 = 1000 * percentile(asked, 0.99)
    yield Row(
        f"the gate over HTTP, {DAYS} days of a version and a flicker a day, p99 of {ASKED}",
        f"< {GATE:.0f} ms",
        f"{p99:.1f} ms (p50 {1000 * percentile(asked, 0.5):.1f})",
        p99 < GATE,
    )
    yield Row(f"order record of {order[0]:,.0f} versions", "-", f"{order[1]:.2f} s")


def running() -> tuple[list[float], list[float], tuple[float, float]]:
    """A real process on a database of 90 days: seconds to see a finding, and of each question."""
    with tempfile.TemporaryDirectory() as folder:
        url, catalogue = f"sqlite:///{Path(folder, 'kept.db')}", Path(folder, "own.yaml")
        catalogue.write_text(written(), "utf-8")
        landscape = load((catalogue,)).landscape
        token, order = asyncio.run(remembered(url, landscape))
        port = free_port()
        run = ("run", "--bind", f"127.0.0.1:{port}", "--catalogue", catalogue)
        with started("monitor", *run, "--database-url", url, stderr=subprocess.DEVNULL):
            await_listener(port, within=60)
            headers = {"authorization": f"Bearer {token}"}
            with httpx2.Client(base_url=f"http://127.0.0.1:{port}", headers=headers) as http:
                asked = [question(http, number) for number in range(ASKED)]
                seen = [until_seen(http, number) for number in range(FINDINGS)]
    return seen, asked, order


def written() -> str:
    """The catalogue of lines that others report on: nothing is asked."""
    environments = "\n".join(f"  {one}: {{name: {{nl: {one}, en: {one}}}}}" for one in ENVIRONMENTS)
    targets = ", ".join(f"{one}: {{}}" for one in ENVIRONMENTS)
    interfaces = "\n".join(
        f"  j{number}:\n    title: {{nl: j{number}, en: j{number}}}\n    chain: vth\n"
        "    standard: other\n    checks: [{kind: reported, expect_every: 1h}]\n"
        f"    lines: {{v8: {{targets: {{{targets}}}}}}}"
        for number in range(WATCHED)
    )
    return (
        f"catalogue: 1\nenvironments:\n{environments}\nmust_precede: [[lto, prod]]\n"
        f"interfaces:\n{interfaces}\n"
    )


async def remembered(url: str, landscape: Landscape) -> tuple[str, tuple[float, float]]:
    """A version a day for 90 days, PROD an hour after LTO, and one reading astray each day."""
    now = utc_now().replace(microsecond=0)
    database = await Database.open(url)
    standings: Standings = {}
    runs: dict[tuple[TargetId, datetime], Sighting] = {}
    for target in landscape.targets:
        late = timedelta(hours=ENVIRONMENTS.index(target.environment))
        for day in range(DAYS, 0, -1):
            begin = now - timedelta(days=day) + late
            for hour in (0, 1, ASTRAY, 6, 7, 19):
                version = 0 if hour == ASTRAY else DAYS - day
                at = begin + timedelta(hours=hour)
                seen = answer(CheckId(target, "reported"), at, f"8.5.{version}")
                standings[target], told = concluded(landscape, standings.get(target), seen)
                runs.update({(target, one.by): one for one in told})
    issued = issue("bench", [Scope.OBSERVATIONS_WRITE], now)
    async with database.begin() as tx:
        ledger = Ledger(tx)
        await ledger.standings(standings)
        await ledger.keep(standings.values())
        await ledger.sight([(target, run) for (target, _), run in runs.items()])
        await ledger.keep_token(issued.token, issued.digest)
    begin_at = time.perf_counter()
    entries = await order_record(database, landscape)
    took = time.perf_counter() - begin_at
    await database.close()
    return issued.text, (len(entries), took)


def question(http: httpx2.Client, number: int) -> float:
    """Seconds."""
    begin = time.perf_counter()
    told = http.get(f"/api/v1/gates/j{number % WATCHED}/v8/8.5.{DAYS - 1 - number % 3}")
    assert told.status_code == 200, told.text
    assert len(told.json()["criteria"]) == 6
    return time.perf_counter() - begin


def until_seen(http: httpx2.Client, number: int) -> float:
    """Seconds from the commit of what makes it (the answer to the report) to both showing it."""
    line, before = f"j{number}/v8", set(findings(http))
    version = f"9.{time.monotonic_ns()}.0"
    for environment in ("lto", "lto", "prod", "prod", "lto"):  # what moved last is compared last
        other = "9.0.0" if environment == "prod" else version
        reported = {
            "line": line,
            "environment": environment,
            "at": utc_now().isoformat(),
            "outcomeClass": "ok",
            "version": other,
        }
        told = http.post("/api/v1/observations", json=reported)
        assert told.status_code == 201, told.text
    begin = time.perf_counter()
    while not (new := set(findings(http)) - before):
        assert time.perf_counter() - begin < 10 * VISIBLE, "the finding did not come"
    page = ""
    while next(iter(new)) not in page:
        assert time.perf_counter() - begin < 10 * VISIBLE, "the finding is not on the page"
        page = http.get("/drift").text
    return time.perf_counter() - begin


def findings(http: httpx2.Client) -> list[str]:
    return [one["id"] for one in http.get("/api/v1/findings?state=open").json()["items"]]


if __name__ == "__main__":
    show([*measure()])
