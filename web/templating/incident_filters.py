"""The filters of the pages on incidents and maintenance."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from itertools import groupby

from monitor.domain.bulletin import Phase
from web.views.incidents import IncidentEntry, Origin
from web.views.maintenance import MaintenanceView
from web.words.language import Language
from web.words.moments import AMSTERDAM, day
from web.words.translation import marked as _
from web.words.translation import translations

PHASE: Mapping[Phase, str] = {
    Phase.INVESTIGATING: _("being investigated"),
    Phase.IDENTIFIED: _("cause known"),
    Phase.MONITORING: _("mended, backlog is worked off"),
    Phase.RESOLVED: _("over"),
}
EVERYTHING = _("everything")
WHOLE = _("the whole environment")


def incident_filters(language: Language) -> Mapping[str, Callable[..., object]]:
    text = translations(language).gettext

    def about(one: IncidentEntry | MaintenanceView) -> str:
        """Of which environments, and what there; all where nothing is named."""
        where = ", ".join(each.upper() for each in one.environments)
        what = ", ".join((*one.interfaces, *one.lines))
        return " \N{MIDDLE DOT} ".join(part for part in (where, what) if part) or text(EVERYTHING)

    def headed(one: IncidentEntry) -> str:
        """Its title; an environment alone is named as a whole."""
        whole = one.origin is Origin.RULES and not one.lines
        return f"{one.title} \N{MIDDLE DOT} {text(WHOLE)}" if whole else one.title

    def by_month(
        entries: Iterable[IncidentEntry],
    ) -> Iterator[tuple[str, tuple[IncidentEntry, ...]]]:
        """As in jul 2026, the newest first."""
        for first, several in groupby(entries, _month):
            yield day(first, language).partition(" ")[2], tuple(several)

    return {
        "incident_phase": lambda phase: text(PHASE[phase]),
        "about": about,
        "headed": headed,
        "by_month": by_month,
    }


def _month(one: IncidentEntry) -> date:
    return one.opened_at.astimezone(AMSTERDAM).date().replace(day=1)
