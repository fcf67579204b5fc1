"""Which openings nobody is told for now. Nothing here keeps anybody from looking."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from monitor.domain.event import Event, EventType, reach
from monitor.domain.incident import Incident, IncidentKind, blinds
from monitor.domain.landscape import TargetId
from monitor.domain.maintenance import Roster
from monitor.domain.names import HERE
from monitor.domain.tidings import TROUBLE

CHILDREN = frozenset({EventType.OUTAGE_OPENED, EventType.UNSTABLE_STARTED})
"""What an incident of the environment speaks for: a target that is not there, or not always."""


@dataclass(frozen=True, slots=True)
class Weather:
    """What suppresses, as it is when something is told."""

    isolated: bool = False
    troubled: Collection[str] = ()  # environments with an open incident of their own
    maintenance: Roster = field(default_factory=Roster)


def weather(open_ones: Iterable[Incident], maintenance: Roster) -> Weather:
    incidents = tuple(open_ones)
    return Weather(
        isolated=any(blinds(one, [HERE]) for one in incidents),
        troubled={one.subject for one in incidents if one.kind is IncidentKind.ENVIRONMENT},
        maintenance=maintenance,
    )


def is_held(event: Event, now: Weather, at: datetime) -> bool:
    """Whether at this moment the alert waits until what suppresses it is over.

    The three rules of semantics.md, section 2. They suppress openings, and never what
    resolves; and they pass through a parent that is suppressed itself: it is open all the same,
    so that its children wait with it.
    """
    if event.type not in TROUBLE:
        return False
    return now.isolated or _has_parent(event, now) or _is_maintained(event, now.maintenance, at)


def _has_parent(event: Event, now: Weather) -> bool:
    about = reach(event)
    if event.type not in CHILDREN or not about.lines:
        return False
    return bool(about.environments) and {*about.environments} <= {*now.troubled}


def _is_maintained(event: Event, maintenance: Roster, at: datetime) -> bool:
    """All of it, that is: what is wrong elsewhere too, is told."""
    about = reach(event)
    targets = [TargetId(line, where) for line in about.lines for where in about.environments]
    return bool(targets) and all(maintenance.covering(one, at) for one in targets)
