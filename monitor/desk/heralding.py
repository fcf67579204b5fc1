"""Tells when a gate that somebody waits for opens, and when it is open no more."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from monitor.desk.asking import Written, answered, runs_of
from monitor.domain.bulletin import Bulletin
from monitor.domain.finding import Finding
from monitor.domain.freeze import Freeze
from monitor.domain.gate import (
    Decision,
    GateFacts,
    GateQuestion,
    GateQuestionError,
    decide,
    origin_of,
)
from monitor.domain.gate_watch import Sides, ToldGate, awaited, is_same, of_gate, turned
from monitor.domain.incident import Incident
from monitor.domain.landscape import Landscape, Line, LineId, TargetId
from monitor.domain.rollout import Rollout
from monitor.domain.sighting import Sighting
from monitor.domain.standing import TargetStanding
from monitor.storage.engine import Database
from monitor.storage.ledger import Ledger
from monitor.storage.queries import Queries

Known = TypeVar("Known")
Runs = Mapping[str, tuple[Sighting, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """All lines at one moment, as they are remembered."""

    landscape: Landscape
    standings: Mapping[TargetId, TargetStanding]
    findings: Sequence[Finding] = ()
    incidents: Sequence[Incident] = ()
    bulletins: Sequence[Bulletin] = ()
    rollouts: Sequence[Rollout] = ()
    freezes: Sequence[Freeze] = ()


class Herald:
    """Looks at what is remembered, and asks the database only where a gate seems to turn.

    What is told is what the database says, in one transaction with its being told: of several
    processes one tells it.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._runs: dict[LineId, tuple[Hashable, dict[str, Runs]]] = {}

    async def look(self, scene: Scene, now: datetime) -> None:
        """Tell every gate that turned; `StorageError`: some are left for the next time."""
        rollouts = _by_line(scene.rollouts, lambda one: one.line)
        findings = _by_line(scene.findings, lambda one: one.line)
        asked = [
            (question, sides)
            for id_, line in scene.landscape.lines.items()
            if (sides := _sides(line, scene.standings))
            for question in awaited(scene.landscape, line, sides, rollouts[id_])
        ]
        if not asked:
            return
        async with self._database.read() as tx:
            told = _by_line(await Queries(tx).told_gates(), lambda one: one.question.line)
        for question, sides in asked:
            facts = GateFacts(
                line=scene.landscape.lines[question.line],
                origin=origin_of(scene.landscape, question),
                standings=sides,
                findings=findings[question.line],
                incidents=scene.incidents,
                bulletins=scene.bulletins,
                freezes=scene.freezes,
                runs=await self._runs_of(scene.landscape, question, sides),
            )
            seen = decide(question, facts, now)
            if turned(_last(told[question.line], question), seen):
                await self._tell(scene.landscape, seen)

    async def _tell(self, landscape: Landscape, seen: Decision) -> None:
        """Ask again, for sure this time, and tell it where it is not as it was told."""
        asked = seen.question
        written = Written(str(asked.line), asked.version, asked.environment)
        async with self._database.begin() as tx:
            try:
                decision = (await answered(tx, landscape, written, seen.evaluated_at)).decision
            except GateQuestionError:
                return  # it cannot be ordered, and was never seen anywhere
            last = _last(await Queries(tx).told_gates(asked.line), asked)
            told, ledger = turned(last, decision), Ledger(tx)
            if told and await ledger.turn_gate(told):
                await ledger.tell([of_gate(told, decision)])

    async def _runs_of(self, landscape: Landscape, question: GateQuestion, sides: Sides) -> Runs:
        """Read again only when a run began or settled."""
        key = tuple((where, _run(one)) for where, one in sides.items())
        known = self._runs.get(question.line)
        if known is None or known[0] != key:
            known = self._runs[question.line] = key, {}
        if question.environment not in known[1]:
            async with self._database.read() as tx:
                known[1][question.environment] = await runs_of(tx, landscape, question)
        return known[1][question.environment]


def _sides(line: Line, standings: Mapping[TargetId, TargetStanding]) -> Sides:
    return {
        where: standing
        for where, plan in line.targets.items()
        if (standing := standings.get(plan.id))
    }


def _by_line(
    every: Iterable[Known], line_of: Callable[[Known], LineId]
) -> defaultdict[LineId, list[Known]]:
    found: defaultdict[LineId, list[Known]] = defaultdict(list)
    for one in every:
        found[line_of(one)].append(one)
    return found


def _last(told: Sequence[ToldGate], asked: GateQuestion) -> ToldGate | None:
    """However its version is written."""
    return next(
        (
            one
            for one in told
            if one.question.environment == asked.environment
            and is_same(one.question.version, asked.version)
        ),
        None,
    )


def _run(standing: TargetStanding) -> Hashable:
    run = standing.readings.current
    return (run.by, run.settled, run.seen) if run else None
