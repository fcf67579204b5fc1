"""What of the differences cannot wait until morning: the critical ones, a line at a time."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from monitor.domain.finding import FindingKind, Severity
from monitor.domain.landscape import LineId
from web.views.comparison import Comparison
from web.views.findings import FindingView
from web.views.line import LineView
from web.views.model import View
from web.views.titles import Titles


class Alarm(View):
    """The worst that was found of a line; `since` is when the rules found it."""

    line: str
    title: str
    since: datetime
    comparison: Comparison


def alarms(lines: Iterable[LineView], titles: Titles) -> tuple[Alarm, ...]:
    """The newest first: what has just happened is what the reader was woken for."""
    found = [
        _alarm(line, critical, titles) for line in lines if (critical := _critical(line.findings))
    ]
    return tuple(sorted(found, key=lambda one: one.since, reverse=True))


def _critical(findings: Iterable[FindingView]) -> list[FindingView]:
    return [one for one in findings if one.severity is Severity.CRITICAL]


def _alarm(line: LineView, critical: Sequence[FindingView], titles: Titles) -> Alarm:
    """A line that is missing from several environments is told of in one sentence."""
    worst, told = critical[0], line.comparison
    others = len(critical) - 1
    if worst.kind is FindingKind.MISSING:
        places = {place for one in critical for place in one.environments}
        there = tuple(one.environment for one in line.targets if one.environment in places)
        told, others = told.model_copy(update={"environments": there}), 0
    return Alarm(
        line=line.id,
        title=titles.of_line(LineId.parse(line.id)),
        since=max(one.opened_at for one in critical),
        comparison=told.model_copy(update={"more": others}),
    )
