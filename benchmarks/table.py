"""What was measured beside what was asked for."""

import os
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One number; `held` None where nothing was asked for, and the number only informs."""

    what: str
    bar: str
    measured: str
    held: bool | None = None


MARKS = {True: "yes", False: "NO", None: "-"}


def line(row: Row) -> str:
    """As it is told while the rest is still measured."""
    return f"    {row.what}: {row.measured} (bar: {row.bar}, held: {MARKS[row.held]})"


def show(rows: Sequence[Row]) -> None:
    table = [("measured", "bar", "value", "held")]
    table += [(row.what, row.bar, row.measured, MARKS[row.held]) for row in rows]
    widths = [max(len(line[column]) for line in table) for column in range(4)]
    for number, line in enumerate(table):
        cells = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        print("| " + " | ".join(cells) + " |", flush=True)
        if not number:
            print("|" + "|".join("-" * (width + 2) for width in widths) + "|", flush=True)


def noise() -> str:
    """How busy the machine is with others: above its number of cores, times grow."""
    one, five, _ = os.getloadavg()
    return f"load {one:.1f} (1 min), {five:.1f} (5 min) on {os.cpu_count()} cores"


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]
