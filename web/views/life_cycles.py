"""From which day each line is where, and until when."""

from collections.abc import Mapping
from datetime import date

from monitor.domain.landscape import Landscape
from monitor.domain.life_cycle import Breach, BreachKind, Phase, breaches, days_left, phases
from web.views.model import View
from web.views.titles import Titles


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

    kind: BreachKind
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


def life_cycles_view(landscape: Landscape, today: date, titles: Titles) -> LifeCyclesView:
    phase = phases(landscape, today)
    return LifeCyclesView(
        today=today,
        items=tuple(
            LineLifeCycle(
                line=str(line.id),
                title=titles.of_line(line.id),
                interface=interface.id,
                interface_title=titles.say(interface.title),
                phase=phase[line.id],
                first_days=line.life_cycle.first_days,
                supported_until=line.life_cycle.until,
                run_out_until=line.life_cycle.gone,
                days_left=days_left(line, today),
            )
            for interface in landscape.interfaces
            for line in interface.lines
        ),
        breaches=tuple(_told(one, landscape, titles) for one in breaches(landscape, today)),
    )


def _told(one: Breach, landscape: Landscape, titles: Titles) -> BreachView:
    interface = landscape.interface(one.interface)
    return BreachView(
        kind=one.kind,
        interface=one.interface,
        interface_title=titles.say(interface.title) if interface else one.interface,
        lines=tuple(map(str, one.lines)),
        since=one.since,
    )
