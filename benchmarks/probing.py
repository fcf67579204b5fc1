"""CPU per recorded and concluded probe against a bare httpx2 GET, in one run."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.children import child
from benchmarks.loopback import loopback
from benchmarks.pipeline import catalogue
from benchmarks.table import Row, show

LOADS = ((500, 1, 20), (2000, 10, 40))
"""Checks, interval in seconds, seconds measured (issue: 500 at 1 s, 2,000 at 10 s)."""
LATEST = 250.0  # milliseconds


def measure() -> Iterator[Row]:
    with loopback() as url, tempfile.TemporaryDirectory() as folder:
        for checks, interval, seconds in LOADS:
            file = Path(folder, f"{checks}.yaml")
            file.write_text(catalogue(url, checks, interval))
            rate = checks // interval
            before = child("bare", f"{url}/v8/openapi.json", rate, 8)
            ours = child("pipeline", file, max(8, interval + 2), seconds, "%")
            after = child("bare", f"{url}/v8/openapi.json", rate, 8)
            yardstick = (before["cpu_ms"] + after["cpu_ms"]) / 2
            noise = max(before["late_p99_ms"], after["late_p99_ms"])
            ratio = ours["cpu_ms"] / yardstick
            load = f"{checks:,} checks at {interval} s"
            wanted = checks * seconds // interval
            yield Row(
                f"{load}: CPU per probe, recorded and concluded",
                "at most a bare GET",
                f"{ours['cpu_ms']:.2f} ms, {ratio:.2f} of {yardstick:.2f} ms",
                ratio <= 1,
            )
            yield Row(
                f"{load}: slots missed",
                "0",
                f"{ours['missed']} (recorded {ours['recorded']:,} of {wanted:,})",
                ours["missed"] == 0 and ours["recorded"] >= wanted * 0.99,
            )
            yield Row(
                f"{load}: start lateness, p99",
                f"< {LATEST:.0f} ms",
                f"{ours['late_p99_ms']:.1f} ms (p50 {ours['late_p50_ms']:.1f}; bare: {noise:.1f})",
                ours["late_p99_ms"] < LATEST,
            )
            yield Row(f"{load}: memory", "-", f"{ours['rss_mb']:.0f} MB")


if __name__ == "__main__":
    show([*measure()])
