"""Badges of single targets."""

from hashlib import blake2b
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request, Response

from monitor.domain.landscape import LineId
from web.context import Now, Tongue, Watched
from web.live.wall import Wall
from web.routes.questions import Question
from web.templating.environment import render
from web.templating.terms import LOOK
from web.views.badge import badge
from web.views.target import look_of
from web.words.translation import translations

router = APIRouter(include_in_schema=False)

SVG = "image/svg+xml; charset=utf-8"
FRESH = "public, max-age=30"


@router.get("/badge/{interface}/{line}/{environment}.svg")
async def of_target(
    *,
    request: Request,
    monitor: Watched,
    now: Now,
    language: Tongue,
    interface: str,
    line: str,
    environment: str,
    _question: Annotated[Question, Query()],
) -> Response:
    """In the style of shields.io, with words for who cannot see it."""
    wanted = LineId(interface, line)
    if wanted not in monitor.board.landscape.lines:
        raise HTTPException(404)
    wall: Wall = request.state.wall
    lines = (
        one
        for part in wall.view(language, now).interfaces
        if part.id == interface
        for one in part.lines
        if one.line == line
    )
    targets = (one for view in lines for one in view.targets if one.environment == environment)
    target = next(targets, None)
    if target is None:
        raise HTTPException(404)
    look = look_of(target)
    word = translations(language).gettext(LOOK[look])
    drawn = badge(f"{interface} {line}", environment, look, word, target.version)
    content = render("badge.svg", language, badge=drawn).encode()
    tag = f'"{blake2b(content, digest_size=12).hexdigest()}"'
    headers = {"etag": tag, "cache-control": FRESH, "vary": "Accept-Language, Cookie"}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=SVG, headers=headers)
