"""More checks than the machine can ask: what is recorded goes on, and the rest is counted."""

import asyncio
import json
import resource
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import uvloop

from benchmarks.children import child
from benchmarks.loopback import loopback
from benchmarks.pipeline import catalogue
from benchmarks.table import Row, show
from monitor.bootstrap import configured, connected, watching
from monitor.cli.serving import leave_in_peace

CHECKS = 2_500  # a second: more than one process can do
SECONDS = 20
WARM = 5
SILENCE = 5.0  # seconds
MEMORY = 256.0  # MB
ACCOUNTED = 0.999
"""Of the slots from a check's first that was recorded or missed to its last."""

SLOTS = """
    SELECT sum((max(o.last, coalesce(m.last, o.last)) - min(o.first, coalesce(m.first, o.first)))
               / 1000000 + 1),
           sum(o.count), sum(coalesce(m.count, 0))
    FROM (SELECT check_key, min(slot) AS first, max(slot) AS last, count(*) AS count
          FROM observation GROUP BY check_key) o
    LEFT JOIN (SELECT check_key, min(first) AS first, max(last) AS last, sum(count) AS count
               FROM missed GROUP BY check_key) m ON m.check_key = o.check_key
"""


def measure() -> Iterator[Row]:
    with loopback() as url, tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "many.yaml")
        file.write_text(catalogue(url, CHECKS, 1))
        ours = child("overload", file)
    rate = ours["recorded"] / (WARM + SECONDS)
    what = f"overload, {CHECKS:,} checks at 1 s"
    told = (ours["recorded"] + ours["missed"]) / ours["slots"]
    yield Row(
        f"{what}: longest time in which nothing was recorded",
        f"< {SILENCE:.0f} s",
        f"{ours['silence']:.1f} s (about {rate:,.0f} recorded a second)",
        ours["silence"] < SILENCE,
    )
    yield Row(
        f"{what}: slots recorded or counted as missed",
        f">= {ACCOUNTED:.1%}",
        f"{told:.2%} ({ours['recorded']:,} + {ours['missed']:,} of {ours['slots']:,})",
        ACCOUNTED <= told <= 1,
    )
    yield Row(
        f"{what}: memory at its highest",
        f"<= {MEMORY:.0f} MB",
        f"{ours['rss_mb']:.0f} MB",
        ours["rss_mb"] <= MEMORY,
    )


async def flood(file: str) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder, "many.db")
        settings = configured(catalogue=file, database_url=f"sqlite:///{kept}")
        async with connected(settings, secrets={}) as works, watching(works):
            leave_in_peace()
            clock, board = works.monitor.clock, works.board
            begin, silence = clock(), 0.0
            await asyncio.sleep(WARM)
            since = clock()
            while (clock() - since).total_seconds() < SECONDS:
                await asyncio.sleep(0.05)
                silence = max(silence, (clock() - (board.recorded_at or begin)).total_seconds())
        with sqlite3.connect(kept) as database:
            slots, rows, missed = database.execute(SLOTS).fetchone()
    return {
        "slots": slots,
        "recorded": rows,
        "missed": missed,
        "silence": silence,
        "rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


if __name__ == "__main__":
    if sys.argv[1:]:
        print(json.dumps(uvloop.run(flood(sys.argv[1]))))
    else:
        show([*measure()])
