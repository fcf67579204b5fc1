"""What is planned, for the calendars of those who plan around it."""

from collections.abc import Iterator
from datetime import datetime
from hashlib import blake2b
from urllib.parse import quote

from fastapi import APIRouter, Request, Response

from monitor.alerts.links import Links
from monitor.bootstrap import Monitor
from monitor.domain.maintenance import Maintenance
from monitor.domain.rollout import Rollout, StageState
from web.context import Now, Tongue, Watched
from web.routes.releases import Told
from web.views.entry import Entry
from web.views.life_cycles import LifeCyclesView, LineLifeCycle
from web.views.titles import Titles
from web.words.language import Language
from web.words.translation import marked as _
from web.words.translation import translations

router = APIRouter(include_in_schema=False)

CALENDAR = "text/calendar"
FRESH = "public, max-age=3600"
_AWAITED = frozenset({StageState.PLANNED, StageState.OVERDUE})


def prefers_calendar(accept: str) -> bool:
    """Whether text/calendar is named, and JSON is not named before it."""
    names = [part.partition(";")[0].strip().lower() for part in accept.split(",")]
    wanted = [name for name in names if name in {CALENDAR, "application/json"}]
    return bool(wanted) and wanted[0] == CALENDAR


def life_cycles_calendar(
    view: LifeCyclesView, monitor: Monitor, language: Language, now: datetime, request: Request
) -> Response:
    """The days of all lines."""
    links = Links(monitor.settings.address)
    entries = tuple(entry for line in view.items for entry in _days(line, links, language))
    what = translations(language).gettext(_("Life cycles"))
    return _answered(what, entries, links, now, request)


@router.get("/feeds/life-cycles.ics")
async def life_cycles(
    request: Request, told: Told, monitor: Watched, now: Now, language: Tongue
) -> Response:
    return life_cycles_calendar(await told.life_cycles(), monitor, language, now, request)


@router.get("/feeds/maintenance.ics")
async def maintenance(request: Request, monitor: Watched, now: Now, language: Tongue) -> Response:
    """What may be away and what is coming: maintenance that is on or comes, and rollouts."""
    text, links = translations(language).gettext, Links(monitor.settings.address)
    board = monitor.board
    windows = (entry for one in board.maintenance for entry in _windows(one, now, links, language))
    titles = Titles(board.landscape, language)
    plans = (
        entry for one in board.rollouts.values() for entry in _plans(one, titles, links, language)
    )
    what = text(_("Maintenance and rollouts"))
    return _answered(what, (*windows, *plans), links, now, request)


def _answered(
    what: str, entries: tuple[Entry, ...], links: Links, now: datetime, request: Request
) -> Response:
    """The tag changes with what is planned and not with the time."""
    tag = f'"{blake2b(repr(entries).encode(), digest_size=12).hexdigest()}"'
    headers = {"etag": tag, "cache-control": FRESH, "vary": "Accept, Accept-Language, Cookie"}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    # Not above: icalendar takes 3 MB, and many a Ketenwacht is never asked for a calendar.
    from web.views.calendar import calendar  # noqa: PLC0415

    name = f"Ketenwacht · {what}"
    return Response(calendar(name, entries, now, links.host), headers=headers, media_type=CALENDAR)


def _windows(one: Maintenance, now: datetime, links: Links, language: Language) -> Iterator[Entry]:
    """A window, or all that come by its rule; none where it is over or was withdrawn."""
    if not (one.now(now) or one.coming(now)):
        return
    about = " · ".join((*map(str.upper, one.environments), *one.interfaces, *map(str, one.lines)))
    said = translations(language).gettext(_("Maintenance: %(reason)s"))
    yield Entry(
        id=f"maintenance~{one.id}",
        title=said % {"reason": one.reason},
        start=one.starts_at,
        end=one.ends_at,
        about=about,
        link=f"{links.address}/maintenance",
        rrule=one.rrule,
        zone=one.timezone,
    )


def _plans(one: Rollout, titles: Titles, links: Links, language: Language) -> Iterator[Entry]:
    """Where and when an announced version is yet to come."""
    said = translations(language).gettext(_("%(line)s %(version)s to %(environment)s"))
    planned = one.announced.planned if one.announced else {}
    for where, at in planned.items():
        stage = one.stages.get(where)
        if stage and stage.state in _AWAITED:
            facts = {"line": titles.of_line(one.line), "version": one.version}
            yield Entry(
                id=f"rollout~{one.id}~{where}",
                title=said % {**facts, "environment": where.upper()},
                start=at,
                link=f"{links.address}/rollouts/{quote(one.id)}",
            )


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
