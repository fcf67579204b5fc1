"""Draws the picture of any line of a landscape from what is concluded of its targets."""

from collections.abc import Mapping
from datetime import date, datetime

from checks.outcome import OutcomeClass
from monitor.domain.day import day_of
from monitor.domain.health import State
from monitor.domain.landscape import Landscape, Line, LineId, TargetId, TargetPlan
from monitor.domain.life_cycle import Phase, phases
from monitor.domain.sighting import Mood, stale
from monitor.domain.standing import TargetStanding
from monitor.drift.picture import NOTHING_PLANNED, Blind, Here, LinePicture


class Atlas:
    """Of one landscape; it remembers the phases of the day that was last asked for."""

    def __init__(self, landscape: Landscape) -> None:
        self._landscape = landscape
        self._order = tuple(one.id for one in landscape.environments)
        self._day: date | None = None
        self._phases: Mapping[LineId, Phase] = {}

    def picture(
        self,
        line: LineId,
        standings: Mapping[TargetId, TargetStanding],
        now: datetime,
        planned: Mapping[str, Mapping[str, datetime]] = NOTHING_PLANNED,
    ) -> LinePicture | None:
        """The line as it is known at `now`; None: it is not in the catalogue.

        `planned` holds the planned times of its announced rollouts, by version and then by
        environment.
        """
        one = self._landscape.lines.get(line)
        if one is None:
            return None
        return LinePicture(
            line=one,
            phase=self._phase(line, day_of(now)),
            here=tuple(
                [  # a list is made faster than one by one
                    _here(one, one.targets[environment], standings, now)
                    for environment in self._order
                    if environment in one.targets
                ]
            ),
            must_precede=self._landscape.must_precede,
            planned=planned,
        )

    def _phase(self, line: LineId, today: date) -> Phase | None:
        if today != self._day:
            self._day, self._phases = today, phases(self._landscape, today)
        return self._phases.get(line)


def blindness(standing: TargetStanding, plan: TargetPlan, now: datetime) -> Blind | None:
    """Why the reading of a target says nothing about now; None: it does.

    What counts is the check that the version is read by: a version on a target that is ill
    in other ways is there all the same.
    """
    readings = standing.readings
    if readings.mood is Mood.NEVER:
        return Blind.NEVER_READ
    source = standing.checks.get(readings.source or "")
    if source and source.state is State.DOWN:
        return Blind.DOWN
    if source and source.last_class is OutcomeClass.REFUSED:
        return Blind.REFUSED
    return Blind.STALE if stale(readings, plan, now) else None


def _here(
    line: Line, plan: TargetPlan, standings: Mapping[TargetId, TargetStanding], now: datetime
) -> Here:
    environment = plan.id.environment
    first_day = line.life_cycle.first_days.get(environment)
    standing = standings.get(plan.id)
    if standing is None:
        return Here(environment=environment, blind=Blind.NEVER_READ, first_day=first_day)
    readings, blind = standing.readings, blindness(standing, plan, now)
    mood, settled, previous = readings.mood, readings.settled, readings.previous
    return Here(  # by place, because this is done for every target at every look
        environment,
        mood,
        settled,
        previous,
        readings.served_before or previous,
        readings.current,
        readings.recent,
        readings.mixed_since,
        blind,
        first_day,
        settled if blind is None and mood is Mood.SETTLED else None,
    )
