"""Where the time of one probe goes."""

from collections.abc import Callable

from checks.outcome import Phases
from checks.trouble import Stage


class Stopwatch:
    """Runs from its making; `lap` ends the stage it was in and enters the next.

    `timer` gives seconds, monotonic.
    """

    __slots__ = ("_began", "_laps", "_since", "_timer", "stage")

    def __init__(self, timer: Callable[[], float]) -> None:
        self._timer = timer
        self._began = self._since = timer()
        self._laps: dict[str, float] = {}
        self.stage = Stage.DNS

    def lap(self, following: Stage) -> None:
        now = self._timer()
        self._laps[self.stage] = now - self._since
        self._since = now
        self.stage = following

    def skip(self, following: Stage) -> None:
        """Enter the next stage without a time for this one: it did not take place."""
        self._since = self._timer()
        self.stage = following

    def finish(self) -> Phases:
        """Give the times, with the last stage ended."""
        now = self._timer()
        self._laps[self.stage] = now - self._since
        return Phases(total=now - self._began, **self._laps)

    def stop(self) -> Phases:
        """Give the times so far; the stage that was not ended has none."""
        return Phases(total=self._timer() - self._began, **self._laps)
