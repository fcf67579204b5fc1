"""Times in which nothing may be rolled out: once, or again and again."""

from dataclasses import dataclass
from datetime import datetime

from monitor.domain.landscape import LineId


class FreezeError(ValueError):
    """A freeze that cannot be meant, or cannot be computed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Freeze:
    """What is not named is not narrowed: no environments means all of them.

    With `rrule` (RFC 5545) the window from `starts_at` to `ends_at` comes back, at the same
    time on the clock of `timezone`.
    """

    id: str
    starts_at: datetime
    ends_at: datetime
    reason: str
    rrule: str | None = None
    timezone: str = "Europe/Amsterdam"
    environments: tuple[str, ...] = ()
    interfaces: tuple[str, ...] = ()
    lines: tuple[LineId, ...] = ()
