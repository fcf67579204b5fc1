"""How long a target was up without a break, on one version (semantics.md, section 6).

All its checks up or degraded, and one version settled: the clock runs. Maintenance, unknown
(so silence too) and a change that is not settled yet stop it. Down, absent, mixed and another
version set it back to nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from monitor.domain.ageing import said, silence_of
from monitor.domain.health import CheckStanding, State
from monitor.domain.landscape import TargetPlan
from monitor.domain.sighting import Mood, Readings, Seen, Sighting, same_version

NONE = timedelta()
_RUNNING = frozenset({State.UP, State.DEGRADED})


class Break(StrEnum):
    """What set the clock back. The values are the API's."""

    DOWN = "down"
    ABSENT = "absent"
    MIXED = "mixed"
    VERSION = "version"  # another one settled


@dataclass(frozen=True, slots=True, kw_only=True)
class SoakClock:
    """What is kept of a target's soak; `soaked` reads it."""

    version: str | None = None  # None: nothing is in soak, or it tells no version
    ran: timedelta = NONE  # until it last stopped
    running_since: datetime | None = None  # None: it stands still
    broken_at: datetime | None = None  # the last time it was set back
    reason: Break | None = None
    lost: timedelta = NONE  # what that break took, should it prove to be our own network's


def soaked(clock: SoakClock, now: datetime) -> timedelta:
    """How long it ran up to `now`, as far as `clock` knows; ask `standing.soak_at` first."""
    since = clock.running_since
    return clock.ran + max(now - since, NONE) if since else clock.ran


def soaked_at(clock: SoakClock, needed: timedelta) -> datetime | None:
    """When it has run for `needed` if nothing comes between; None while it stands still."""
    return clock.running_since + needed - clock.ran if clock.running_since else None


def silenced(
    clock: SoakClock, checks: Mapping[str, CheckStanding], plan: TargetPlan, now: datetime
) -> SoakClock:
    """Stop the clock at the moment at which the first check had been silent for too long."""
    since = clock.running_since
    if since is None:
        return clock
    first = silence_of(checks, plan) or now
    return _stopped(clock, first) if first <= now else clock


def advanced(
    clock: SoakClock,
    checks: Mapping[str, CheckStanding],
    plan: TargetPlan,
    readings: Readings,
    now: datetime,
) -> SoakClock:
    """Run, stop or set back the clock by what is concluded at `now`."""
    states = _states(checks, plan, now)
    settled = readings.settled if readings.mood is Mood.SETTLED else None
    if reason := _break(states, readings, settled):
        return _broken(clock, reason, now)
    if settled is None:
        return _stopped(clock, now)
    clock = _on(clock, settled.seen, now)
    if not states or not states <= _RUNNING:
        return _stopped(clock, now)
    return clock if clock.running_since else replace(clock, running_since=now)


def restored(clock: SoakClock) -> SoakClock:
    """Take back a break that proved to be our own network's."""
    return replace(clock, ran=clock.lost, lost=NONE, broken_at=None, reason=None)


def _states(
    checks: Mapping[str, CheckStanding], plan: TargetPlan, now: datetime
) -> frozenset[State]:
    """Of every check that was ever asked; one that fell silent is unknown."""
    return frozenset(state for state, _ in said(checks, plan, now))


def _break(states: frozenset[State], readings: Readings, settled: Sighting | None) -> Break | None:
    if State.DOWN in states:
        return Break.DOWN
    if State.ABSENT in states or (settled and not settled.seen.served):
        return Break.ABSENT
    return Break.MIXED if readings.mood is Mood.MIXED else None


def _on(clock: SoakClock, seen: Seen, now: datetime) -> SoakClock:
    """The clock of this version; another one than before begins at nothing."""
    if clock.version == seen.version:
        return clock
    if same_version(Seen(served=True, version=clock.version), seen):
        return replace(clock, version=seen.version)  # build metadata, kept for display
    began = clock.version is None and clock.running_since is None and not clock.ran
    after = clock if began else _reset(clock, Break.VERSION, now)
    return replace(after, version=seen.version)


def _broken(clock: SoakClock, reason: Break, at: datetime) -> SoakClock:
    if clock.running_since is None and not clock.ran:
        return clock  # there is nothing to set back: the break before it is what counts
    return _reset(clock, reason, at)


def _reset(clock: SoakClock, reason: Break, at: datetime) -> SoakClock:
    return SoakClock(version=clock.version, broken_at=at, reason=reason, lost=soaked(clock, at))


def _stopped(clock: SoakClock, at: datetime) -> SoakClock:
    if clock.running_since is None:
        return clock
    return replace(clock, ran=soaked(clock, at), running_since=None)
