"""How long a target was in each state and how it answered, summed over a time."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from monitor.domain.health import State, StateSpan
from monitor.storage.histogram import merged, percentile
from monitor.storage.moment import SECOND, micros

TALLIED = (
    State.UP,
    State.DEGRADED,
    State.DOWN,
    State.MAINTENANCE,
    State.UNKNOWN,
    State.ABSENT,
)


@dataclass(frozen=True, slots=True)
class Tally:
    """Tallies of times that do not overlap may be added up, without loss."""

    time: Mapping[State, int] = field(default_factory=dict)  # microseconds
    probes: int = 0
    failures: int = 0
    times: Mapping[int, int] = field(default_factory=dict)  # of good answers, see histogram.py

    def seconds(self, state: State) -> float:
        return self.time.get(state, 0) / SECOND

    def share(self, state: State) -> float | None:
        """Which part of the time, 0 to 1; None where there was no time."""
        total = sum(self.time.values())
        return self.time.get(state, 0) / total if total else None

    @property
    def uptime(self) -> float | None:
        """Up or degraded, as part of the time in which it was up, degraded or down.

        Maintenance and unknown time are left out (semantics.md, section 2), and so is
        absent: who is not there cannot fail. None: there was no other time.
        """
        good = self.time.get(State.UP, 0) + self.time.get(State.DEGRADED, 0)
        told = good + self.time.get(State.DOWN, 0)
        return good / told if told else None

    @property
    def p50(self) -> float | None:
        """Seconds in which half of the good answers came, within 2 %."""
        return percentile(self.times, 0.5)

    @property
    def p95(self) -> float | None:
        """Seconds in which 19 of 20 good answers came, within 2 %."""
        return percentile(self.times, 0.95)


def summed(tallies: Iterable[Tally]) -> Tally:
    parts = list(tallies)
    time: Counter[State] = Counter()
    for part in parts:
        time.update(part.time)
    return Tally(
        time,
        sum(part.probes for part in parts),
        sum(part.failures for part in parts),
        merged(part.times for part in parts),
    )


def time_in(spans: Iterable[StateSpan], since: datetime, until: datetime) -> dict[State, int]:
    """Microseconds per state within `[since, until)`; an open span goes on to the end."""
    time: Counter[State] = Counter()
    for span in spans:
        begin = max(span.since, since)
        end = min(span.until or until, until)
        if begin < end and span.state in TALLIED:
            time[span.state] += micros(end) - micros(begin)
    return dict(time)


def completed(tally: Tally, length: timedelta) -> Tally:
    """What no span covers of a time was unknown: no data is never 100 %."""
    missing = length // timedelta(microseconds=1) - sum(tally.time.values())
    if missing <= 0:
        return tally
    time = {**tally.time, State.UNKNOWN: tally.time.get(State.UNKNOWN, 0) + missing}
    return Tally(time, tally.probes, tally.failures, tally.times)
