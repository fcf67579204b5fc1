"""The wall as JSON."""

from typing import Annotated

from fastapi import APIRouter, Query, Request

from web.context import Now, Tongue, Watched
from web.live.wall import Wall
from web.routes.questions import StatusQuestion
from web.views.status import StatusView

router = APIRouter()


@router.get("/status", operation_id="getStatus", tags=["status"])
async def status(
    request: Request,
    monitor: Watched,
    now: Now,
    language: Tongue,
    question: Annotated[StatusQuestion, Query()],
) -> StatusView:
    """How every line is in every environment, now."""
    wall: Wall = request.state.wall
    return wall.view(language, now, question.selection(monitor.board.landscape))
