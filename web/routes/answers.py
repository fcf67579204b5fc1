"""How an answer goes out: a page with its choices remembered, or bytes from memory."""

from http import HTTPStatus
from typing import Any

from fastapi import Request, Response
from fastapi.responses import HTMLResponse

from web.context import Reader
from web.live.wall import Painted
from web.templating.environment import render

YEAR = 365 * 24 * 3_600
VARY = "Accept-Language, Cookie"


def page(
    request: Request, reader: Reader, template: str, *, status: int = 200, **facts: Any
) -> Response:
    """Draw a template; `request` is where the answer to "is our address https" lives."""
    html = render(template, reader.language, reader=reader, at_home=False, **facts)
    return finished(request, reader, HTMLResponse(html, status))


def painted(request: Request, reader: Reader, page: Painted) -> Response:
    """Bytes from memory, or 304 where the reader has them already."""
    packs = "gzip" in request.headers.get("accept-encoding", "")
    tag = page.packed_tag if packs else page.tag
    headers = {"etag": tag}
    if packs:
        headers["content-encoding"] = "gzip"
    if tag in _tags(request):
        answer = Response(status_code=304, headers={"etag": tag})
    else:
        answer = HTMLResponse(page.packed if packs else page.plain, headers=headers)
    return finished(request, reader, answer)


def finished(request: Request, reader: Reader, answer: Response) -> Response:
    answer.headers.setdefault("cache-control", "no-cache")
    answer.headers["vary"] = f"{VARY}, Accept-Encoding"
    if answer.status_code == HTTPStatus.OK:
        answer.headers["content-language"] = reader.language.value
    base = request.state.monitor.public_base_url or ""
    for name, value in reader.chosen:
        answer.set_cookie(
            name,
            value,
            max_age=YEAR,
            httponly=True,
            samesite="lax",
            secure=base.startswith("https:"),
        )
    return answer


def _tags(request: Request) -> set[str]:
    """The tags of If-None-Match; a weak one names the same bytes here."""
    told = request.headers.get("if-none-match", "")
    return {tag.strip().removeprefix("W/") for tag in told.split(",")}
