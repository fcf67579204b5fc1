"""The wall: every line in every environment, now."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from monitor.board import Board
from monitor.domain.environment import environment_state
from monitor.domain.health import State
from monitor.domain.incident import IncidentKind
from monitor.domain.landscape import Chain, Interface, LineId, Standard
from web.views.alarms import Alarm, alarms
from web.views.announced import Announced, announced
from web.views.line import LineView
from web.views.model import View
from web.views.notice import (
    Announcement,
    Notice,
    incident_announcements,
    is_stale,
    maintenance_announcements,
    notices,
)
from web.views.selection import EVERYTHING, Selection
from web.views.titles import Titles
from web.words.language import Language


class EnvironmentState(View):
    id: str
    name: str
    state: State


class InterfaceStatus(View):
    id: str
    title: str
    chain: Chain
    standard: Standard
    lines: tuple[LineView, ...]


class InterfacePage(View):
    items: tuple[InterfaceStatus, ...]
    next: str | None = None


class StatusView(View):
    """The names are the API's (api.md); what the banners tell is added."""

    generated_at: datetime
    stale: bool
    recorded_at: datetime | None
    next_observation_at: datetime | None
    environments: tuple[EnvironmentState, ...]
    interfaces: tuple[InterfaceStatus, ...]
    incidents: tuple[Announcement, ...]
    alarms: tuple[Alarm, ...]
    maintenance: tuple[Announcement, ...]
    notices: tuple[Notice, ...]
    announced: Announced


def status_view(
    board: Board,
    lines: Mapping[LineId, LineView],
    language: Language,
    now: datetime,
    selection: Selection = EVERYTHING,
) -> StatusView:
    """Put the wall together from lines that were judged already."""
    landscape = board.landscape
    titles = Titles(landscape, language)
    return StatusView(
        generated_at=now,
        stale=is_stale(board, now) or board.trouble is not None,
        recorded_at=board.recorded_at,
        next_observation_at=board.next_look,
        environments=tuple(environment_states(board, lines, titles, selection)),
        interfaces=tuple(_interfaces(board, lines, titles, selection)),
        incidents=incident_announcements(board.incidents.values(), titles),
        alarms=alarms(lines.values(), titles),
        maintenance=maintenance_announcements(lines.values(), titles),
        notices=notices(board, now),
        announced=announced(board, now),
    )


def environment_states(
    board: Board, lines: Mapping[LineId, LineView], titles: Titles, selection: Selection
) -> Iterable[EnvironmentState]:
    states = _states_by_environment(lines.values())
    broken = {
        incident.subject
        for incident in board.incidents.values()
        if incident.kind is IncidentKind.ENVIRONMENT
    }
    for one in board.landscape.environments:
        if selection.shows(one.id):
            yield EnvironmentState(
                id=one.id,
                name=titles.say(one.name),
                state=environment_state(states.get(one.id, ()), broken=one.id in broken),
            )


def _interfaces(
    board: Board, lines: Mapping[LineId, LineView], titles: Titles, selection: Selection
) -> Iterable[InterfaceStatus]:
    for interface in board.landscape.interfaces:
        taken = tuple(_lines(interface, lines, selection))
        if taken:
            yield InterfaceStatus(
                id=interface.id,
                title=titles.say(interface.title),
                chain=interface.chain,
                standard=interface.standard,
                lines=taken,
            )


def _lines(
    interface: Interface, lines: Mapping[LineId, LineView], selection: Selection
) -> Iterable[LineView]:
    for line in interface.lines:
        view = lines[line.id]
        if selection.takes(interface, view):
            yield view if selection.environment is None else _narrowed(view, selection)


def _narrowed(view: LineView, selection: Selection) -> LineView:
    kept = tuple(one for one in view.targets if selection.shows(one.environment))
    return view.model_copy(update={"targets": kept})


def _states_by_environment(lines: Iterable[LineView]) -> Mapping[str, list[State]]:
    states: dict[str, list[State]] = {}
    for line in lines:
        for target in line.targets:
            states.setdefault(target.environment, []).append(target.state)
    return states
