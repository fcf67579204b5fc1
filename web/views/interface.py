"""One interface: every line in every environment, now and over time."""

from collections.abc import Mapping, Sequence
from datetime import date
from inspect import getdoc

from checks.registry import every_check
from monitor.domain.landscape import Chain, Interface, Line, Standard, TargetPlan
from web.views.announced import Announced, of_interface
from web.views.history import ObservationView, SightingView, Signal
from web.views.line import LineView
from web.views.model import View
from web.views.titles import Titles
from web.views.uptime import DayShares, ResponseTimes, WindowShares


class CheckView(View):
    """How a target is checked: the words are the check's own."""

    name: str
    kind: str
    every_seconds: int
    description: str
    locations: tuple[str, ...] = ()  # whence it is asked, where the catalogue says so


class TargetHistory(View):
    environment: str
    days: tuple[DayShares, ...]
    windows: tuple[WindowShares, ...]
    response_times: tuple[ResponseTimes, ...]
    observations: tuple[ObservationView, ...]
    signals: tuple[Signal, ...]
    checks: tuple[CheckView, ...]


class LifeCycleView(View):
    first_days: Mapping[str, date]
    supported_until: date | None
    run_out_until: date | None


class LineDetail(LineView):
    note: str | None
    life_cycle: LifeCycleView
    history: tuple[TargetHistory, ...]
    sightings: tuple[SightingView, ...]


class InterfaceView(View):
    id: str
    title: str
    chain: Chain
    standard: Standard
    contact: str | None
    documentation: str | None
    lines: tuple[LineDetail, ...]
    announced: Announced


def interface_view(
    interface: Interface, lines: Sequence[LineDetail], every: Announced, titles: Titles
) -> InterfaceView:
    return InterfaceView(
        id=interface.id,
        title=titles.say(interface.title),
        chain=interface.chain,
        standard=interface.standard,
        contact=interface.contact,
        documentation=interface.documentation,
        lines=tuple(lines),
        announced=of_interface(every, interface.id),
    )


def line_detail(
    line: Line,
    now: LineView,
    history: Sequence[TargetHistory],
    sightings: Sequence[SightingView],
    titles: Titles,
) -> LineDetail:
    return LineDetail(
        **{name: getattr(now, name) for name in LineView.model_fields},
        note=titles.say(line.note) if line.note else None,
        life_cycle=LifeCycleView(
            first_days=line.life_cycle.first_days,
            supported_until=line.life_cycle.until,
            run_out_until=line.life_cycle.gone,
        ),
        history=tuple(history),
        sightings=tuple(sightings),
    )


def check_views(plan: TargetPlan) -> tuple[CheckView, ...]:
    return tuple(
        CheckView(
            name=name,
            kind=probe.kind,
            every_seconds=round(probe.interval.total_seconds()),
            description=_described(probe.kind),
            locations=tuple(one.location for one in plan.voices(name)),
        )
        for name in dict.fromkeys(probe.id.check for probe in plan.probes)
        if (probe := plan.reader(name))
    )


def _described(kind: str) -> str:
    """The first paragraph of the check's own documentation."""
    check = every_check().get(kind)
    return (getdoc(check) or "").partition("\n\n")[0].replace("\n", " ") if check else ""
