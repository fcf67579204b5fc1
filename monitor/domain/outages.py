"""Which incidents a row of concluded states opens, takes up, tells and resolves."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from monitor.domain.event import Event
from monitor.domain.health import State
from monitor.domain.incident import (
    LONGEST_HOLD,
    Incident,
    IncidentKind,
    enough,
    monitor_at,
    open_incident,
    opening,
    resolving,
)
from monitor.domain.isolation import reason, window
from monitor.domain.landscape import Landscape, TargetId
from monitor.domain.names import HERE
from monitor.domain.standing import TargetStanding

OVER = frozenset({State.UP, State.DEGRADED, State.ABSENT})
"""States that end an outage. Unknown and maintenance do not: they are no evidence."""


class Outages:
    """The open incidents, and what happened to them since they were handed in.

    Rules (semantics.md, section 2): a target's incident lasts from down until up, degraded
    or absent again. An environment's opens when half of its targets, and no fewer than 3,
    went down within two intervals, and ends when fewer than that are still down: who is
    down then speaks for itself again. Suppressing the alert of a child, of what flaps, of
    what is in maintenance, or of what was held back, never suppresses the incident, nor the
    end of what was told.
    """

    def __init__(self, landscape: Landscape, open_ones: Iterable[Incident]) -> None:
        self._landscape = landscape
        self._open = {incident.id: incident for incident in open_ones}
        self._target = {
            incident.subject: incident.id
            for incident in self._open.values()
            if incident.kind is IncidentKind.TARGET
        }
        self.changed: dict[str, Incident] = {}
        self.events: list[Event] = []

    @property
    def are_open(self) -> bool:
        return bool(self._open)

    def isolation(self, location: str = HERE) -> Incident | None:
        of_isolation = self._of(IncidentKind.ISOLATED)
        subject = monitor_at(location)
        return next((one for one in of_isolation if one.subject == subject), None)

    def follow(self, standing: TargetStanding, at: datetime) -> None:
        """Open or resolve what a target's new state asks for."""
        if not self._target and standing.state is not State.DOWN:
            return
        subject = str(standing.target)
        incident = self._open.get(self._target.get(subject, ""))
        if standing.state is State.DOWN and incident is None:
            fallen = open_incident(IncidentKind.TARGET, subject, at, standing.reason)
            self._keep(fallen)
            self._take_up(fallen, standing.target, at)
        elif incident and standing.state in OVER:
            self._resolve(incident, at)
            self._end_environment(standing.target.environment, at)

    def tell_due(self, at: datetime, quieted: frozenset[TargetId]) -> None:
        """Tell the outages that waited long enough and that nothing speaks for."""
        for incident in self.untold():
            target = TargetId.parse(incident.subject)
            hold = min(window(self._landscape, target), LONGEST_HOLD)
            held = abs(at - (incident.held_from or incident.opened_at))  # the clock may go back
            if held >= hold and target not in quieted:
                self._tell(incident, at)

    def untold(self) -> list[Incident]:
        return [
            incident
            for incident in self._of(IncidentKind.TARGET)
            if not incident.told and incident.parent not in self._open
        ]

    def isolate(self, at: datetime, still_down: Collection[str], location: str = HERE) -> None:
        """Our network is gone there: take back the outages that this looked like.

        Not those of targets that are `still_down`, because other locations see them so too.
        """
        why = reason(location)
        for kind in (IncidentKind.TARGET, IncidentKind.ENVIRONMENT):  # in this order
            for incident in list(self._of(kind)):
                young = incident.opened_at >= at - self._reach(incident)
                if young and not self._is_borne(incident, still_down):
                    self._resolve(replace(incident, reason=why), at)
        subject = monitor_at(location)
        self._tell(open_incident(IncidentKind.ISOLATED, subject, at, why), at)

    def reconnect(self, at: datetime, location: str = HERE) -> None:
        if isolated := self.isolation(location):
            self._resolve(isolated, at)

    def drop_unwatched(self, at: datetime) -> None:
        """Resolve what nobody can end any more, because its target left the catalogue."""
        for incident in list(self._of(IncidentKind.TARGET)):
            target = TargetId.parse(incident.subject)
            if target not in self._landscape.watched:
                self._resolve(incident, at)
                self._end_environment(target.environment, at)

    def _take_up(self, fallen: Incident, target: TargetId, at: datetime) -> None:
        if parent := self._environment(target.environment):
            self._keep(replace(fallen, parent=parent.id))
            return
        begin = at - window(self._landscape, target)
        together = [one for one in self._children(target.environment) if one.opened_at >= begin]
        if len(together) < self._enough(target.environment):
            return
        reason = f"{len(together)} targets went down together; the last: {fallen.reason}"
        parent = open_incident(IncidentKind.ENVIRONMENT, target.environment, at, reason)
        self._tell(parent, at)
        for child in together:
            self._keep(replace(child, parent=parent.id))

    def _end_environment(self, environment: str, at: datetime) -> None:
        parent = self._environment(environment)
        if parent is None:
            return
        down = [one for one in self._children(environment) if one.parent == parent.id]
        if len(down) < self._enough(environment):
            self._resolve(parent, at)
            for child in down:  # most are about to recover too: hold their alerts once more
                self._keep(replace(child, held_from=at))

    def _enough(self, environment: str) -> int:
        plans = self._landscape.targets.items()
        return enough(sum(id_.environment == environment and bool(p.probes) for id_, p in plans))

    def _is_borne(self, incident: Incident, still_down: Collection[str]) -> bool:
        """Whether others than an isolated location see it too."""
        if incident.kind is IncidentKind.TARGET:
            return incident.subject in still_down
        down = [one for one in self._children(incident.subject) if one.parent == incident.id]
        return len(down) >= self._enough(incident.subject)

    def _reach(self, incident: Incident) -> timedelta:
        if incident.kind is IncidentKind.TARGET:
            return window(self._landscape, TargetId.parse(incident.subject))
        return 2 * self._landscape.policy.interval

    def _environment(self, environment: str) -> Incident | None:
        of_environments = self._of(IncidentKind.ENVIRONMENT)
        return next((one for one in of_environments if one.subject == environment), None)

    def _children(self, environment: str) -> list[Incident]:
        return [
            incident
            for incident in self._of(IncidentKind.TARGET)
            if incident.subject.endswith(f"@{environment}")
        ]

    def _of(self, kind: IncidentKind) -> Iterator[Incident]:
        return (incident for incident in self._open.values() if incident.kind is kind)

    def _tell(self, incident: Incident, at: datetime) -> None:
        self._keep(replace(incident, told=True))
        self.events.append(opening(incident, at))

    def _resolve(self, incident: Incident, at: datetime) -> None:
        self.events.extend(resolving(incident, at))
        self._keep(replace(incident, resolved_at=max(at, incident.opened_at)))

    def _keep(self, incident: Incident) -> None:
        self.changed[incident.id] = incident
        if incident.resolved_at:
            self._open.pop(incident.id, None)
            self._target.pop(incident.subject, None)
        else:
            self._open[incident.id] = incident
            if incident.kind is IncidentKind.TARGET:
                self._target[incident.subject] = incident.id
