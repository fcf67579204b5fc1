"""A line that is watched in three environments, and what the rules of drift make of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from monitor.domain.finding import Finding, FindingKind
from monitor.domain.landscape import (
    CheckId,
    Landscape,
    LifeCycle,
    LineId,
    TargetId,
)
from monitor.domain.observation import Observation
from monitor.domain.standing import TargetStanding, conclude
from monitor.drift.atlas import Atlas
from monitor.drift.picture import NOTHING_PLANNED, LinePicture
from monitor.drift.reconcile import deadline, reconcile
from tests.building import ENVIRONMENTS, MINUTE, NOON, PRESENTEREN, landscape
from tests.unit.answers import answer

OFFSETS = {"lto": 0.0, "pre": 0.3, "prod": 0.6}
"""Where in an interval each environment is asked."""


def watched(
    interval: timedelta = MINUTE,
    *,
    life_cycle: LifeCycle | None = None,
    environments: Sequence[str] = ENVIRONMENTS,
) -> Landscape:
    """presenteren/v8 in these environments, and stam/5 beside it."""
    whole = landscape(interval)
    presenteren, stam = whole.interfaces
    (line,) = presenteren.lines
    line = replace(
        line,
        life_cycle=life_cycle or line.life_cycle,
        targets={name: line.targets[name] for name in environments},
    )
    return replace(whole, interfaces=(replace(presenteren, lines=(line,)), stam))


def life_cycle(
    until: date | None = None, gone: date | None = None, **first_days: date
) -> LifeCycle:
    return LifeCycle(first_days, until, gone)


@dataclass
class Story:
    """Applies the rules as the recorder does: at each deadline, and after each answer."""

    landscape: Landscape = field(default_factory=watched)
    planned: Mapping[str, Mapping[str, datetime]] = field(default_factory=lambda: NOTHING_PLANNED)
    line: LineId = PRESENTEREN
    standings: dict[TargetId, TargetStanding] = field(default_factory=dict)
    findings: dict[str, Finding] = field(default_factory=dict)
    changes: list[Finding] = field(default_factory=list)
    now: datetime = NOON
    minutes: int = 0  # intervals that were told

    def tell(self, **rows: str) -> "Story":
        """Answers in short hand, one an interval: `lto="1 1 fail", prod="2*30 - 404"`."""
        spelled = {environment: list(_spelled(row)) for environment, row in rows.items()}
        every = self.landscape.policy.interval
        begin = NOON + self.minutes * every
        moments = sorted(
            (begin + (place + OFFSETS[environment]) * every, environment, word)
            for environment, words in spelled.items()
            for place, word in enumerate(words)
            if word != "-"
        )
        for at, environment, word in moments:
            check = CheckId(TargetId(self.line, environment), "openapi_document")
            self.hear(answer(word, check, at))
        self.minutes += max(map(len, spelled.values()))
        return self

    def hear(self, seen: Observation) -> None:
        self.wait(seen.at)
        target = seen.check.target
        before = self.standings.get(target)
        plan = self.landscape.targets[target]
        policy = self.landscape.policy_of(target)
        self.standings[target] = conclude(before, seen, plan, policy).standing
        self.look(seen.at)

    def wait(self, until: datetime) -> None:
        """Let time alone do its work."""
        while due := deadline(self.picture(self.now), self.open, self.now):
            if due > until:
                break
            self.look(due)
        self.now = until

    def look(self, now: datetime) -> tuple[Finding, ...]:
        self.now = now
        changes = reconcile(self.open, self.picture(now), now)
        self.findings.update({one.id: one for one in changes})
        self.changes.extend(changes)
        return changes

    def picture(self, now: datetime) -> LinePicture:
        picture = Atlas(self.landscape).picture(self.line, self.standings, now, self.planned)
        assert picture
        return picture

    @property
    def open(self) -> list[Finding]:
        return [one for one in self.findings.values() if one.is_open]

    @property
    def kinds(self) -> list[str]:
        """What is open: `lag`, or `missing lto`; with its phase where that says something."""
        return sorted(_name(one) for one in self.open)

    @property
    def ever(self) -> list[str]:
        return [_name(one) for one in self.findings.values()]

    def one(self, kind: FindingKind) -> Finding:
        """The newest finding of a kind."""
        return [one for one in self.findings.values() if one.kind is kind][-1]

    def because(self, kind: FindingKind) -> object:
        end = self.one(kind).evidence["ended"]
        assert isinstance(end, Mapping)
        return end["because"]


def _name(finding: Finding) -> str:
    _, _, name = finding.key.split("~", 2)
    return name.replace("~", " ")


def _spelled(row: str) -> Iterator[str]:
    for word in row.split():
        text, _, times = word.partition("*")
        yield from [text] * int(times or 1)
