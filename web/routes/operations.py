"""For those who run us: is it alive, can it serve, what does it count."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from web.context import Now, Reader, Theme, Watched
from web.words.language import Language

router = APIRouter(include_in_schema=False)

EXPOSITION = "text/plain; version=0.0.4; charset=utf-8"


@router.get("/health/live")
async def alive() -> JSONResponse:
    """The event loop turns. Does no IO, so that a slow database gets nobody restarted."""
    return JSONResponse({"status": "alive"})


@router.get("/health/ready")
async def ready(request: Request, now: Now) -> JSONResponse:
    """A page can be served: the wall is drawn for it."""
    request.state.wall.painted(Reader(Language.NL, Theme.AUTO), now)
    return JSONResponse({"status": "ready"})


@router.get("/metrics")
async def metrics(monitor: Watched) -> Response:
    return Response(monitor.telemetry.exposition(), media_type=EXPOSITION)
