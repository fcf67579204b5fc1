"""What a monitor of several lines remembers between its batches."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from monitor.domain.event import EventType
from monitor.domain.health import State
from monitor.domain.incident import Incident, IncidentKind
from monitor.domain.landscape import (
    CheckId,
    Interface,
    Landscape,
    Line,
    LineId,
    TargetId,
)
from monitor.domain.observation import Observation
from monitor.domain.standing import TargetStanding
from monitor.domain.verdict import Court, Verdict
from tests.building import MINUTE, NOON, landscape, plan
from tests.unit.answers import answer


def wide(lines: int) -> Landscape:
    """`lines` lines (l0, l1, ...), each in lto, pre and prod."""
    model = landscape()
    copies = []
    for number in range(lines):
        id_ = LineId("i", f"l{number}")
        targets = {env.id: plan(TargetId(id_, env.id)) for env in model.environments}
        copies.append(replace(model.interfaces[0].lines[0], id=id_, targets=targets))
    return replace(model, interfaces=(replace(model.interfaces[0], lines=tuple(copies)),))


def only(land: Landscape, *environments: str) -> Landscape:
    """What is left when nothing else is configured."""

    def line(one: Line) -> Line:
        return replace(one, targets={name: one.targets[name] for name in environments})

    def interface(one: Interface) -> Interface:
        return replace(one, lines=tuple(line(each) for each in one.lines))

    return replace(land, interfaces=tuple(interface(one) for one in land.interfaces))


def at(minute: float) -> datetime:
    return NOON + minute * MINUTE


def health(line: int, environment: str) -> CheckId:
    return CheckId(TargetId(LineId("i", f"l{line}"), environment), "health")


def rounds(land: Landscape, begin: int, *words: dict[str, str] | str) -> list[Observation]:
    """One round a minute: a word for all, or one per environment, `""` for nobody asked."""
    seen = []
    for minute, word in enumerate(words, begin):
        for target in land.targets:
            said = word if isinstance(word, str) else word.get(target.environment, "ok")
            if said:
                seen.append(answer(said, CheckId(target, "health"), at(minute)))
    return seen


class History:
    """What a monitor remembers between its batches."""

    def __init__(self, land: Landscape) -> None:
        self.land = land
        self.standings: dict[TargetId, TargetStanding] = {}
        self.incidents: dict[str, Incident] = {}
        self.verdicts: list[Verdict] = []

    def record(self, batch: Iterable[Observation]) -> "History":
        court = Court(self.land, self.standings, self.open(), sees_all=True)
        for seen in batch:
            court.hear(seen)
        verdict = court.verdict()
        self.standings.update({one.target: one for one in verdict.standings})
        self.incidents.update({one.id: one for one in verdict.incidents})
        self.verdicts.append(verdict)
        return self

    def open(self, kind: IncidentKind | None = None) -> list[Incident]:
        return [
            one
            for one in self.incidents.values()
            if one.resolved_at is None and kind in {None, one.kind}
        ]

    def of(self, kind: IncidentKind) -> list[Incident]:
        return [one for one in self.incidents.values() if one.kind is kind]

    def told(self) -> list[tuple[EventType, str]]:
        return [(one.type, one.subject) for verdict in self.verdicts for one in verdict.events]

    def states(self, environment: str) -> set[State]:
        return {
            one.state for target, one in self.standings.items() if target.environment == environment
        }


LAND = wide(6)


def lone_outage(*words: str) -> History:
    """l0@prod says `words` from 12:00, one a minute; all the others are well."""
    history = History(LAND)
    for minute, word in enumerate(words):
        batch = rounds(LAND, minute, "ok")
        batch[2] = answer(word, health(0, "prod"), at(minute))
        history.record(batch)
    return history


MUTE = {"pre": "mute", "prod": "mute"}
