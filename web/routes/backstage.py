"""Of a process without pages: is it alive, can it work, what does it count."""

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse

from web.context import Watched
from web.routes.operations import EXPOSITION

router = APIRouter(include_in_schema=False)


@router.get("/health/live")
async def alive() -> JSONResponse:
    """The event loop turns. Does no IO, so that a slow database gets nobody restarted."""
    return JSONResponse({"status": "alive"})


@router.get("/health/ready")
async def ready(monitor: Watched) -> JSONResponse:
    """What is seen can be recorded, as far as was tried last."""
    if monitor.board.trouble:
        return JSONResponse({"status": "cannot record", "why": monitor.board.trouble}, 503)
    return JSONResponse({"status": "ready"})


@router.get("/metrics")
async def metrics(monitor: Watched) -> Response:
    return Response(monitor.telemetry.exposition(), media_type=EXPOSITION)
