"""Rows of the two roll-ups, as tallies and back."""

from typing import Any

from sqlalchemy import Row

from monitor.storage import histogram
from monitor.storage.tally import TALLIED, Tally


def tally_values(tally: Tally) -> dict[str, Any]:
    return {
        **{state.value: tally.time.get(state, 0) for state in TALLIED},
        "probes": tally.probes,
        "failures": tally.failures,
        "times": histogram.written(tally.times),
    }


def tally_of(row: Row[Any]) -> Tally:
    values = row._mapping  # noqa: SLF001  the documented way to a column by its name
    return Tally(
        {state: values[state.value] for state in TALLIED if values[state.value]},
        row.probes,
        row.failures,
        histogram.read(row.times),
    )
