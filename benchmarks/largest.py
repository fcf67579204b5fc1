"""How many checks a second two workers ask, record and conclude here, with all that belongs to it.

One real watcher hands out, two real workers take, ask and record, over one PostgreSQL; the
supplier is on the same machine, and so part of what its cores carry. The catalogue grows, by
reloading, until a step is not held.
"""

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from subprocess import run

from benchmarks.cluster import MISSED, SEEN, begun, cpu, moment, rows
from benchmarks.loopback import loopback
from benchmarks.table import Row, show
from benchmarks.together import server

STEP, MOST = 200, 1_600
"""Checks, each asked every second."""
SETTLE = 8.0
"""Seconds after all were asked: what was planned by the catalogue before is over."""
SECONDS = 8.0
STARTS = 120.0
ENDS = 3.0
"""Seconds in which what was asked is recorded, or told as missed."""
LATE = 1.0


@dataclass(frozen=True, slots=True)
class Step:
    checks: int
    recorded: int
    missed: int
    late: float  # seconds, p99
    cores: float  # of the watcher and the workers

    @property
    def held(self) -> bool:
        return (
            not self.missed and self.late < LATE and self.recorded >= 0.98 * SECONDS * self.checks
        )


def measure() -> Iterator[Row]:
    held: Step | None = None
    for step in steps():
        if step.held:
            held = step
        told = f"{step.recorded} recorded, {step.missed} missed, p99 {step.late:.2f} s late"
        yield Row(
            f"{step.checks} checks a second asked, recorded and concluded by two workers",
            "-",
            f"{told}, {step.cores:.2f} cores",
        )
    yield Row("the largest of these that is held", "-", f"{held.checks if held else 0} a second")


def steps() -> Iterator[Step]:
    with ExitStack() as stack:
        file = Path(stack.enter_context(tempfile.TemporaryDirectory()), "largest.yaml")
        supplier = stack.enter_context(loopback())
        url, _ = stack.enter_context(server())
        file.write_text(catalogue(supplier, STEP), "utf-8")
        run([sys.executable, "-m", "monitor", "migrate", "--database-url", url], check=True)
        processes = [begun(stack, file, url, "watcher", "internet")]
        processes += [begun(stack, file, url, "worker", "pkio") for _ in range(2)]
        for checks in range(STEP, MOST + 1, STEP):
            file.write_text(catalogue(supplier, checks), "utf-8")
            asked = all_asked(url, checks)
            if any(one.poll() is not None for one in processes):
                raise RuntimeError("a watcher or worker ended; start one by hand to hear why")
            if not asked:
                yield Step(checks, 0, checks, 0, 0)
                return
            time.sleep(SETTLE)
            used, begin = cpu(processes), moment(url)
            time.sleep(SECONDS)
            used, end = cpu(processes) - used, moment(url)
            time.sleep(ENDS)
            span = {"begin": begin, "end": end}
            ((count, _, _, late),) = rows(url, SEEN, span)
            ((missed,),) = rows(url, MISSED, span)
            yield (step := Step(checks, count, int(missed), late / 1e6, used / SECONDS))
            if not step.held:
                return


def catalogue(supplier: str, checks: int) -> str:
    lines = "".join(
        f'      v{n}: {{targets: {{prod: {{base_url: "{supplier}/v{n}"}}}}}}\n'
        for n in range(checks)
    )
    return (
        "catalogue: 1\n"
        "environments: {prod: {name: {nl: Productie, en: Production}}}\n"
        "locations:\n"
        "  internet: {nl: Openbaar internet, en: Public internet}\n"
        "  pkio: {nl: Besloten netwerk, en: Restricted network}\n"
        "policy: {interval: 1s, timeout: 5s, per_host: 100, locations: [pkio]}\n"
        "interfaces:\n"
        "  largest:\n"
        "    title: {nl: Velen, en: Many}\n"
        "    chain: generiek\n"
        "    standard: other\n"
        "    checks: [{kind: openapi_document}]\n"
        f"    lines:\n{lines}"
    )


def all_asked(url: str, checks: int) -> bool:
    deadline = time.monotonic() + STARTS
    while time.monotonic() < deadline:
        ((asked,),) = rows(url, "SELECT count(DISTINCT check_key) FROM observation", {})
        if asked == checks:
            return True
        time.sleep(0.5)
    return False


if __name__ == "__main__":
    show([*measure()])
