"""What operators announce of a place: their open incidents, and maintenance that is near."""

from datetime import datetime

from monitor.board import Board
from monitor.domain.landscape import LineId
from web.views.incidents import IncidentEntry, of_operator
from web.views.maintenance import MaintenanceView, near
from web.views.model import View


class Announced(View):
    """Maintenance that is on, or starts within 48 hours."""

    incidents: tuple[IncidentEntry, ...] = ()
    maintenance: tuple[MaintenanceView, ...] = ()


def announced(board: Board, now: datetime) -> Announced:
    return Announced(
        incidents=tuple(of_operator(one, ()) for one in board.bulletins),
        maintenance=tuple(near(board.maintenance, now)),
    )


def of_environment(every: Announced, environment: str) -> Announced:
    """What concerns an environment, or all of them."""
    return Announced(
        incidents=tuple(one for one in every.incidents if _is_in(one, environment)),
        maintenance=tuple(one for one in every.maintenance if _is_in(one, environment)),
    )


def of_interface(every: Announced, interface: str) -> Announced:
    """What concerns an interface, or all of them."""
    return Announced(
        incidents=tuple(one for one in every.incidents if _is_of(one, interface)),
        maintenance=tuple(one for one in every.maintenance if _is_of(one, interface)),
    )


def _is_in(one: IncidentEntry | MaintenanceView, environment: str) -> bool:
    return not one.environments or environment in one.environments


def _is_of(one: IncidentEntry | MaintenanceView, interface: str) -> bool:
    interfaces = {*one.interfaces, *(LineId.parse(line).interface for line in one.lines)}
    return not interfaces or interface in interfaces
