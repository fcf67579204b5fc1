"""The stream of what changes on the wall."""

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse

from web.context import Tongue
from web.live.stream import Stream

router = APIRouter()


@router.get("/live", include_in_schema=False)
async def live(request: Request, language: Tongue, after: str = "") -> StreamingResponse:
    """Server-sent events from the moment that a page was drawn, or broke off."""
    stream: Stream = request.state.stream
    mark = request.headers.get("last-event-id") or after
    return StreamingResponse(
        stream.join(language, mark[:64]),
        media_type="text/event-stream",
        headers={"cache-control": "no-store", "x-accel-buffering": "no"},
    )
