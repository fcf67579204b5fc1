"""How long a target was up without a break, on one version (semantics.md, section 6).

Up and degraded run the clock; maintenance, unknown and an unconfirmed change stop it; down,
absent, mixed and another version set it back to nothing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

NONE = timedelta()


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
    """How long it ran up to `now`, if nothing was left unsaid since."""
    since = clock.running_since
    return clock.ran + max(now - since, NONE) if since else clock.ran
