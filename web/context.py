"""What a request may ask for.

What FastAPI calls is async without need: it gives a plain function a thread, and four of those
cost a page five times what it takes to answer.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, Request

from monitor.bootstrap import Monitor
from web.words.language import Language, known, preferred


class Theme(StrEnum):
    AUTO = "auto"
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: in which language and colours, and where."""

    language: Language
    theme: Theme
    path: str = "/"
    query: tuple[tuple[str, str], ...] = ()
    chosen: tuple[tuple[str, str], ...] = ()
    """What this very request chose, to be remembered in cookies."""

    def href(self, **changed: str) -> str:
        """This same page with another language or other colours."""
        kept = [(key, value) for key, value in self.query if key not in changed]
        return f"{self.path}?{urlencode([*kept, *changed.items()])}"


async def monitor_of(request: Request) -> Monitor:
    monitor: Monitor = request.state.monitor
    return monitor


async def now_of(monitor: Annotated[Monitor, Depends(monitor_of)]) -> datetime:
    return monitor.clock()


def language_of(request: Request) -> Language:
    """Asked for, else remembered, else preferred by the browser, else Dutch."""
    return (
        known(request.query_params.get("lang"))
        or known(request.cookies.get("lang"))
        or preferred(request.headers.get("accept-language", ""))
    )


def reader_of(request: Request) -> Reader:
    asked = request.query_params
    theme = _theme(asked.get("theme")) or _theme(request.cookies.get("theme")) or Theme.AUTO
    chosen = []
    if language := known(asked.get("lang")):
        chosen.append(("lang", language.value))
    if _theme(asked.get("theme")):
        chosen.append(("theme", theme.value))
    query = tuple(
        (key, value) for key, value in asked.multi_items() if key not in {"lang", "theme"}
    )
    return Reader(language_of(request), theme, request.url.path, query, tuple(chosen))


async def _tongue(request: Request) -> Language:
    return language_of(request)


async def _asking(request: Request) -> Reader:
    return reader_of(request)


def _theme(text: str | None) -> Theme | None:
    return next((theme for theme in Theme if theme.value == text), None)


Watched = Annotated[Monitor, Depends(monitor_of)]
Now = Annotated[datetime, Depends(now_of)]
Tongue = Annotated[Language, Depends(_tongue)]
Asking = Annotated[Reader, Depends(_asking)]
