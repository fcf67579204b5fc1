"""Incidents, as JSON: those that the rules opened, and those of operators."""

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query, Response

from monitor.bootstrap import Monitor
from monitor.desk.hand import Hand
from monitor.desk.telling import Draft, change_incident, open_incident, update_incident
from monitor.domain.bulletin import Bulletin, BulletinError
from monitor.domain.event import Reach
from monitor.domain.incident import IncidentKind
from monitor.domain.templates import TEMPLATES
from monitor.storage.queries import Queries
from web.context import Now, Tongue, Watched
from web.routes.about import reach_of
from web.routes.asked import IncidentAsked, IncidentChanged, UpdateAsked
from web.routes.bodies import body_of, described
from web.routes.questions import Question
from web.routes.release_questions import State
from web.security.permits import Permitted
from web.views.incidents import (
    IncidentDetail,
    IncidentPage,
    TemplatePage,
    in_detail,
    incident_page,
    of_operator,
    of_rules,
    template_view,
)
from web.views.problem import Invalid, body_fault
from web.views.titles import Titles
from web.words.language import Language

router = APIRouter(tags=["incidents"])

HISTORY = timedelta(days=90)
PREFIX = "/api/v1"
NONE = "There is no incident of that name; ask /incidents."


class IncidentsQuestion(Question):
    """`state` open: only what is still so; else those of the last 90 days."""

    state: State = None


async def known_incidents(
    monitor: Monitor, language: Language, now: datetime, *, open_only: bool
) -> IncidentPage:
    async with monitor.database.read() as tx:
        queries = Queries(tx)
        begin = now if open_only else now - HISTORY
        incidents, bulletins = await queries.outages(begin), await queries.bulletins(begin)
        if open_only:
            incidents = [one for one in incidents if one.resolved_at is None]
            bulletins = [one for one in bulletins if one.resolved_at is None]
        ids = [*(one.id for one in incidents), *(one.id for one in bulletins)]
        updates = await queries.updates(ids)
    return incident_page(incidents, bulletins, updates, Titles(monitor.board.landscape, language))


async def incident_in_detail(monitor: Monitor, language: Language, id_: str) -> IncidentDetail:
    titles = Titles(monitor.board.landscape, language)
    sent = id_.replace("\0", "\N{REPLACEMENT CHARACTER}")  # PostgreSQL takes no NUL in a text
    async with monitor.database.read() as tx:
        queries = Queries(tx)
        updates = (await queries.updates([sent])).get(sent, ())
        if bulletin := await queries.bulletin(sent):
            return in_detail(of_operator(bulletin, updates), (), titles, told=True)
        incident = await queries.incident(sent)
        if incident is None or incident.kind is IncidentKind.ISOLATED:
            raise HTTPException(404, NONE)
        children = await queries.children(sent)
    return in_detail(of_rules(incident, updates, titles), children, titles, told=incident.told)


async def begun(monitor: Monitor, told: IncidentAsked, hand: Hand) -> Bulletin:
    landscape = monitor.board.landscape
    about = reach_of(told.environments, told.interfaces, told.lines, landscape)
    draft = Draft(title=told.title, about=about, phase=told.phase, message=told.message)
    try:
        return await open_incident(monitor.database, draft, hand)
    except BulletinError as error:
        raise Invalid([body_fault("/phase", "incident", f": {error}.")]) from error


async def gone_on(monitor: Monitor, incident: str, told: UpdateAsked, hand: Hand) -> None:
    """An update; HTTPException 409 where it cannot be meant."""
    try:
        await update_incident(monitor.database, incident, told.phase, told.message, hand)
    except BulletinError as error:
        raise _in_conflict(error) from error


@router.get("/incidents", operation_id="listIncidents")
async def listed(
    monitor: Watched,
    now: Now,
    language: Tongue,
    question: Annotated[IncidentsQuestion, Query()],
) -> IncidentPage:
    """What was wrong in the last 90 days, newest first; children stand under their parent."""
    return await known_incidents(monitor, language, now, open_only=question.state == "open")


@router.get("/incidents/{incident}", operation_id="getIncident")
async def one(
    monitor: Watched,
    language: Tongue,
    incident: str,
    _question: Annotated[Question, Query()],
) -> IncidentDetail:
    """One incident with its updates, and the targets that went down with it."""
    return await incident_in_detail(monitor, language, incident)


@router.get("/message-templates", operation_id="listMessageTemplates")
async def templates(_question: Annotated[Question, Query()]) -> TemplatePage:
    """Texts to choose from for incidents and maintenance; blanks stand in braces."""
    return TemplatePage(items=tuple(map(template_view, TEMPLATES)))


@router.post(
    "/incidents",
    operation_id="openIncident",
    status_code=201,
    openapi_extra=dict(described(IncidentAsked)),
)
async def begin(
    *,
    monitor: Watched,
    now: Now,
    language: Tongue,
    who: Permitted,
    response: Response,
    told: Annotated[IncidentAsked, Depends(body_of(IncidentAsked))],
) -> IncidentDetail:
    """Open an incident: it is on the page, and told to who subscribed, at once."""
    made = await begun(monitor, told, who.hand(now))
    response.headers["location"] = f"{PREFIX}/incidents/{made.id}"
    return await incident_in_detail(monitor, language, made.id)


@router.patch(
    "/incidents/{incident}",
    operation_id="changeIncident",
    openapi_extra=dict(described(IncidentChanged)),
)
async def change(
    *,
    monitor: Watched,
    now: Now,
    language: Tongue,
    who: Permitted,
    incident: str,
    told: Annotated[IncidentChanged, Depends(body_of(IncidentChanged))],
) -> IncidentDetail:
    """Put right the title of an operator's incident, or what it is about."""
    before = await incident_in_detail(monitor, language, incident)
    about = _about(told, before, monitor)
    try:
        done = await change_incident(monitor.database, incident, told.title, about, who.hand(now))
    except BulletinError as error:
        raise _in_conflict(error) from error
    if done is None:
        raise HTTPException(409, "The rules opened this incident; only updates can be added.")
    return await incident_in_detail(monitor, language, incident)


@router.post(
    "/incidents/{incident}/updates",
    operation_id="updateIncident",
    status_code=201,
    openapi_extra=dict(described(UpdateAsked)),
)
async def update(
    *,
    monitor: Watched,
    now: Now,
    language: Tongue,
    who: Permitted,
    incident: str,
    told: Annotated[UpdateAsked, Depends(body_of(UpdateAsked))],
) -> IncidentDetail:
    """Say how it is now, whoever opened it; `resolved` ends an operator's own."""
    await incident_in_detail(monitor, language, incident)
    await gone_on(monitor, incident, told, who.hand(now))
    return await incident_in_detail(monitor, language, incident)


def _about(told: IncidentChanged, before: IncidentDetail, monitor: Monitor) -> Reach | None:
    if told.environments is None and told.interfaces is None and told.lines is None:
        return None
    return reach_of(
        before.environments if told.environments is None else told.environments,
        before.interfaces if told.interfaces is None else told.interfaces,
        before.lines if told.lines is None else told.lines,
        monitor.board.landscape,
    )


def _in_conflict(error: BulletinError) -> HTTPException:
    return HTTPException(409, f"{str(error)[:1].upper()}{str(error)[1:]}.")
