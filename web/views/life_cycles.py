"""From which day each line is where, and until when."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from monitor.domain.deprecation import SIGNALS, Disagreement, disagreement
from monitor.domain.landscape import CheckId, Landscape, Line
from monitor.domain.life_cycle import Breach, BreachKind, Phase, breaches, days_left, phases
from web.views.model import View
from web.views.titles import Titles

Carried = tuple[CheckId, datetime, Mapping[str, str]]


class EndSignal(View):
    """What answers say of the end, in the supplier's words, beside what is promised."""

    name: str
    text: str
    environments: tuple[str, ...]
    seen_at: datetime
    disagreement: Disagreement | None


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
    signals: tuple[EndSignal, ...] = ()


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


def life_cycles_view(
    landscape: Landscape, today: date, titles: Titles, carried: Iterable[Carried] = ()
) -> LifeCyclesView:
    """`carried` is what the newest answers hold beside their readings."""
    seen = tuple(carried)
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
                signals=_signals(line, seen),
            )
            for interface in landscape.interfaces
            for line in interface.lines
        ),
        breaches=tuple(_told(one, landscape, titles) for one in breaches(landscape, today)),
    )


def _signals(line: Line, seen: Iterable[Carried]) -> tuple[EndSignal, ...]:
    """Each different one once, with all environments whose answers carry it."""
    found: dict[tuple[str, str], dict[str, datetime]] = {}
    for check, at, facts in seen:
        if check.target.line == line.id and check.target.environment in line.targets:
            for name in SIGNALS:
                if text := facts.get(name):
                    where = found.setdefault((name, text), {})
                    place = check.target.environment
                    where[place] = max(at, where.get(place, at))
    return tuple(
        EndSignal(
            name=name,
            text=text,
            environments=tuple(one for one in line.targets if one in where),
            seen_at=max(where.values()),
            disagreement=disagreement(line, name, text),
        )
        for (name, text), where in found.items()
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
