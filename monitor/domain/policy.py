"""The numbers by which a line is judged; each can be set in the catalogue."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class ByChange:
    """A span per class of change: X (major), Y (minor), Z (patch)."""

    major: timedelta
    minor: timedelta
    patch: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The numbers of semantics.md; narrower wins: line over interface over catalogue."""

    interval: timedelta = timedelta(seconds=60)
    timeout: timedelta = timedelta(seconds=10)
    degraded_after: timedelta = timedelta(seconds=3)
    confirm_after: int = 2
    failure_threshold: int = 2
    success_threshold: int = 2
    grace: ByChange = ByChange(timedelta(days=5), timedelta(days=3), timedelta(days=2))
    soak: ByChange = ByChange(timedelta(days=5), timedelta(days=2), timedelta(hours=4))
    mixed_after: timedelta = timedelta(hours=1)
    per_host: int = 4
    locations: tuple[str, ...] = ()  # whence to ask; none: from where the monitor stands
    quorum: int | None = None  # of those, how many must agree on down; None: most of them
