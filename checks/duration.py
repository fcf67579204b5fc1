"""A span of time as people write it: 60s, 4h, 1h30m, 5d."""

import re
from datetime import timedelta

UNITS = {
    "y": timedelta(days=365),
    "w": timedelta(weeks=1),
    "d": timedelta(days=1),
    "h": timedelta(hours=1),
    "m": timedelta(minutes=1),
    "s": timedelta(seconds=1),
    "ms": timedelta(milliseconds=1),
}
"""From long to short; a text names each at most once, in this order. A year is 365 days."""

_PATTERN = re.compile("".join(rf"(?:(?P<{unit}>[0-9]{{1,6}}){unit})?" for unit in UNITS))


def duration(text: object) -> timedelta:
    """Read a span of time; ValueError says how to write one."""
    if isinstance(text, timedelta):
        return text
    found = _PATTERN.fullmatch(text) if isinstance(text, str) and text else None
    if not found:
        raise ValueError(f"{text!r} is no duration; write a number and a unit: 30s, 4h, 1h30m, 5d")
    return sum(
        (int(number) * UNITS[unit] for unit, number in found.groupdict().items() if number),
        timedelta(),
    )


def spelled(span: timedelta) -> str:
    """Write a span as `duration` reads it, down to the millisecond."""
    words, rest = [], span
    for unit, length in UNITS.items():
        if unit in {"y", "w"}:
            continue  # 100d says more than 14w2d
        number, rest = divmod(rest, length)
        words += [f"{number}{unit}"] if number else []
    return "".join(words) or "0s"
