"""What the gate is decided on, and what of an environment says something about now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from checks.outcome import OutcomeClass
from monitor.domain.bulletin import Bulletin
from monitor.domain.criterion import Fact, ReasonKind
from monitor.domain.finding import Finding
from monitor.domain.freeze import Freeze
from monitor.domain.health import State
from monitor.domain.incident import Incident
from monitor.domain.landscape import Line, TargetPlan
from monitor.domain.sighting import Mood, Readings, Sighting
from monitor.domain.standing import TargetStanding

CLOCKS_APART = timedelta(minutes=1)
"""What the clocks of two processes may differ by; a later reading was dated by a wrong one."""


@dataclass(frozen=True, slots=True)
class Blindness:
    """Why nothing is known of now, as the reason of a criterion."""

    kind: ReasonKind
    facts: Mapping[str, Fact]
    read_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Side:
    """One environment of the line. `plan` None: the catalogue has no target there."""

    environment: str
    plan: TargetPlan | None
    standing: TargetStanding | None
    runs: tuple[Sighting, ...] = ()

    @property
    def readings(self) -> Readings:
        return self.standing.readings if self.standing else Readings()

    @property
    def settled(self) -> Sighting | None:
        return self.readings.settled if self.readings.mood is Mood.SETTLED else None

    @property
    def read_at(self) -> datetime | None:
        current = self.readings.current
        return current.last if current else None

    @property
    def limit(self) -> timedelta | None:
        """The age at which a reading is too old: 3 intervals of the check that makes it."""
        probe = self.plan.reader(self.readings.source) if self.plan else None
        return probe.stale_after if probe else None

    @property
    def history(self) -> tuple[Sighting, ...]:
        """The runs that were kept, and those that are remembered all the same."""
        readings = self.readings
        newest = (readings.previous, readings.settled, readings.current)
        kept = {(one.by, one.seen) for one in self.runs}
        return (*self.runs, *(one for one in newest if one and (one.by, one.seen) not in kept))

    def never_seen(self) -> Blindness | None:
        if self.plan is None:
            return Blindness(ReasonKind.NOT_WATCHED, {"environment": self.environment})
        if self.standing is None or self.readings.mood is Mood.NEVER:
            return Blindness(ReasonKind.NEVER_READ, {"environment": self.environment})
        return None

    def blindness(self, now: datetime) -> Blindness | None:
        """Why its readings say nothing about now; None: they do.

        What counts is the check that the version is read by, as with drift (section 4).
        """
        if never := self.never_seen():
            return never
        source = self.standing.checks.get(self.readings.source or "") if self.standing else None
        if source and source.state is State.DOWN:
            return self._blind(ReasonKind.DOWN)
        if source and source.last_class is OutcomeClass.REFUSED:
            return self._blind(ReasonKind.REFUSED)
        read_at, limit = self.read_at, self.limit
        if read_at and read_at - now > CLOCKS_APART:
            return self._blind(ReasonKind.YET_TO_COME)
        if read_at is None or limit is None or now - read_at >= limit:
            return self._blind(ReasonKind.STALE, limit=limit)
        return None

    def _blind(self, kind: ReasonKind, **facts: Fact) -> Blindness:
        settled = self.readings.settled
        return Blindness(
            kind,
            {
                "environment": self.environment,
                "version": settled.seen.version if settled else None,
                "readAt": self.read_at,
                **facts,
            },
            self.read_at,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class GateFacts:
    """All of one line, as of one moment; `origin` is where releases have to come first.

    `findings`, `incidents` and `bulletins` may hold those of other places, and resolved ones;
    `runs` are those of equal readings by environment, of which more can be told about order.
    """

    line: Line
    origin: str
    standings: Mapping[str, TargetStanding]
    findings: Sequence[Finding] = ()
    incidents: Sequence[Incident] = ()
    bulletins: Sequence[Bulletin] = ()  # incidents that operators opened
    freezes: Sequence[Freeze] = ()
    runs: Mapping[str, tuple[Sighting, ...]] = field(default_factory=dict)

    def side(self, environment: str) -> Side:
        return Side(
            environment,
            self.line.targets.get(environment),
            self.standings.get(environment),
            self.runs.get(environment, ()),
        )
