"""CPU per recorded and concluded probe against a bare httpx2 GET, in one run."""

import json
import subprocess
import sys

from benchmarks.loopback import Loopback

LOADS = ((500, 1, 20), (2000, 10, 40))
"""Checks, interval in seconds, seconds measured (issue: 500 at 1 s, 2,000 at 10 s)."""


def main() -> None:
    print("probing: checks@interval | CPU ms per probe | of a bare GET | missed | late p50, p99 ms")
    with Loopback() as url:
        for checks, interval, seconds in LOADS:
            rate = checks // interval
            bare = [child("bare", f"{url}/v8/openapi.json", rate, 8)["cpu_ms"]]
            ours = child("pipeline", url, checks, interval, seconds)
            bare.append(child("bare", f"{url}/v8/openapi.json", rate, 8)["cpu_ms"])
            yardstick = sum(bare) / len(bare)
            print(
                f"  {checks}@{interval}s | {ours['cpu_ms']:.2f} | "
                f"{ours['cpu_ms'] / yardstick:.2f} of {yardstick:.2f} | {ours['missed']:.0f} | "
                f"{ours['late_p50_ms']:.1f}, {ours['late_p99_ms']:.1f} | "
                f"{ours['recorded']:.0f} of {ours['wanted']:.0f} recorded, "
                f"{ours['rss_mb']:.0f} MB"
            )


def child(module: str, *arguments: object) -> dict[str, float]:
    """Run one measurement in a process of its own, so that nothing else is counted."""
    done = subprocess.run(
        [sys.executable, "-m", f"benchmarks.{module}", *map(str, arguments)],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    answer: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return answer


if __name__ == "__main__":
    main()
