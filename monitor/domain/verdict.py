"""What a batch of observations comes to, one after the other."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from monitor.domain.event import Event
from monitor.domain.health import StateSpan
from monitor.domain.incident import Incident, IncidentKind
from monitor.domain.isolation import REASON, is_tellable, speaker, was_silent, window
from monitor.domain.landscape import REFERENCE, CheckId, Landscape, TargetId
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
    (`sees_all`), else at least those that are observed and those of untold incidents.
    The borders between batches make no difference to what is concluded.
    """

    def __init__(
        self,
        landscape: Landscape,
        standings: Mapping[TargetId, TargetStanding],
        incidents: Iterable[Incident],
        *,
        sees_all: bool,
    ) -> None:
        self._landscape = landscape
        self._standings = dict(standings)
        self._outages = Outages(landscape, incidents)
        self._doubts = sees_all and is_tellable(landscape)
        self._spoke: TargetId | None = None  # proved last time that we are not isolated
        self._begun = False
        self._changed: dict[TargetId, None] = {}
        self._spans: list[tuple[TargetId, StateSpan]] = []
        self._sightings: list[tuple[TargetId, Sighting]] = []
        self._events: list[Event] = []
        self._rechecks: dict[CheckId, None] = {}

    @property
    def has_open_incidents(self) -> bool:
        return self._outages.are_open

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
        before = self._standings.get(target)
        probe = plan.probe(seen.check.name)
        asked = probe is not None and probe.asked  # what is reported to us came another way
        silence = asked and seen.is_silence
        if self._outages.are_open and asked and seen.is_sign_of_life:
            self._outages.reconnect(seen.at)
        if silence and self._outages.isolation:
            conclusion = conclude_nothing(before, seen, plan, REASON)
        else:
            policy = self._landscape.policy_of(target)
            conclusion = conclude(before, seen, plan, policy)
        self._take(target, conclusion)
        if conclusion.recheck:
            self._rechecks[seen.check] = None
        elif self._rechecks:
            self._rechecks.pop(seen.check, None)
        if silence and not self._outages.isolation and self._is_isolated(seen.at):
            self._isolate(seen.at)
        elif target.line != REFERENCE:
            self._outages.follow(conclusion.standing, seen.at)
        if self._outages.are_open:
            self._outages.tell_due(seen.at, self._flapping())

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

    def _is_isolated(self, now: datetime) -> bool:
        if not self._doubts:
            return False
        if self._spoke:
            within = window(self._landscape, self._spoke)
            if not was_silent(self._standings.get(self._spoke), within, now):
                return False
        self._spoke = speaker(self._standings, self._landscape, now)
        return self._spoke is None

    def _isolate(self, at: datetime) -> None:
        self._rechecks.clear()
        for target, plan in self._landscape.watched.items():
            if standing := self._standings.get(target):
                begin = at - window(self._landscape, target)
                self._take(target, take_back(standing, plan, at, begin, REASON))
        self._outages.isolate(at)

    def _flapping(self) -> frozenset[TargetId]:
        subjects = (TargetId.parse(incident.subject) for incident in self._outages.untold())
        return frozenset(
            target
            for target in subjects
            if target in self._standings and self._standings[target].flapping
        )


def touched(batch: Iterable[Observation], incidents: Iterable[Incident]) -> set[TargetId]:
    """Whose standings a court must have before it hears `batch`."""
    untold = {
        TargetId.parse(incident.subject)
        for incident in incidents
        if incident.kind is IncidentKind.TARGET and not incident.told
    }
    return {seen.check.target for seen in batch} | untold
