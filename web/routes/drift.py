"""Findings, rollouts and life cycles as JSON."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from web.context import Now, Tongue, Watched
from web.routes.calendars import CALENDAR, life_cycles_calendar, prefers_calendar
from web.routes.questions import Question
from web.routes.release_questions import FindingsQuestion, RolloutsQuestion
from web.routes.releases import Told
from web.views.findings import FindingDetail, FindingPage
from web.views.life_cycles import LifeCyclesView
from web.views.rollouts import RolloutDetail, RolloutPage

router = APIRouter()

Plain = Annotated[Question, Query()]


@router.get("/findings", operation_id="listFindings", tags=["drift"])
async def findings(told: Told, question: Annotated[FindingsQuestion, Query()]) -> FindingPage:
    """Where what runs differs from what was promised; newest first."""
    return await told.findings(question)


@router.get("/findings/{finding}", operation_id="getFinding", tags=["drift"])
async def finding(told: Told, finding: str, _question: Plain) -> FindingDetail:
    """One finding with its evidence and its history."""
    return await told.finding(finding)


@router.get("/rollouts", operation_id="listRollouts", tags=["rollouts"])
async def rollouts(told: Told, question: Annotated[RolloutsQuestion, Query()]) -> RolloutPage:
    """Each version on its way through the environments; newest first."""
    return await told.rollouts(question)


@router.get("/rollouts/{rollout}", operation_id="getRollout", tags=["rollouts"])
async def rollout(told: Told, rollout: str, _question: Plain) -> RolloutDetail:
    """One rollout, what it changed in the contract, and what went wrong on the way."""
    return await told.rollout(rollout)


@router.get(
    "/life-cycles",
    operation_id="listLifeCycles",
    tags=["life cycles"],
    response_model=LifeCyclesView,
    responses={200: {"content": {CALENDAR: {"schema": {"type": "string"}}}}},
)
async def life_cycles(
    request: Request, told: Told, monitor: Watched, now: Now, language: Tongue, _question: Plain
) -> Any:
    """Phase and days of every line, in the order of the catalogue.

    With `Accept: text/calendar` its days as a calendar.
    """
    view = await told.life_cycles()
    if prefers_calendar(request.headers.get("accept", "")):
        return life_cycles_calendar(view, monitor, language, now, request)
    return view
