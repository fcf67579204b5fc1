"""The yardstick: a bare httpx2 GET on a new connection, at the same rate, nothing kept."""

import asyncio
import json
import resource
import sys
import time

import httpx2
import uvloop

from benchmarks.table import percentile


async def ask(url: str, rate: int, seconds: int) -> dict[str, float]:
    limits = httpx2.Limits(max_keepalive_connections=0)
    async with httpx2.AsyncClient(limits=limits, trust_env=False, timeout=60) as http:
        for _ in range(50):
            await http.get(url)
        before = cpu()
        start = time.monotonic()
        running = set[asyncio.Task[None]]()
        places = asyncio.Semaphore(50)  # where it cannot keep the rate, it must not drown

        async def get() -> None:
            async with places:
                await http.get(url)

        late: list[float] = []
        total = rate * seconds
        for n in range(total):
            pause = start + n / rate - time.monotonic()
            if pause > 0.001:
                await asyncio.sleep(pause)
            late.append(1000 * max(0.0, time.monotonic() - start - n / rate))
            task = asyncio.create_task(get())
            running.add(task)
            task.add_done_callback(running.discard)
        await asyncio.gather(*running)
        return {"cpu_ms": 1000 * (cpu() - before) / total, "late_p99_ms": percentile(late, 0.99)}


def cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    print(json.dumps(uvloop.run(ask(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))))
