"""A span of time, as checks and catalogue both read it."""

from checks.duration import duration, spelled

__all__ = ["duration", "spelled"]
