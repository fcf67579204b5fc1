"""Times in which something may be away, because somebody said so beforehand."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import ClassVar

from checks.clean import clean
from checks.outcome import UNREADABLE, OutcomeClass, ReadingKind
from monitor.domain.event import Event, EventType
from monitor.domain.landscape import REFERENCE, TargetId
from monitor.domain.observation import Observation
from monitor.domain.window import Timetable, Window, WindowError

_EVER = datetime.min.replace(tzinfo=UTC)
_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Maintenance(Timetable):
    """What is seen while it covers a target is maintenance, whatever the answer was.

    From `withdrawn_at` on it covers nothing any more; what it covered before stays covered.
    """

    CALLED: ClassVar[str] = "maintenance"

    withdrawn_at: datetime | None = None

    @property
    def story(self) -> str:
        return f"maintenance:{self.id}"

    def is_withdrawn(self, at: datetime) -> bool:
        return self.withdrawn_at is not None and self.withdrawn_at <= at

    def now(self, at: datetime) -> Window | None:
        """The window that is on; one that cannot be computed is not."""
        return None if self.is_withdrawn(at) else _computed(lambda: self.window(at))

    def coming(self, at: datetime) -> Window | None:
        """The window that starts next."""
        return None if self.is_withdrawn(at) else _computed(lambda: self.next_window(at))

    def past(self, at: datetime) -> Window | None:
        """The window that ended last; a withdrawal cuts it short, or off."""
        end = min(at, self.withdrawn_at) if self.withdrawn_at else at
        if self.is_withdrawn(at) and (cut := _computed(lambda: self.window(end))):
            return Window(cut.start, end) if cut.start < end else None
        return _computed(lambda: self.last_window(end))

    def planned(self, at: datetime) -> Event:
        return self._event(EventType.MAINTENANCE_PLANNED, at, "")

    def changed(self, at: datetime) -> Event:
        """It was planned otherwise, or withdrawn."""
        return self._event(EventType.MAINTENANCE_CHANGED, at, at.isoformat())

    def started(self, window: Window) -> Event:
        return self._turn(EventType.MAINTENANCE_STARTED, window, window.start)

    def ended(self, window: Window) -> Event:
        return self._turn(EventType.MAINTENANCE_ENDED, window, window.end)

    def _turn(self, kind: EventType, window: Window, at: datetime) -> Event:
        event = self._event(kind, at, window.start.isoformat())
        moments = {"startsAt": window.start.isoformat(), "endsAt": window.end.isoformat()}
        return replace(event, facts={**event.facts, **moments})

    def _event(self, kind: EventType, at: datetime, mark: str) -> Event:
        facts = {
            "maintenance": self.id,
            "startsAt": self.starts_at.isoformat(),
            "endsAt": self.ends_at.isoformat(),
            "reason": self.reason,
            **self.about.facts,
        }
        if self.rrule:
            facts |= {"rrule": self.rrule, "timezone": self.timezone}
        if self.withdrawn_at:
            facts["withdrawnAt"] = self.withdrawn_at.isoformat()
        return Event(
            type=kind,
            subject=self.about.subject,
            at=at,
            key=":".join(part for part in (kind.value, self.id, mark) if part),
            facts=facts,
            story=self.story,
        )


class Roster:
    """Which maintenance covers what, asked for every observation: quick while nothing turns."""

    def __init__(self, planned: Iterable[Maintenance] = ()) -> None:
        self._planned = tuple(planned)
        self._on: tuple[Maintenance, ...] = ()
        self._begin = self._end = _EVER  # of the time in which exactly these are on

    def covering(self, target: TargetId, at: datetime) -> Maintenance | None:
        """Of several the first that was planned; our own references are never in maintenance."""
        if not self._begin <= at < self._end:
            self._turn(at)
        if not self._on or target.line == REFERENCE:
            return None
        line, environment = target.line, target.environment
        return next((one for one in self._on if one.concerns(line, environment)), None)

    def judged(self, seen: Observation) -> Observation:
        """What counts of an observation; itself where no maintenance covers it.

        The version that was read counts all the same: rollouts are what maintenance is for.
        That nothing is served does not: something may be away now.
        """
        outcome = seen.outcome
        covering = self.covering(seen.check.target, seen.at)
        if covering is None or outcome.outcome_class is OutcomeClass.OURS:
            return seen
        absent = outcome.reading.kind is ReadingKind.NOT_SERVED
        said = replace(
            outcome,
            outcome_class=OutcomeClass.MAINTENANCE,
            reason=clean(f"planned maintenance: {covering.reason}"),
            reading=UNREADABLE if absent else outcome.reading,
        )
        return replace(seen, outcome=said, unanswered=seen.is_silence)

    def _turn(self, at: datetime) -> None:
        windows = [(one, one.now(at)) for one in self._planned]
        self._on = tuple(one for one, window in windows if window)
        self._begin, self._end = _EVER, _NEVER
        for one, window in windows:
            begin, end = _span(one, window, at)
            self._begin, self._end = max(self._begin, begin), min(self._end, end)


def _span(one: Maintenance, window: Window | None, at: datetime) -> tuple[datetime, datetime]:
    """How long it has been on, or off, and how long it stays so at the least."""
    ends = one.withdrawn_at if one.withdrawn_at and one.withdrawn_at > at else _NEVER
    if window:
        return window.start, min(window.end, ends)
    past, coming = one.past(at), one.coming(at)
    return past.end if past else _EVER, min(coming.start if coming else _NEVER, ends)


def _computed(asked: Callable[[], Window | None]) -> Window | None:
    try:
        return asked()
    except WindowError:
        return None
