"""The version matrix of any moment, as JSON."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from monitor.bootstrap import Monitor
from monitor.storage.queries import Queries
from web.context import Now, Tongue, Watched
from web.routes.questions import Moment, Name, Question, name_faults
from web.views.matrix import MatrixView, matrix_view
from web.views.problem import Invalid, fault
from web.views.titles import Titles
from web.words.language import Language

router = APIRouter(tags=["drift"])

MOST_FINDINGS = 500


class MatrixQuestion(Question):
    """`at`: a moment of the past; now, when it is left out."""

    at: Moment = None
    line: Annotated[Name, Field(description="As presenteren/v8")] = None
    environment: Name = None


class Versions:
    """Which version was where, in one language."""

    def __init__(self, monitor: Monitor, language: Language, now: datetime) -> None:
        self._monitor = monitor
        self._titles = Titles(monitor.board.landscape, language)
        self._now = now

    async def matrix(self, question: MatrixQuestion) -> MatrixView:
        landscape = self._monitor.board.landscape
        faults = list(name_faults(question.model_dump(), landscape))
        if question.at and question.at > self._now:
            faults.append(fault("at", "future", "at lies ahead; ask for a moment that has been."))
        if faults:
            raise Invalid(faults)
        at = question.at or self._now
        async with self._monitor.database.read() as tx:
            queries = Queries(tx)
            settled = await queries.matrix(at)
            if question.at:
                findings = (await queries.findings(open_at=at, limit=MOST_FINDINGS)).items
            else:
                findings = tuple(await queries.open_findings())
        return matrix_view(landscape, at, settled, findings, self._titles).narrowed(
            question.line, question.environment
        )


async def versions(monitor: Watched, now: Now, language: Tongue) -> Versions:
    return Versions(monitor, language, now)


Seen = Annotated[Versions, Depends(versions)]


@router.get("/matrix", operation_id="getMatrix")
async def matrix(seen: Seen, question: Annotated[MatrixQuestion, Query()]) -> MatrixView:
    """Which version was settled where at a moment, with the findings that were open then."""
    return await seen.matrix(question)
