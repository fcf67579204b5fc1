"""The wall in the shape that widgets of status pages know (`/api/v2`)."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from monitor.board import Board
from monitor.domain.health import State
from monitor.domain.incident import IncidentKind
from web.views.alarms import Alarm
from web.views.notice import public_outages
from web.views.status import StatusView
from web.views.target import Look, TargetView, look_of

_COMPONENT = {
    State.UP: "operational",
    State.DEGRADED: "degraded_performance",
    State.DOWN: "major_outage",
    State.MAINTENANCE: "under_maintenance",
    State.UNKNOWN: "operational",  # the shape has no word for it, and unknown is no outage
    State.ABSENT: "partial_outage",
    State.NOT_CONFIGURED: "operational",
}
_LEFT_OUT = frozenset({Look.NOT_CONFIGURED, Look.NOT_YET, Look.GONE})
_INDICATORS = (  # the worst first
    ("critical", "Major Service Outage", "a whole environment"),
    ("major", "Partial System Outage", "major_outage"),
    ("minor", "Partial System Outage", "partial_outage"),
    ("minor", "Partially Degraded Service", "degraded_performance"),
    ("maintenance", "Service Under Maintenance", "under_maintenance"),
)


class _Shape(BaseModel):
    """Its names are Statuspage's: snake case."""

    model_config = ConfigDict(frozen=True)


class Page(_Shape):
    id: str
    name: str = "Ketenwacht"
    url: str
    time_zone: str = "Europe/Amsterdam"
    updated_at: datetime


class Indication(_Shape):
    indicator: str
    description: str


class Component(_Shape):
    id: str
    name: str
    status: str
    description: str | None = None
    group_id: str | None = None
    group: bool = False
    updated_at: datetime | None = None
    page_id: str


class Trouble(_Shape):
    id: str
    name: str
    status: str
    impact: str
    created_at: datetime
    updated_at: datetime
    shortlink: str
    page_id: str


class StatusSummary(_Shape):
    page: Page
    status: Indication


class Scheduled(Trouble):
    scheduled_for: datetime
    scheduled_until: datetime


class Summary(StatusSummary):
    components: tuple[Component, ...]
    incidents: tuple[Trouble, ...]
    scheduled_maintenances: tuple[Scheduled, ...]


def summary(view: StatusView, board: Board, address: str, installation: str) -> Summary:
    page = Page(id=installation, url=address, updated_at=view.recorded_at or view.generated_at)
    components = tuple(_components(view, installation))
    return Summary(
        page=page,
        status=_indicated(components, view),
        components=components,
        incidents=(*_outages(board, page), *_differing(view.alarms, page), *_told_of(board, page)),
        scheduled_maintenances=tuple(_scheduled(board, page, view.generated_at)),
    )


def _components(view: StatusView, page: str) -> Iterator[Component]:
    """A group for each interface, in it one for each line and environment that is expected."""
    for interface in view.interfaces:
        parts = [
            Component(
                id=f"{line.id}@{target.environment}",
                name=f"{line.line} {target.environment.upper()}",
                status=_COMPONENT[target.state],
                description=_told(target),
                group_id=interface.id,
                updated_at=target.last_observation_at,
                page_id=page,
            )
            for line in interface.lines
            for target in line.targets
            if look_of(target) not in _LEFT_OUT
        ]
        worst = _worst(part.status for part in parts)
        yield Component(
            id=interface.id, name=interface.title, status=worst, group=True, page_id=page
        )
        yield from parts


def _told(target: TargetView) -> str | None:
    return target.version or target.reason or None


def _worst(statuses: Iterable[str]) -> str:
    found = {*statuses}
    return next((one for _, _, one in _INDICATORS if one in found), "operational")


def _indicated(components: Iterable[Component], view: StatusView) -> Indication:
    found = {one.status for one in components if not one.group}
    if any(one.state is State.DOWN for one in view.environments):
        found.add("a whole environment")
    if view.alarms:
        found.add("degraded_performance")
    for indicator, description, wanted in _INDICATORS:
        if wanted in found:
            return Indication(indicator=indicator, description=description)
    return Indication(indicator="none", description="All Systems Operational")


def _outages(board: Board, page: Page) -> Iterator[Trouble]:
    for one in public_outages(board.incidents.values()):
        yield Trouble(
            id=one.id,
            name=f"{one.subject}: {one.reason}",
            status="investigating",
            impact="critical" if one.kind is IncidentKind.ENVIRONMENT else "major",
            created_at=one.opened_at,
            updated_at=one.opened_at,
            shortlink=f"{page.url}/incidents/{one.id}",
            page_id=page.id,
        )


def _differing(alarms: Iterable[Alarm], page: Page) -> Iterator[Trouble]:
    """What runs may answer well and still not be what was promised: minor, until it does not."""
    for one in alarms:
        where = ", ".join(place.upper() for place in one.comparison.environments)
        yield Trouble(
            id=str(one.comparison.finding_id),
            name=f"{one.line}: {one.comparison.finding} ({where})",
            status="identified",
            impact="minor",
            created_at=one.since,
            updated_at=one.since,
            shortlink=f"{page.url}/drift/{one.comparison.finding_id}",
            page_id=page.id,
        )


def _told_of(board: Board, page: Page) -> Iterator[Trouble]:
    """What operators opened; their phases are the shape's."""
    for one in board.bulletins:
        yield Trouble(
            id=one.id,
            name=one.title,
            status=one.phase.value,
            impact="none",
            created_at=one.opened_at,
            updated_at=one.changed_at,
            shortlink=f"{page.url}/incidents/{one.id}",
            page_id=page.id,
        )


def _scheduled(board: Board, page: Page, now: datetime) -> Iterator[Scheduled]:
    """Maintenance that is on, and the next time of what is planned."""
    for one in board.maintenance:
        current = one.now(now)
        window = current or one.coming(now)
        if window is None:
            continue
        yield Scheduled(
            id=one.id,
            name=one.reason,
            status="in_progress" if current else "scheduled",
            impact="maintenance",
            created_at=one.starts_at,
            updated_at=one.starts_at,
            shortlink=f"{page.url}/maintenance",
            page_id=page.id,
            scheduled_for=window.start,
            scheduled_until=window.end,
        )
