"""The gate of a line that is watched in three environments, asked after rows of answers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from typing_extensions import override

from monitor.domain.bulletin import Bulletin
from monitor.domain.freeze import Freeze
from monitor.domain.gate import (
    Criterion,
    CriterionOutcome,
    Decision,
    GateFacts,
    ask,
    decide,
    origin_of,
)
from monitor.domain.incident import Incident
from monitor.domain.landscape import Landscape, TargetId
from monitor.domain.observation import Observation
from monitor.domain.sighting import Sighting
from monitor.domain.standing import conclude
from tests.unit.drifting import Story, watched

HOUR = timedelta(hours=1)


@dataclass
class GateStory(Story):
    """Keeps the runs too, as storage does: a row by target and first reading.

    There is one answer an hour. Without `drifts` no differences are looked for: that is quicker.
    """

    landscape: Landscape = field(default_factory=lambda: watched(HOUR))
    rows: dict[TargetId, dict[datetime, Sighting]] = field(default_factory=dict)
    drifts: bool = True

    @override
    def tell(self, **rows: str) -> "GateStory":
        super().tell(**rows)
        return self

    @override
    def hear(self, seen: Observation) -> None:
        target = seen.check.target
        plan, policy = self.landscape.targets[target], self.landscape.policy_of(target)
        found = conclude(self.standings.get(target), seen, plan, policy)
        for one in found.sightings:
            self.rows.setdefault(target, {})[one.by] = one
        if self.drifts:
            super().hear(seen)
        else:
            self.standings[target] = found.standing
            self.now = seen.at

    @property
    def runs(self) -> dict[str, tuple[Sighting, ...]]:
        """Oldest first, and as far as each has come."""
        runs = {}
        for target, rows in self.rows.items():
            current = self.standings[target].readings.current
            assert current
            runs[target.environment] = tuple({**rows, current.by: current}.values())
        return runs

    def facts(
        self,
        freezes: Sequence[Freeze] = (),
        incidents: Sequence[Incident] = (),
        bulletins: Sequence[Bulletin] = (),
    ) -> GateFacts:
        return GateFacts(
            line=self.landscape.lines[self.line],
            origin="lto",
            standings={target.environment: one for target, one in self.standings.items()},
            findings=tuple(self.findings.values()),
            incidents=incidents,
            bulletins=bulletins,
            freezes=freezes,
            runs=self.runs,
        )

    def gate(
        self,
        version: str,
        *,
        later: timedelta = timedelta(),
        freezes: Sequence[Freeze] = (),
        incidents: Sequence[Incident] = (),
        bulletins: Sequence[Bulletin] = (),
    ) -> Decision:
        """Asked at the last answer, or so much later."""
        seen = {one.seen.version for runs in self.runs.values() for one in runs}
        known = {version for version in seen if version}
        question = ask(self.landscape, str(self.line), version, "prod", known)
        assert origin_of(self.landscape, question) == "lto"
        return decide(question, self.facts(freezes, incidents, bulletins), self.now + later)


def of(decision: Decision, name: str) -> Criterion:
    return next(one for one in decision.criteria if one.name == name)


def told(decision: Decision, name: str) -> str:
    """`met hasIt`"""
    one = of(decision, name)
    return f"{one.outcome} {one.kind}"


def unmet(decision: Decision) -> list[str]:
    return [one.name for one in decision.criteria if one.outcome is not CriterionOutcome.MET]


def outcomes(decisions: Iterable[Decision]) -> list[str]:
    return [one.decision.value for one in decisions]
