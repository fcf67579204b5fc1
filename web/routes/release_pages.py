"""The pages on differences, rollouts and life cycles."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from monitor.domain.finding import FindingKind
from monitor.domain.life_cycle import destinations
from web.routes.matrix import Seen
from web.routes.page_questions import DriftQuestion, RolloutsPageQuestion
from web.routes.releases import Told
from web.routes.sheet import Paper
from web.templating.choices import by_severity, ending, picks
from web.templating.roadmap import roadmap as drawn
from web.views.findings import as_it_stood

router = APIRouter(include_in_schema=False)


@router.get("/drift")
async def drift(
    paper: Paper, told: Told, seen: Seen, question: Annotated[DriftQuestion, Query()]
) -> Response:
    matrix = await seen.matrix(question.matrix)
    found = await told.findings(question.open_ones)
    return paper.drawn(
        "drift.html",
        question=question,
        found=found,
        groups=tuple(by_severity(found.items)),
        shown={one.id for one in found.items},
        matrix=matrix,
        past=await told.findings(question.history),
        narrowed=bool(question.kind or question.line or question.environment),
        kinds=tuple(FindingKind),
        lines=paper.lines,
        environments=paper.environments,
        picks=picks(paper.now, paper.language),
    )


@router.get("/drift/{finding}")
async def finding(paper: Paper, told: Told, finding: str) -> Response:
    found = await told.finding(finding)
    return paper.drawn(
        "finding_page.html",
        finding=found,
        steps=tuple((step, as_it_stood(found, step)) for step in found.history),
    )


@router.get("/rollouts")
async def rollouts(
    paper: Paper, told: Told, question: Annotated[RolloutsPageQuestion, Query()]
) -> Response:
    return paper.drawn(
        "rollouts.html",
        question=question,
        view=await told.rollouts(question),
        lines=paper.lines,
        environments=paper.environments,
    )


@router.get("/rollouts/{rollout}")
async def rollout(paper: Paper, told: Told, rollout: str) -> Response:
    return paper.drawn("rollout.html", view=await told.rollout(rollout))


@router.get("/roadmap")
async def roadmap(paper: Paper, told: Told) -> Response:
    view = await told.life_cycles()
    return paper.drawn(
        "roadmap.html",
        view=view,
        ending=ending(view),
        drawn=drawn(view, sorted(destinations(paper.landscape))),
        environments=paper.environments,
    )
