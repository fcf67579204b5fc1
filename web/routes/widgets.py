"""`/api/v2`: what widgets of status pages ask for."""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from web.context import Now, Tongue, Watched
from web.views.summary import StatusSummary, Summary, summary

router = APIRouter(prefix="/api/v2", include_in_schema=False)

HEADERS = {"cache-control": "no-cache", "access-control-allow-origin": "*"}


@router.get("/summary.json")
async def whole(request: Request, monitor: Watched, now: Now, language: Tongue) -> JSONResponse:
    """Page, status, components, incidents."""
    return _json(_summary(request, monitor, now, language))


@router.get("/status.json")
async def brief(request: Request, monitor: Watched, now: Now, language: Tongue) -> JSONResponse:
    """Page and status."""
    told = _summary(request, monitor, now, language)
    return _json(StatusSummary(page=told.page, status=told.status))


def _summary(request: Request, monitor: Watched, now: Now, language: Tongue) -> Summary:
    view = request.state.wall.view(language, now)
    installation = monitor.database.installation
    return summary(view, monitor.board, monitor.settings.address, installation)


def _json(told: StatusSummary) -> JSONResponse:
    return JSONResponse(told.model_dump(mode="json"), headers=HEADERS)
