"""The pages that a person reads."""

from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request, Response
from fastapi.responses import HTMLResponse, PlainTextResponse

from web.context import Asking, Now, Watched
from web.live.wall import Wall
from web.routes.answers import finished, page, painted
from web.routes.questions import WallQuestion
from web.routes.reading import Read
from web.routes.security_txt import security_txt

router = APIRouter(include_in_schema=False)


@router.get("/")
async def wall(
    request: Request,
    reader: Asking,
    now: Now,
    monitor: Watched,
    question: Annotated[WallQuestion, Query()],
) -> Response:
    drawn: Wall = request.state.wall
    selection = question.selection(monitor.board.landscape)
    if selection.everything and not reader.query:
        return painted(request, reader, drawn.painted(reader, now))
    return finished(request, reader, HTMLResponse(drawn.html(reader, now, selection)))


@router.get("/accessibility")
async def accessibility(request: Request, reader: Asking, monitor: Watched) -> Response:
    return page(request, reader, "accessibility.html", contact=monitor.settings.contact)


@router.get("/privacy")
async def privacy(request: Request, reader: Asking, monitor: Watched) -> Response:
    return page(request, reader, "privacy.html", contact=monitor.settings.contact)


@router.get("/interfaces/{interface}")
async def interface(
    request: Request, reader: Asking, now: Now, read: Read, interface: str
) -> Response:
    view = await read.interface(interface)
    return page(request, reader, "interface.html", view=view, now=now)


@router.get("/environments/{environment}")
async def environment(
    request: Request, reader: Asking, now: Now, read: Read, environment: str
) -> Response:
    view = await read.environment(environment)
    return page(request, reader, "environment.html", view=view, now=now)


@router.get("/.well-known/security.txt")
async def security(monitor: Watched, now: Now) -> PlainTextResponse:
    """RFC 9116; nothing where nobody is named to be told."""
    contact = monitor.settings.contact
    if contact is None:
        raise HTTPException(404)
    return PlainTextResponse(security_txt(contact, monitor.public_base_url, now))
