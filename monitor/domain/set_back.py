"""What a clock that was set back leaves behind: conclusions dated in what is future again.

They are dated now instead, so that judging goes on, silence is noticed in time and no page
tells of the future. When a version arrived stays as it was told: order is concluded from it.
"""

from dataclasses import replace
from datetime import datetime

from monitor.domain.health import CheckStanding
from monitor.domain.landscape import Probe
from monitor.domain.sighting import Readings


def was_set_back(last: datetime, at: datetime, probe: Probe) -> bool:
    """Whether an answer at `at`, after one at `last`, shows that the clock was set back.

    We never ask a check again before it answered, so no answer of our own comes late by a
    whole interval. A report may: it tells of a moment of its own.
    """
    return probe.asked and last - at > probe.interval


def check_until(check: CheckStanding, at: datetime) -> CheckStanding:
    return replace(check, since=_until(check.since, at), last_at=_until(check.last_at, at))


def readings_until(readings: Readings, at: datetime) -> Readings:
    run = readings.current
    if run and run.last > at:
        run = replace(run, last=max(run.by, at))
    return replace(
        readings,
        current=run,
        source_at=_until(readings.source_at, at),
        mixed_since=_until(readings.mixed_since, at),
    )


def _until(moment: datetime | None, at: datetime) -> datetime | None:
    return min(moment, at) if moment else None
