"""What is served before the database could be reached: the wall as it was last, and its age."""

from collections.abc import Callable
from datetime import datetime, timedelta
from http import HTTPStatus

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse
from starlette.exceptions import HTTPException

from web.context import Reader, Theme, reader_of
from web.live.snapshot import Snapshot
from web.routes import assets
from web.routes.problems import MEDIA_TYPE, RETRY_AFTER
from web.templating.environment import render
from web.views.problem import Problem

MAIN = '<main id="main" tabindex="-1" class="wide">'
"""Where a page of ours begins: below this stands what is wrong."""
NOTHING = timedelta()
AGAIN = '<meta http-equiv="refresh" content="15">'
"""With or without script: there is no live stream to tell that the database is back."""
UNSEEN = {"cache-control": "no-store"}

_AWAY = Problem(
    title="Service Unavailable",
    status=HTTPStatus.SERVICE_UNAVAILABLE,
    detail="The database cannot be reached just now. The wall still works; try this again soon.",
)


def furnish(app: FastAPI, snapshot: Snapshot, clock: Callable[[], datetime]) -> None:
    """The wall, the files that it needs and our health; all else waits for the database."""
    app.include_router(assets.router)

    @app.get("/")
    async def wall(request: Request) -> HTMLResponse:
        return HTMLResponse(_aged(snapshot, reader_of(request), clock()), headers=UNSEEN)

    @app.get("/health/live")
    async def alive() -> JSONResponse:
        return JSONResponse({"status": "alive"})

    @app.get("/health/ready")
    async def ready() -> JSONResponse:
        """A page can be served: this one."""
        return JSONResponse({"status": "ready"})

    @app.exception_handler(HTTPException)
    async def away(request: Request, _error: HTTPException) -> Response:
        headers = {**RETRY_AFTER, **UNSEEN}
        if request.url.path.startswith("/api/"):
            told = _AWAY.model_dump_json(by_alias=True)
            return Response(told, _AWAY.status, headers, MEDIA_TYPE)
        reader = reader_of(request)
        html = render("problem.html", reader.language, reader=reader, problem=_AWAY, at_home=False)
        return HTMLResponse(html, _AWAY.status, headers)


def _aged(snapshot: Snapshot, reader: Reader, now: datetime) -> str:
    page = snapshot.pages[reader.language]
    told = render(
        "stopgap.html",
        reader.language,
        at=snapshot.at,
        age=max(now - snapshot.at, NOTHING),
        now=now,
    )
    page = page.replace(MAIN, f"{MAIN}\n{told}", 1).replace(' data-live="', ' data-was="', 1)
    page = page.replace("</head>", f"{AGAIN}</head>", 1)
    if reader.theme is not Theme.AUTO:
        page = page.replace("<html ", f'<html data-theme="{reader.theme}" ', 1)
    return page
