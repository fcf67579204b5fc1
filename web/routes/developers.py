"""The page for who builds on us."""

from fastapi import APIRouter, Request, Response

from web.context import Asking, Watched
from web.routes.answers import page
from web.views.developers import groups

router = APIRouter(include_in_schema=False)


@router.get("/developers")
async def developers(request: Request, reader: Asking, monitor: Watched) -> Response:
    return page(
        request,
        reader,
        "developers.html",
        groups=groups(request.app.state.document(monitor)),
        address=monitor.settings.address,
        example=next(iter(monitor.board.landscape.lines), None),
    )
