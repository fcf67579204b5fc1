"""Which versions an environment has run, one after the other."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from checks.simulator.lines import LINES, Version
from checks.simulator.rollouts import Change, RollBack, Rollout

EVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class History:
    """The versions of one line in one environment; None: it was not served."""

    moments: list[datetime] = field(default_factory=list)  # ascending
    versions: list[Version | None] = field(default_factory=list)

    def at(self, moment: datetime) -> Version | None:
        return self._nth(bisect_right(self.moments, moment) - 1)

    def before(self, moment: datetime) -> Version | None:
        """What ran before that which runs at `moment`."""
        return self._nth(bisect_right(self.moments, moment) - 2)

    def arrived(self, moment: datetime, version: Version | None) -> None:
        self.moments.append(moment)
        self.versions.append(version)

    def _nth(self, position: int) -> Version | None:
        return self.versions[position] if position >= 0 else None


Histories = dict[tuple[str, str], History]


def histories(rollouts: Iterable[Rollout], roll_back: RollBack) -> Histories:
    """By line and environment. What arrives after something newer did is skipped."""
    told: Histories = {}
    newcomers = set[str]()
    numbered = list(_numbered(rollouts, newcomers))
    for line in LINES:
        for where in line.environments:
            history = told[line.key, where] = History()
            history.arrived(EVER, None if line.key in newcomers else line.first)
    for moment, line_key, where, version in sorted(numbered):
        history = told[line_key, where]
        newest = history.versions[-1]
        if newest is None or version > newest:
            history.arrived(moment, version)
    _take_back(told[roll_back.line, roll_back.environment], roll_back)
    return told


def _numbered(
    rollouts: Iterable[Rollout], newcomers: set[str]
) -> Iterable[tuple[datetime, str, str, Version]]:
    newest = {line.key: line.first for line in LINES}
    for rollout in rollouts:
        if rollout.change is Change.NEW:
            newcomers.add(rollout.line)
        newest[rollout.line] = version = _next(newest[rollout.line], rollout.change)
        for where, moment in rollout.arrivals.items():
            yield moment, rollout.line, where, version


def _next(version: Version, change: Change) -> Version:
    major, minor, patch = version
    match change:
        case Change.NEW:
            return version
        case Change.MINOR:
            return major, minor + 1, 0
        case Change.PATCH:
            return major, minor, patch + 1


def _take_back(history: History, span: RollBack) -> None:
    newest, older = history.at(span.begin), history.before(span.begin)
    for moment, version in ((span.begin, older), (span.end, newest)):
        place = bisect_right(history.moments, moment)
        history.moments.insert(place, moment)
        history.versions.insert(place, version)
