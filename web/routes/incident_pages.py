"""The pages on incidents and maintenance."""

from datetime import timedelta

from fastapi import APIRouter, Response

from web.context import Watched
from web.routes.incidents import HISTORY, incident_in_detail, known_incidents
from web.routes.maintenance import all_planned
from web.routes.sheet import Paper
from web.views.maintenance import Turn, shown

router = APIRouter(include_in_schema=False)

PAST = timedelta(days=365)
"""Maintenance that is longer ago is in the API only."""


@router.get("/incidents")
async def incidents(paper: Paper, monitor: Watched) -> Response:
    found = await known_incidents(monitor, paper.language, paper.now, open_only=False)
    return paper.drawn(
        "incidents.html",
        open_ones=tuple(one for one in found.items if one.resolved_at is None),
        past=tuple(one for one in found.items if one.resolved_at),
        days=HISTORY.days,
    )


@router.get("/incidents/{incident}")
async def incident(paper: Paper, monitor: Watched, incident: str) -> Response:
    view = await incident_in_detail(monitor, paper.language, incident)
    return paper.drawn("incident.html", view=view)


@router.get("/maintenance")
async def maintenance(paper: Paper, monitor: Watched) -> Response:
    views = shown(await all_planned(monitor), paper.now)
    begin = paper.now - PAST
    kept = [one for one in views if one.window and one.window.ends_at > begin]
    parts = {turn: tuple(one for one in kept if one.state is turn) for turn in Turn}
    return paper.drawn("maintenance.html", parts=parts, Turn=Turn)
