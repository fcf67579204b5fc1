"""When to try again, and when to stop."""

from datetime import datetime, timedelta
from hashlib import sha256

PAUSES = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
)
"""Before the second and every later attempt: three days together (reliability.md, "Telling")."""
MOST = len(PAUSES) + 1
"""Attempts."""
JITTER = 0.2
"""By how much of itself a pause may be longer, so that what failed together comes apart."""
LONGEST_WISH = timedelta(hours=24)
"""A receiver that asks for more rest is asked again all the same."""
ENDURED = timedelta(days=5)
"""An endpoint that failed for so long is left alone (semantics.md, section 7)."""


def next_try(
    delivery: str, attempts: int, now: datetime, retry_after: timedelta | None
) -> datetime | None:
    """When to try a delivery again after so many attempts; None: it is given up."""
    if attempts >= MOST:
        return None
    pause = PAUSES[max(attempts, 1) - 1]
    longer = pause * (1 + JITTER * _chance(delivery, attempts))
    wished = min(retry_after, LONGEST_WISH) if retry_after else timedelta()
    return now + max(longer, wished)


def is_past_bearing(failing_since: datetime, now: datetime) -> bool:
    return now - failing_since >= ENDURED


def _chance(delivery: str, attempts: int) -> float:
    """From 0 to 1, the same whenever it is asked: a dice would make it no better."""
    drawn = sha256(f"{delivery}:{attempts}".encode()).digest()[:4]
    return int.from_bytes(drawn) / 0xFFFFFFFF
