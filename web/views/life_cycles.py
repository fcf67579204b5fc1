"""From which day each line is where, and until when."""

from collections.abc import Mapping
from datetime import date

from monitor.domain.life_cycle import Phase
from web.views.model import View


class LineLifeCycle(View):
    """Days are those of Europe/Amsterdam, both ends inclusive; None: not planned."""

    line: str
    title: str
    interface: str
    interface_title: str
    phase: Phase
    first_days: Mapping[str, date]
    supported_until: date | None
    run_out_until: date | None
    days_left: int | None


class BreachView(View):
    """A promise of the life cycle policy that the catalogue itself does not keep."""

    kind: str
    interface: str
    interface_title: str
    lines: tuple[str, ...]
    since: date | None


class LifeCyclesView(View):
    """In the order of the catalogue."""

    today: date
    items: tuple[LineLifeCycle, ...]
    breaches: tuple[BreachView, ...] = ()
    next: str | None = None
