"""What was wrong, from its opening to its end, and what operators told of it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from monitor.domain.bulletin import Bulletin, Phase, Update
from monitor.domain.incident import Incident, IncidentKind
from monitor.domain.landscape import TargetId
from monitor.domain.templates import Template
from web.views.model import View
from web.views.titles import Titles


class Origin(StrEnum):
    RULES = "rules"  # seen by the checks, and over when they see so
    OPERATOR = "operator"


class UpdateView(View):
    at: datetime
    phase: Phase
    message: str


class IncidentEntry(View):
    """`phase` None: of what the rules opened nobody told how it goes.

    `resolvedAt` None: it is still so. Empty lists mean all.
    """

    id: str
    origin: Origin
    title: str
    phase: Phase | None
    environments: tuple[str, ...]
    interfaces: tuple[str, ...]
    lines: tuple[str, ...]
    opened_at: datetime
    resolved_at: datetime | None
    reason: str
    updates: tuple[UpdateView, ...]


class IncidentPage(View):
    """Newest first."""

    items: tuple[IncidentEntry, ...]
    next: str | None = None


class IncidentChild(View):
    """A target that went down with its environment, and had no alert of its own."""

    title: str
    environment: str
    line: str
    opened_at: datetime
    resolved_at: datetime | None
    reason: str
    told: bool


class IncidentDetail(IncidentEntry):
    """`told` false: it was held back, because it flapped, or maintenance covered it."""

    told: bool
    children: tuple[IncidentChild, ...]


class TextView(View):
    nl: str
    en: str


class TemplateView(View):
    """`phase` null: for maintenance, whose reason it is."""

    id: str
    phase: Phase | None
    title: TextView | None
    message: TextView


class TemplatePage(View):
    items: tuple[TemplateView, ...]
    next: str | None = None


def template_view(one: Template) -> TemplateView:
    return TemplateView(
        id=one.id,
        phase=one.phase,
        title=TextView(nl=one.title.nl, en=one.title.en) if one.title else None,
        message=TextView(nl=one.message.nl, en=one.message.en),
    )


def of_rules(one: Incident, updates: Sequence[Update], titles: Titles) -> IncidentEntry:
    whole = one.kind is not IncidentKind.TARGET
    target = None if whole else TargetId.parse(one.subject)
    environment = target.environment if target else one.subject
    title = f"{environment.upper()} \N{MIDDLE DOT} {titles.of_line(target.line)}" if target else ""
    told = updates[-1].phase if updates else None
    return IncidentEntry(
        id=one.id,
        origin=Origin.RULES,
        title=title or environment.upper(),
        phase=Phase.RESOLVED if one.resolved_at else told,
        environments=(environment,),
        interfaces=(),
        lines=(str(target.line),) if target else (),
        opened_at=one.opened_at,
        resolved_at=one.resolved_at,
        reason=one.reason,
        updates=tuple(map(_update, updates)),
    )


def of_operator(one: Bulletin, updates: Sequence[Update]) -> IncidentEntry:
    return IncidentEntry(
        id=one.id,
        origin=Origin.OPERATOR,
        title=one.title,
        phase=one.phase,
        environments=one.about.environments,
        interfaces=one.about.interfaces,
        lines=tuple(map(str, one.about.lines)),
        opened_at=one.opened_at,
        resolved_at=one.resolved_at,
        reason="",
        updates=tuple(map(_update, updates)),
    )


def incident_page(
    incidents: Iterable[Incident],
    bulletins: Iterable[Bulletin],
    updates: Mapping[str, Sequence[Update]],
    titles: Titles,
) -> IncidentPage:
    entries = [
        *(of_rules(one, updates.get(one.id, ()), titles) for one in incidents),
        *(of_operator(one, updates.get(one.id, ())) for one in bulletins),
    ]
    entries.sort(key=lambda one: one.opened_at, reverse=True)
    return IncidentPage(items=tuple(entries))


def in_detail(
    entry: IncidentEntry, children: Iterable[Incident], titles: Titles, *, told: bool
) -> IncidentDetail:
    return IncidentDetail(
        **{name: getattr(entry, name) for name in IncidentEntry.model_fields},
        told=told,
        children=tuple(_child(one, titles) for one in children),
    )


def _child(one: Incident, titles: Titles) -> IncidentChild:
    target = TargetId.parse(one.subject)
    return IncidentChild(
        title=titles.of_line(target.line),
        environment=target.environment,
        line=str(target.line),
        opened_at=one.opened_at,
        resolved_at=one.resolved_at,
        reason=one.reason,
        told=one.told,
    )


def _update(one: Update) -> UpdateView:
    return UpdateView(at=one.at, phase=one.phase, message=one.message)
