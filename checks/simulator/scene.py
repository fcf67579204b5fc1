"""How everything stands at this very moment, worked out once per moment."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from checks.simulator.clock import Clock
from checks.simulator.course import Course, Running
from checks.simulator.faults import Fault, FaultKind

MOMENT = timedelta(milliseconds=200)
"""What counts as the same moment while the clock runs."""

EVER = datetime.min.replace(tzinfo=UTC)
NEVER = datetime.max.replace(tzinfo=UTC)


class Part(NamedTuple):
    """One line in one environment, now."""

    running: Running
    wrong: frozenset[FaultKind]


class Scene:
    """The course at the clock's time, with the faults that somebody forced on top of it."""

    def __init__(self, course: Course, clock: Clock) -> None:
        self.course = course
        self.clock = clock
        self._forced: list[Fault] = []
        self._parts: dict[tuple[str, str], Part] = {}
        self._faults: tuple[Fault, ...] = ()
        self._from = self._until = NEVER

    def part(self, line: str, environment: str) -> Part:
        now = self._refreshed()
        part = self._parts.get((line, environment))
        if part is None:
            part = self._parts[line, environment] = Part(
                self.course.running(line, environment, now),
                frozenset(one.kind for one in self._faults if one.strikes(line, environment)),
            )
        return part

    def faults(self) -> tuple[Fault, ...]:
        self._refreshed()
        return self._faults

    def force(self, kind: FaultKind, environment: str, line: str | None) -> None:
        """From now on, until it is lifted."""
        self._forced.append(Fault(kind, environment, line, EVER, NEVER))
        self.forget()

    def lift(self, kind: FaultKind | None, environment: str | None, line: str | None) -> int:
        """Take away the forced faults that match; None matches all. How many that were."""
        kept = [one for one in self._forced if not _matches(one, kind, environment, line)]
        lifted = len(self._forced) - len(kept)
        self._forced = kept
        self.forget()
        return lifted

    def open(self) -> None:
        """The clock runs by itself from now on, and somebody looks."""
        self.course = self.course.opened(self.clock())
        self.forget()

    def forget(self) -> None:
        """What was worked out holds no longer."""
        self._from = self._until = NEVER

    def _refreshed(self) -> datetime:
        now = self.clock()
        if not self._from <= now < self._until:
            self._from, self._until = now, now + MOMENT
            self._parts.clear()
            self._faults = (*self._forced, *self.course.faults(now))
        return now


def _matches(
    fault: Fault, kind: FaultKind | None, environment: str | None, line: str | None
) -> bool:
    asked: Iterable[tuple[object, object]] = (
        (kind, fault.kind),
        (environment, fault.environment),
        (line, fault.line),
    )
    return all(wanted is None or wanted == own for wanted, own in asked)
