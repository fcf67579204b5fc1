"""The time in the pretend world: ours, or the one that it was told."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime


def wall_clock() -> datetime:
    return datetime.now(UTC)  # noqa: TID251  the pretend outside world keeps its own time


@dataclass(slots=True)
class Clock:
    """`told` stands still until the next one; None: the time runs as `wall` does.

    `pace` is how many simulated seconds go into one of ours: all delays are divided by it.
    """

    wall: Callable[[], datetime] = wall_clock
    told: datetime | None = None
    pace: float = 1.0

    def __call__(self) -> datetime:
        return self.told or self.wall()
