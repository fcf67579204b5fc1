"""What is planned, for the calendars of those who plan around it."""

from collections.abc import Iterator
from datetime import datetime
from hashlib import blake2b

from fastapi import APIRouter, Request, Response

from monitor.alerts.links import Links
from monitor.bootstrap import Monitor
from web.context import Now, Tongue, Watched
from web.routes.releases import Told
from web.views.calendar import Entry, calendar
from web.views.life_cycles import LifeCyclesView, LineLifeCycle
from web.words.language import Language
from web.words.translation import marked as _
from web.words.translation import translations

router = APIRouter(include_in_schema=False)

CALENDAR = "text/calendar"
FRESH = "public, max-age=3600"


def prefers_calendar(accept: str) -> bool:
    """Whether text/calendar is named, and JSON is not named before it."""
    names = [part.partition(";")[0].strip().lower() for part in accept.split(",")]
    wanted = [name for name in names if name in {CALENDAR, "application/json"}]
    return bool(wanted) and wanted[0] == CALENDAR


def life_cycles_calendar(
    view: LifeCyclesView, monitor: Monitor, language: Language, now: datetime, request: Request
) -> Response:
    """The days of all lines; the tag changes with the days and not with the time."""
    text = translations(language).gettext
    links = Links(monitor.settings.address)
    entries = tuple(entry for line in view.items for entry in _days(line, links, language))
    tag = f'"{blake2b(repr(entries).encode(), digest_size=12).hexdigest()}"'
    headers = {"etag": tag, "cache-control": FRESH, "vary": "Accept, Accept-Language, Cookie"}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    what = text(_("Life cycles"))
    name = f"Ketenwacht · {what}"
    return Response(calendar(name, entries, now, links.host), headers=headers, media_type=CALENDAR)


@router.get("/feeds/life-cycles.ics")
async def life_cycles(
    request: Request, told: Told, monitor: Watched, now: Now, language: Tongue
) -> Response:
    return life_cycles_calendar(told.life_cycles(), monitor, language, now, request)


def _days(line: LineLifeCycle, links: Links, language: Language) -> Iterator[Entry]:
    """First days per environment, the last supported day and the last of all."""
    text = translations(language).gettext
    interface, _slash, name = line.line.partition("/")
    link = f"{links.address}/interfaces/{interface}#{name}"
    days = [
        (f"first-{where}", day, text(_("%(line)s: first day on %(environment)s")), where.upper())
        for where, day in line.first_days.items()
    ]
    if line.supported_until:
        said = text(_("%(line)s: last day of support"))
        days.append(("supported", line.supported_until, said, ""))
    if line.run_out_until:
        said = text(_("%(line)s: last day of run-out"))
        days.append(("run-out", line.run_out_until, said, ""))
    for what, day, said, where in days:
        title = said % {"line": line.title, "environment": where}
        yield Entry(id=f"life-cycle~{interface}~{name}~{what}", title=title, start=day, link=link)
