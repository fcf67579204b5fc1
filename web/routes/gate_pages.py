"""The pages on the gate: the question, its answer, and the record of order."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import RedirectResponse

from monitor.domain.life_cycle import destinations
from web.context import Watched
from web.routes.answers import finished
from web.routes.gates import CSV, as_csv
from web.routes.page_questions import GateForm, RecordQuestion
from web.routes.release_questions import OrderRecordQuestion, RolloutsQuestion
from web.routes.releases import Releases, Told
from web.routes.sheet import Paper, Sheet
from web.templating.gates import gate_path, waiting
from web.views.order_record import OrderEntryView, OrderRecordView
from web.views.problem import Fault, Invalid

router = APIRouter(include_in_schema=False)

SHOWN_ROLLOUTS = 50
SHOWN_VERSIONS = 50
"""Of the record of order on one page; as CSV and as JSON it is whole."""


@dataclass(frozen=True, slots=True)
class Named:
    """A version of a line, as an address names it."""

    interface: str
    line: str
    version: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A part of the record of order: how many are newer, and how many there are in all."""

    items: tuple[OrderEntryView, ...]
    before: int
    every: int
    page: int
    older: int | None


async def named(interface: str, line: str, version: str) -> Named:
    return Named(interface, line, version)


@router.get("/gate")
async def gate(paper: Paper, told: Told, question: Annotated[GateForm, Query()]) -> Response:
    if question.line and question.version:
        interface, _, line = question.line.partition("/")
        path = gate_path(interface, line, question.version, question.environment)
        return finished(paper.request, paper.reader, RedirectResponse(path, 303))
    return await _asking(paper, told, question)


@router.get("/gate/order-record.csv")
async def record(told: Told, question: Annotated[RecordQuestion, Query()]) -> Response:
    """The record as a table, at an address that a link can name."""
    headers = {"content-disposition": 'attachment; filename="order-record.csv"'}
    return Response(as_csv(await told.order_record(question)), headers=headers, media_type=CSV)


@router.get("/gate/{interface}/{line}/{version}")
async def answer(
    paper: Paper,
    told: Told,
    monitor: Watched,
    of: Annotated[Named, Depends(named)],
    question: Annotated[GateForm, Query()],
) -> Response:
    try:
        view = await told.gate(of.interface, of.line, of.version, question.environment)
    except Invalid as wrong:
        asked = {"line": f"{of.interface}/{of.line}", "version": of.version}
        return await _asking(paper, told, question.model_copy(update=asked), wrong.faults)
    twin = gate_path(of.interface, of.line, of.version, view.environment, root="/api/v1/gates")
    return paper.drawn(
        "gate_answer.html",
        view=view,
        twin=twin,
        evidence=twin.replace("?", "/evidence?", 1) if monitor.signer else None,
    )


async def _asking(
    paper: Sheet, told: Releases, question: GateForm, faults: tuple[Fault, ...] = ()
) -> Response:
    """The form, with what is wrong with the question where something is."""
    known = {one.id for one in paper.lines}
    line = question.line if question.line in known else None
    goals = tuple(one for one in paper.environments if one in destinations(paper.landscape))
    under_way = await told.rollouts(RolloutsQuestion(state="open", limit=SHOWN_ROLLOUTS))
    freezes = await told.freezes()
    return paper.drawn(
        "gate.html",
        status=400 if faults else 200,
        faults=faults,
        question=question,
        lines=paper.lines,
        goals=goals,
        waiting=waiting(under_way.items, goals),
        freezes=[one for one in freezes.items if one.rrule or one.ends_at > paper.now],
        record=shown_of(await told.order_record(OrderRecordQuestion(line=line)), question.page),
    )


def shown_of(record: OrderRecordView, page: int) -> Shown:
    """The page that is asked for; the last one where there are not that many."""
    pages = max(1, -(-len(record.items) // SHOWN_VERSIONS))
    page = min(page, pages)
    before = (page - 1) * SHOWN_VERSIONS
    return Shown(
        items=record.items[before : before + SHOWN_VERSIONS],
        before=before,
        every=len(record.items),
        page=page,
        older=page + 1 if page < pages else None,
    )
