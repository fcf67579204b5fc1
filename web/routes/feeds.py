"""What was told, for readers of feeds: Atom and JSON Feed of all, or of one thing."""

import json
from collections.abc import Callable, Sequence
from hashlib import blake2b
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query, Request, Response

from monitor.alerts.links import Links
from monitor.bootstrap import Monitor
from monitor.domain.event import Event, Reach
from monitor.domain.landscape import Landscape, LineId
from monitor.storage.queries import Queries
from web.context import Tongue, Watched
from web.routes.questions import Question
from web.templating.environment import render
from web.views.feed import ENTRIES, FeedView, Subject, feed_view, json_feed
from web.views.titles import Titles
from web.words.language import Language, known
from web.words.translation import marked as _
from web.words.translation import translations

router = APIRouter(include_in_schema=False)

ATOM = "application/atom+xml; charset=utf-8"
JSON_FEED = "application/feed+json; charset=utf-8"
LOOKED_AT = 4 * ENTRIES
"""Happenings that may be about it: some name several places, and not this one."""
FRESH = "public, max-age=30"

Plain = Annotated[Question, Query()]


class Feeds:
    """Feeds as one reader may ask for them."""

    def __init__(self, request: Request, monitor: Monitor, language: Language) -> None:
        self._request = request
        self._monitor = monitor
        self._language = language

    async def answer(self, place: str, subject_of: "Found") -> Response:
        """`place` ends in .atom or .json; another ending is nothing that we have."""
        name, dot, kind = place.rpartition(".")
        if not dot or kind not in {"atom", "json"}:
            raise HTTPException(404)
        landscape = self._monitor.board.landscape
        subject = subject_of(name, landscape)
        if subject is None:
            raise HTTPException(404)
        titles = Titles(landscape, self._language)
        links = Links(self._monitor.settings.address)
        events = await self._told(subject)
        asked = known(self._request.query_params.get("lang"))
        view = feed_view(subject, events, titles, links, _title(subject, titles), asked=asked)
        return self._written(view, kind)

    async def _told(self, subject: Subject) -> Sequence[Event]:
        async with self._monitor.database.read() as tx:
            return await Queries(tx).newest_events(subject.reach, LOOKED_AT)

    def _written(self, view: FeedView, kind: str) -> Response:
        if kind == "atom":
            body, media = render("feed.atom", self._language, view=view), ATOM
        else:
            body, media = json.dumps(json_feed(view), ensure_ascii=False), JSON_FEED
        content = body.encode()
        tag = f'"{blake2b(content, digest_size=12).hexdigest()}"'
        headers = {"etag": tag, "cache-control": FRESH, "vary": "Accept-Language, Cookie"}
        kept = self._request.headers.get("if-none-match", "")
        if tag in {one.strip().removeprefix("W/") for one in kept.split(",")}:
            return Response(status_code=304, headers=headers)
        return Response(content, media_type=media, headers=headers)


Found = Callable[[str, Landscape], Subject | None]


async def _feeds(request: Request, monitor: Watched, language: Tongue) -> Feeds:
    return Feeds(request, monitor, language)


Asked = Annotated[Feeds, Depends(_feeds)]


@router.get("/feeds/environments/{place}")
async def of_environment(feeds: Asked, place: str, _question: Plain) -> Response:
    def found(name: str, landscape: Landscape) -> Subject | None:
        known = {one.id for one in landscape.environments}
        path = f"environments/{name}"
        return Subject(path, f"/{path}", Reach(environments=(name,))) if name in known else None

    return await feeds.answer(place, found)


@router.get("/feeds/interfaces/{place}")
async def of_interface(feeds: Asked, place: str, _question: Plain) -> Response:
    def found(name: str, landscape: Landscape) -> Subject | None:
        known = {one.id for one in landscape.interfaces}
        path = f"interfaces/{name}"
        return Subject(path, f"/{path}", Reach(interfaces=(name,))) if name in known else None

    return await feeds.answer(place, found)


@router.get("/feeds/lines/{interface}/{place}")
async def of_line(feeds: Asked, interface: str, place: str, _question: Plain) -> Response:
    def found(name: str, landscape: Landscape) -> Subject | None:
        line = LineId(interface, name)
        if line not in landscape.lines:
            return None
        home = f"/interfaces/{interface}#{name}"
        return Subject(f"lines/{line}", home, Reach(lines=(line,)))

    return await feeds.answer(place, found)


@router.get("/feeds/{place}")
async def of_all(feeds: Asked, place: str, _question: Plain) -> Response:
    def found(name: str, _landscape: Landscape) -> Subject | None:
        return Subject("all", "/") if name == "all" else None

    return await feeds.answer(place, found)


def _title(subject: Subject, titles: Titles) -> str:
    return f"Ketenwacht · {_about(subject.reach, titles)}"


def _about(reach: Reach, titles: Titles) -> str:
    match (reach.environments, reach.lines, reach.interfaces):
        case ((environment,), _, _):
            return environment.upper()
        case (_, (line,), _):
            return titles.of_line(line)
        case (_, _, (interface,)):
            return titles.say(titles.interfaces[interface])
        case _:
            return translations(titles.language).gettext(_("All of DSO-LV"))
