"""What a page on releases offers to choose from, and how it groups what it shows."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from monitor.domain.finding import Severity
from monitor.domain.landscape import Landscape
from web.views.findings import FindingView
from web.views.life_cycles import LifeCyclesView, LineLifeCycle
from web.views.titles import Titles
from web.words.language import Language
from web.words.moments import stamp
from web.words.speech import Speech
from web.words.translation import marked as _

ENDING_WITHIN = 731
"""Days ahead over which an end is counted down."""
_PICKS = (
    (timedelta(days=1), _("yesterday")),
    (timedelta(days=7), _("a week ago")),
    (timedelta(days=30), _("30 days ago")),
)


@dataclass(frozen=True, slots=True)
class Option:
    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Pick:
    """A moment of the past that is one click away."""

    at: str
    text: str


@dataclass(frozen=True, slots=True)
class Group:
    severity: Severity
    findings: tuple[FindingView, ...]


def lines(landscape: Landscape, language: Language) -> tuple[Option, ...]:
    titles = Titles(landscape, language)
    return tuple(Option(str(line), titles.of_line(line)) for line in landscape.lines)


def picks(now: datetime, language: Language) -> tuple[Pick, ...]:
    speech = Speech(language, now)
    return tuple(Pick(stamp(now - ago), speech.say(text)) for ago, text in _PICKS)


def by_severity(findings: Iterable[FindingView]) -> Iterator[Group]:
    """The gravest first."""
    found = tuple(findings)
    for severity in Severity:
        if of_it := tuple(one for one in found if one.severity is severity):
            yield Group(severity, of_it)


@dataclass(frozen=True, slots=True)
class Ending:
    """`days` after today until the last day of support, or else of run-out."""

    line: str
    title: str
    days: int
    last: date
    supported: bool


def ending(view: LifeCyclesView) -> tuple[Ending, ...]:
    """What ends within the time that is counted down, the soonest first."""
    found = (_ending(one, view.today) for one in view.items)
    soon = [one for one in found if one and one.days <= ENDING_WITHIN]
    return tuple(sorted(soon, key=lambda one: one.days))


def _ending(one: LineLifeCycle, today: date) -> Ending | None:
    for last, supported in ((one.supported_until, True), (one.run_out_until, False)):
        if last and last >= today:
            return Ending(one.line, one.title, (last - today).days, last, supported)
    return None
