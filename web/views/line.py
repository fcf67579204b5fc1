"""What is said of one line: its life cycle, and how it is in every environment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from monitor.domain.finding import Finding, Severity
from monitor.domain.landscape import Landscape, Line, TargetId
from monitor.domain.life_cycle import Phase, expected
from monitor.domain.standing import TargetStanding
from web.views.comparison import (
    Comparison,
    compare_environments,
    comparison_holds_until,
    worst_first,
)
from web.views.findings import FindingView, finding_view
from web.views.model import View
from web.views.target import TargetView, in_trouble, target_holds_until, target_view
from web.views.titles import Titles
from web.words.language import Language
from web.words.moments import AMSTERDAM


class Conclusion(View):
    """What the life cycle says of a line.

    `day`: from which, until which or since which, as the phase says. `environments`: where
    an X+1 is meant to be today.
    """

    kind: Phase
    day: date | None = None
    environments: tuple[str, ...] = ()


class LineView(View):
    """The names are the API's (api.md); `title`, `conclusion` and `comparison` are added.

    `findings` are the open ones, the gravest first; `comparison` is the wall's last column.
    """

    id: str
    line: str
    title: str | None = None
    phase: Phase
    supported_until: date | None = None
    conclusion: Conclusion
    comparison: Comparison
    targets: tuple[TargetView, ...]
    findings: tuple[FindingView, ...] = ()


@dataclass(frozen=True, slots=True)
class Judged:
    """A line as it is said, and from when until when that is true if nothing is measured."""

    view: LineView
    holds_from: datetime
    holds_until: datetime

    def holds(self, now: datetime) -> bool:
        """False before it was judged, too: a clock may be set back."""
        return self.holds_from <= now < self.holds_until


def judge_line(
    landscape: Landscape,
    line: Line,
    phase: Phase,
    standings: Mapping[TargetId, TargetStanding],
    findings: Sequence[Finding] = (),
    *,
    titles: Titles,
    now: datetime,
) -> Judged:
    today = now.astimezone(AMSTERDAM).date()
    targets = []
    meant = []
    holds = _midnight_after(today)
    for environment in landscape.environments:
        target = TargetId(line.id, environment.id)
        standing = standings.get(target)
        plan = line.targets.get(environment.id)
        promised = expected(landscape, line.id, environment.id, today)
        if promised:
            meant.append(environment.id)
        targets.append(
            target_view(
                *(target, plan, standing, now),
                titles=titles,
                expected=promised,
                ended=phase is Phase.RETIRED,
            )
        )
        holds = min(holds, target_holds_until(plan, standing, now))
    if turns := comparison_holds_until(findings, now):
        holds = min(holds, turns)
    view = LineView(
        id=str(line.id),
        line=line.id.line,
        title=titled(line, titles.language),
        phase=phase,
        supported_until=line.life_cycle.until,
        conclusion=conclude(line, phase, tuple(meant), today),
        comparison=compare_environments(phase, targets, findings, now),
        targets=tuple(targets),
        findings=tuple(finding_view(one, titles) for one in worst_first(findings)),
    )
    return Judged(view, now, holds)


def wants_a_look(line: LineView, environment: str | None = None) -> bool:
    """Something is in trouble, there or anywhere, or more than information was found."""
    places = {environment} if environment else {one.environment for one in line.targets}
    troubled = {one.environment for one in line.targets if in_trouble(one)}
    for finding in line.findings:
        if finding.severity is not Severity.INFO:
            troubled.update(finding.environments)
    return not places.isdisjoint(troubled)


def conclude(line: Line, phase: Phase, meant: tuple[str, ...], today: date) -> Conclusion:
    cycle = line.life_cycle
    match phase:
        case Phase.PLANNED:
            first = min((day for day in cycle.first_days.values() if day > today), default=None)
            return Conclusion(kind=phase, day=first)
        case Phase.NEXT:
            return Conclusion(kind=phase, environments=meant)
        case Phase.LATEST | Phase.PREVIOUS:
            return Conclusion(kind=phase, day=cycle.until)
        case Phase.UNSUPPORTED:
            return Conclusion(kind=phase, day=_after(cycle.until))
        case Phase.RETIRED:
            return Conclusion(kind=phase, day=_after(cycle.gone))


def titled(line: Line, language: Language) -> str | None:
    if line.title is None:
        return None
    return line.title.nl if language is Language.NL else line.title.en


def _after(day: date | None) -> date | None:
    return day + timedelta(days=1) if day else None


@lru_cache(maxsize=4)
def _midnight_after(today: date) -> datetime:
    return datetime.combine(today + timedelta(days=1), time(), AMSTERDAM)
