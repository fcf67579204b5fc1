"""One environment: all that runs there, and what went wrong."""

from collections.abc import Iterable
from datetime import datetime

from monitor.domain.health import State
from monitor.domain.incident import Incident, IncidentKind
from monitor.domain.landscape import TargetId
from web.views.announced import Announced, of_environment
from web.views.model import View
from web.views.notice import Announcement
from web.views.status import InterfaceStatus, StatusView
from web.views.titles import Titles

SHOWN_INCIDENTS = 50


class IncidentView(View):
    """`line` None: the whole environment. `resolvedAt` None: it is still so."""

    environment: str
    line: str | None
    title: str | None
    opened_at: datetime
    resolved_at: datetime | None
    reason: str
    id: str


class EnvironmentView(View):
    id: str
    name: str
    state: State
    interfaces: tuple[InterfaceStatus, ...]
    maintenance: tuple[Announcement, ...]
    incidents: tuple[IncidentView, ...]  # newest first
    announced: Announced


def environment_view(
    id_: str, status: StatusView, incidents: Iterable[Incident], titles: Titles
) -> EnvironmentView:
    """`status`: the wall, narrowed to this environment."""
    its = next(one for one in status.environments if one.id == id_)
    told = [_told(one, titles) for one in incidents if _place_of(one) == id_]
    return EnvironmentView(
        id=its.id,
        name=its.name,
        state=its.state,
        interfaces=status.interfaces,
        maintenance=tuple(one for one in status.maintenance if one.environment == id_),
        incidents=tuple(told[:SHOWN_INCIDENTS]),
        announced=of_environment(status.announced, id_),
    )


def _place_of(incident: Incident) -> str | None:
    match incident.kind:
        case IncidentKind.ENVIRONMENT:
            return incident.subject
        case IncidentKind.TARGET:
            return TargetId.parse(incident.subject).environment
        case IncidentKind.ISOLATED:
            return None


def _told(incident: Incident, titles: Titles) -> IncidentView:
    whole = incident.kind is IncidentKind.ENVIRONMENT
    target = None if whole else TargetId.parse(incident.subject)
    return IncidentView(
        environment=incident.subject if target is None else target.environment,
        line=str(target.line) if target else None,
        title=titles.of_line(target.line) if target else None,
        opened_at=incident.opened_at,
        resolved_at=incident.resolved_at,
        reason=incident.reason,
        id=incident.id,
    )
