"""What happened, in the past tense. Written once, never changed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from monitor.domain.landscape import LineId


class EventType(StrEnum):
    """The values become `nl.ketenwacht.<value>.v1` in a CloudEvent."""

    OUTAGE_OPENED = "outage.opened"
    OUTAGE_RESOLVED = "outage.resolved"
    UNSTABLE_STARTED = "unstable.started"
    UNSTABLE_ENDED = "unstable.ended"
    DRIFT_OPENED = "drift.opened"
    DRIFT_OVERDUE = "drift.overdue"
    DRIFT_RESOLVED = "drift.resolved"
    ROLLOUT_ANNOUNCED = "rollout.announced"
    ROLLOUT_ARRIVED = "rollout.arrived"
    ROLLOUT_VERIFIED = "rollout.verified"
    ROLLOUT_OVERDUE = "rollout.overdue"
    ROLLOUT_ROLLED_BACK = "rollout.rolledBack"
    GATE_OPENED = "gate.opened"
    GATE_CLOSED = "gate.closed"
    GATE_OVERRIDDEN = "gate.overridden"
    INCIDENT_OPENED = "incident.opened"
    INCIDENT_UPDATED = "incident.updated"
    INCIDENT_RESOLVED = "incident.resolved"
    MAINTENANCE_PLANNED = "maintenance.planned"
    MAINTENANCE_CHANGED = "maintenance.changed"  # or withdrawn before it was over
    MAINTENANCE_STARTED = "maintenance.started"
    MAINTENANCE_ENDED = "maintenance.ended"
    SUPPORT_ENDING = "support.ending"
    SUPPORT_ENDED = "support.ended"
    CERTIFICATE_EXPIRING = "certificate.expiring"
    CONTENT_WIPED = "content.wiped"
    NOTICE_REFUSED = "notice.refused"
    NOTICE_ISOLATED = "notice.isolated"
    NOTICE_DELIVERY_FAILING = "notice.deliveryFailing"
    NOTICE_LOCATION_DOWN = "notice.locationDown"  # a target, from too few of its locations
    NOTICE_LOCATION_SILENT = "notice.locationSilent"  # a location of ours
    NOTICE_LOCATION_HEARD = "notice.locationHeard"  # again


OPENS: Mapping[EventType, EventType] = {
    EventType.OUTAGE_OPENED: EventType.OUTAGE_RESOLVED,
    EventType.UNSTABLE_STARTED: EventType.UNSTABLE_ENDED,
    EventType.DRIFT_OPENED: EventType.DRIFT_RESOLVED,
    EventType.DRIFT_OVERDUE: EventType.DRIFT_RESOLVED,
    EventType.INCIDENT_OPENED: EventType.INCIDENT_RESOLVED,
    EventType.MAINTENANCE_STARTED: EventType.MAINTENANCE_ENDED,
    EventType.NOTICE_LOCATION_SILENT: EventType.NOTICE_LOCATION_HEARD,
}
"""What opens, and what resolves it in the same story. All else stands by itself."""

EVERYWHERE = "dso-lv"
"""The subject of what is about more than one place, or about all: see `reach`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """`key` is unique: the same happening told twice is one event.

    `story` is what an opening and its resolving share: the id of an incident or a finding, and
    by default the key. Where one opens again in the same story (a target that becomes unstable
    once more), the newest opening is the one that is resolved.
    """

    type: EventType
    subject: str  # "presenteren/v8@prod", "presenteren/v8", an environment, or EVERYWHERE
    at: datetime
    key: str
    facts: Mapping[str, str] = field(default_factory=dict)
    story: str = ""

    def __post_init__(self) -> None:
        if not self.story:
            object.__setattr__(self, "story", self.key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """What something is about; where nothing is named, it is about all of it.

    Lines and interfaces widen each other: where both are named, either will do.
    """

    environments: tuple[str, ...] = ()
    interfaces: tuple[str, ...] = ()
    lines: tuple[LineId, ...] = ()

    def concerns(self, line: LineId, environment: str) -> bool:
        if self.environments and environment not in self.environments:
            return False
        if not (self.interfaces or self.lines):
            return True
        return line.interface in self.interfaces or line in self.lines

    @property
    def subject(self) -> str:
        """Of an event about this."""
        match (self.environments, self.interfaces, self.lines):
            case ((environment,), (), (line,)):
                return f"{line}@{environment}"
            case ((), (), (line,)):
                return str(line)
            case ((environment,), (), ()):
                return environment
            case _:
                return EVERYWHERE

    @property
    def facts(self) -> Mapping[str, str]:
        """For an event about this: `reach` reads them."""
        named = {
            "environments": self.environments,
            "interfaces": self.interfaces,
            "lines": map(str, self.lines),
        }
        return {name: told for name, several in named.items() if (told := ",".join(several))}


def reach(event: Event) -> Reach:
    """What an event is about, by its subject, and by its facts where that names no one place."""
    before, at, environment = event.subject.partition("@")
    if "/" in before:
        lines = (LineId.parse(before),)
        named = (environment,) if at else _named(event, "environments")
        return Reach(environments=named, lines=lines)
    if event.subject != EVERYWHERE:
        return Reach(environments=(event.subject,))
    return Reach(
        environments=_named(event, "environments"),
        interfaces=_named(event, "interfaces"),
        lines=tuple(map(LineId.parse, _named(event, "lines"))),
    )


def _named(event: Event, name: str) -> tuple[str, ...]:
    return tuple(one for one in event.facts.get(name, "").split(",") if one)
