"""What a batch of observations comes to, one after the other."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from monitor.domain.event import Event
from monitor.domain.health import State, StateSpan
from monitor.domain.incident import Incident, IncidentKind
from monitor.domain.isolation import is_tellable, reason, speaker, was_silent, window
from monitor.domain.landscape import REFERENCE, CheckId, Landscape, TargetId
from monitor.domain.maintenance import Roster
from monitor.domain.observation import Observation
from monitor.domain.outages import Outages
from monitor.domain.sighting import Sighting
from monitor.domain.standing import (
    Conclusion,
    TargetStanding,
    conclude,
    conclude_nothing,
    take_back,
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """All that is to be written, in the order in which it came to be."""

    standings: tuple[TargetStanding, ...]
    spans: tuple[tuple[TargetId, StateSpan], ...]
    sightings: tuple[tuple[TargetId, Sighting], ...]
    incidents: tuple[Incident, ...]
    events: tuple[Event, ...]
    rechecks: frozenset[CheckId]


class Court:
    """Hears observations in order, and remembers what they changed.

    `standings` must hold every watched target where isolation is to be noticed
    (`sees_all`), else at least those that are observed and those `awaiting` to be told.
    The borders between batches make no difference to what is concluded.
    """

    def __init__(
        self,
        landscape: Landscape,
        standings: Mapping[TargetId, TargetStanding],
        incidents: Iterable[Incident],
        roster: Roster | None = None,
        *,
        sees_all: bool,
    ) -> None:
        self._landscape = landscape
        self._roster = roster or Roster()
        self._standings = dict(standings)
        self._outages = Outages(landscape, incidents)
        self._doubts = (
            {location for location in landscape.asked_from if is_tellable(landscape, location)}
            if sees_all
            else set()
        )
        self._spoke: dict[str, TargetId] = {}  # proved last time, by location: we are not isolated
        self._begun = False
        self._changed: dict[TargetId, None] = {}
        self._spans: list[tuple[TargetId, StateSpan]] = []
        self._sightings: list[tuple[TargetId, Sighting]] = []
        self._events: list[Event] = []
        self._rechecks: dict[CheckId, None] = {}

    @property
    def standings(self) -> Mapping[TargetId, TargetStanding]:
        """As the observations heard so far left them."""
        return self._standings

    def hear(self, seen: Observation) -> None:
        if not self._begun:
            self._begun = True
            self._outages.drop_unwatched(seen.at)
        target = seen.check.target
        plan = self._landscape.watched.get(target)
        if plan is None:
            return
        seen = self._roster.judged(seen)
        before = self._standings.get(target)
        probe = plan.probe(seen.check.name)
        asked = probe is not None and probe.asked  # what is reported to us came another way
        silence, location = asked and seen.is_silence, seen.check.location
        if self._outages.are_open and asked and seen.is_sign_of_life:
            self._outages.reconnect(seen.at, location)
        if silence and self._outages.isolation(location):
            conclusion = conclude_nothing(before, seen, plan, reason(location))
        else:
            conclusion = conclude(before, seen, plan, self._landscape.policy_of(target))
        self._take(target, conclusion)
        if conclusion.recheck:
            self._rechecks[seen.check] = None
        elif self._rechecks:
            self._rechecks.pop(seen.check, None)
        if silence and self._is_isolated(seen.at, location):
            self._isolate(seen.at, location)
        elif target.line != REFERENCE:
            self._outages.follow(conclusion.standing, seen.at)
        if self._outages.are_open:
            self._outages.tell_due(seen.at, self._quieted(seen.at))

    def verdict(self) -> Verdict:
        return Verdict(
            standings=tuple(self._standings[target] for target in self._changed),
            spans=tuple(self._spans),
            sightings=tuple(self._sightings),
            incidents=tuple(self._outages.changed.values()),
            events=(*self._events, *self._outages.events),
            rechecks=frozenset(self._rechecks),
        )

    def _take(self, target: TargetId, conclusion: Conclusion) -> None:
        self._standings[target] = conclusion.standing
        self._changed[target] = None
        if target.line == REFERENCE:
            return
        if conclusion.spans:
            self._spans.extend((target, span) for span in conclusion.spans)
        if conclusion.sightings:
            self._sightings.extend((target, sighting) for sighting in conclusion.sightings)
        self._events.extend(conclusion.events)

    def _is_isolated(self, now: datetime, location: str) -> bool:
        if location not in self._doubts or self._outages.isolation(location):
            return False
        if spoke := self._spoke.get(location):
            within = window(self._landscape, spoke)
            if not was_silent(self._standings.get(spoke), within, now, location):
                return False
        witness = speaker(self._standings, self._landscape, now, location)
        if witness:
            self._spoke[location] = witness
        return witness is None

    def _isolate(self, at: datetime, location: str) -> None:
        others = (check for check in self._rechecks if check.location != location)
        self._rechecks = dict.fromkeys(others)
        why = reason(location)
        reached = self._landscape.asked_from[location] if location else self._landscape.watched
        for target in reached:
            if standing := self._standings.get(target):
                plan = self._landscape.watched[target]
                begin = at - window(self._landscape, target)
                self._take(target, take_back(standing, plan, at, begin, why, location=location))
        down = (one for one in self._standings.values() if one.state is State.DOWN)
        still_down = {str(one.target) for one in down}
        self._outages.isolate(at, still_down, location)

    def _quieted(self, at: datetime) -> frozenset[TargetId]:
        """Whose outages are not told now: they flap, or are in planned maintenance."""
        subjects = (TargetId.parse(incident.subject) for incident in self._outages.untold())
        return frozenset(
            target
            for target in subjects
            if (target in self._standings and self._standings[target].flapping)
            or self._roster.covering(target, at)
        )


def awaiting(incidents: Iterable[Incident]) -> set[TargetId]:
    """Whose outages are not told yet: a court must know how they stand to tell them."""
    return {
        TargetId.parse(incident.subject)
        for incident in incidents
        if incident.kind is IncidentKind.TARGET and not incident.told
    }
