"""The gate as it is asked: facts from the database, and the answer that they come to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from monitor.domain.gate import (
    Decision,
    GateFacts,
    GateQuestion,
    GateQuestionError,
    Override,
    ask,
    decide,
    origin_of,
)
from monitor.domain.gate_watch import is_same
from monitor.domain.landscape import Landscape, LineId
from monitor.domain.sighting import Sighting
from monitor.storage.engine import Database, Transaction
from monitor.storage.queries import Queries


@dataclass(frozen=True, slots=True)
class Written:
    """A question as somebody wrote it: nothing of it needs to exist."""

    line: str  # or an interface, where the version tells of which line it is
    version: str
    environment: str


@dataclass(frozen=True, slots=True)
class Answered:
    """The computed answer, and beside it what was overridden; newest first."""

    decision: Decision
    overrides: tuple[Override, ...] = ()


async def answer(
    database: Database, landscape: Landscape, written: Written, now: datetime
) -> Answered:
    """Answer a question; GateQuestionError says what is wrong with it."""
    async with database.read() as tx:
        return await answered(tx, landscape, written, now)


async def answered(
    tx: Transaction, landscape: Landscape, written: Written, now: datetime
) -> Answered:
    """The same within a transaction of the caller's."""
    queries = Queries(tx)
    question = await _understood(queries, landscape, written)
    known = await queries.line_facts(question.line)
    facts = GateFacts(
        line=landscape.lines[question.line],
        origin=origin_of(landscape, question),
        standings=known.standings,
        findings=known.findings,
        incidents=known.incidents,
        bulletins=known.bulletins,
        freezes=known.freezes,
        runs=await runs_of(tx, landscape, question),
    )
    overrides = tuple(one for one in known.overrides if _is_of(one, question))
    return Answered(decide(question, facts, now), overrides)


async def runs_of(
    tx: Transaction, landscape: Landscape, question: GateQuestion
) -> Mapping[str, tuple[Sighting, ...]]:
    """The runs of the line on both sides of the gate, by environment."""
    sides = origin_of(landscape, question), question.environment
    runs = await Queries(tx).runs(question.line, sides)
    return {target.environment: of_one for target, of_one in runs.items()}


def _is_of(override: Override, question: GateQuestion) -> bool:
    """An override of v8.6.0 is one of 8.6.0."""
    made = override.question
    return (made.line, made.environment) == (question.line, question.environment) and is_same(
        made.version, question.version
    )


async def _understood(queries: Queries, landscape: Landscape, written: Written) -> GateQuestion:
    """What cannot be ordered is a version all the same where the line was seen to have it."""
    words = written.line, written.version, written.environment
    try:
        return ask(landscape, *words)
    except GateQuestionError:
        if (named := _line(written.line)) is None:
            raise
        runs = (await queries.runs(named)).values()
        seen = {one.seen.version for of_one in runs for one in of_one if one.seen.version}
        return ask(landscape, *words, seen)


def _line(text: str) -> LineId | None:
    try:
        return LineId.parse(text)
    except ValueError:
        return None
