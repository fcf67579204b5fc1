"""Telling "our own network is gone" from "they are down" (semantics.md, section 2).

Only silence counts: whoever answers with a status, even 503, proves that our network lives.
And silence must be heard in two places: where one environment is all that is watched, its
outage cannot be told from our own, and is shown rather than explained away. Each location has
a network of its own, and is judged by what is asked from there.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from monitor.domain.landscape import REFERENCE, Landscape, TargetId
from monitor.domain.names import HERE
from monitor.domain.standing import TargetStanding

REASON = "the monitor is isolated: none of the targets and references could be reached"
INTERVALS = 2
"""How many intervals of a target back its newest outcome may lie and still be telling."""


def reason(location: str) -> str:
    return REASON.replace("isolated", f"isolated at {location}") if location else REASON


def window(landscape: Landscape, target: TargetId) -> timedelta:
    """Two of the target's intervals: within those it was asked at least once."""
    return INTERVALS * landscape.intervals.get(target, landscape.policy.interval)


def is_tellable(landscape: Landscape, location: str = HERE) -> bool:
    """Whether there is anyone beside one environment whose silence would mean something."""
    asked = landscape.asked_from.get(location, {})
    places = {target if target.line == REFERENCE else target.environment for target in asked}
    return len(places) > 1


def speaker(
    standings: Mapping[TargetId, TargetStanding],
    landscape: Landscape,
    now: datetime,
    location: str = HERE,
) -> TargetId | None:
    """Find one target that is not known to have been silent just now; None: we are isolated."""
    return next(
        (
            target
            for target in landscape.asked_from.get(location, {})
            if not was_silent(standings.get(target), window(landscape, target), now, location)
        ),
        None,
    )


def was_silent(
    standing: TargetStanding | None, within: timedelta, now: datetime, location: str = HERE
) -> bool:
    silent_at = standing.silent(location) if standing else None
    if silent_at is None:
        return False
    return abs(now - silent_at) <= within  # later than now: the clock was set back
