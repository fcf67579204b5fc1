"""What a step from one version to another is worth in time: X, Y or Z of X.Y.Z."""

from datetime import timedelta

from checks.version import Change, change
from monitor.domain.landscape import ByChange


def span(spans: ByChange, old: str | None, new: str) -> timedelta:
    """The span for the step from `old` to `new`; the widest where nothing was there before."""
    match change(old, new) if old else Change.MAJOR:
        case Change.MAJOR:
            return spans.major
        case Change.MINOR:
            return spans.minor
        case Change.PATCH:
            return spans.patch
