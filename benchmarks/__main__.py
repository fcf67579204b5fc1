"""Every measurement, one after the other, and one table of them all."""

import sys
import time

from benchmarks import (
    alerts,
    cluster,
    history,
    hostile,
    overload,
    probing,
    releases,
    scaling,
    simulation,
    steady,
    storage,
    visible,
    wall,
)
from benchmarks.table import Row, line, noise, show

ROOMS = (
    *(probing, steady, wall, releases, history, storage, hostile, overload, alerts),
    *(scaling, simulation, cluster, visible),
)


def main() -> int:
    """1 when a bar is not held."""
    begin, rows = time.monotonic(), list[Row]()
    print(f"At the start: {noise()}. Read ratios, not times, where that is above 1.", flush=True)
    for room in ROOMS:
        print(f"... {room.__name__.partition('.')[2]}: {room.__doc__}", flush=True)
        for row in room.measure():
            rows.append(row)
            print(line(row), flush=True)
    show(rows)
    print(f"At the end: {noise()}. It took {time.monotonic() - begin:.0f} s.")
    return int(any(row.held is False for row in rows))


if __name__ == "__main__":
    sys.exit(main())
