"""Incidents that operators open, and what they tell of any."""

from collections.abc import Mapping

from fastapi import APIRouter, HTTPException, Response

from monitor.domain.bulletin import Phase
from monitor.domain.templates import TEMPLATES, Template
from web.routes.asked import IncidentAsked, UpdateAsked
from web.routes.bodies import modelled
from web.routes.forms import Fields
from web.routes.incidents import begun, gone_on, incident_in_detail, known_incidents
from web.routes.office import EMPTY, GUARDED, HOME, At, Letter, Office, by_field, of_conflict, whole
from web.views.incidents import Origin
from web.views.problem import Invalid
from web.words.language import Language

PLACE = f"{HOME}/incidents"

router = APIRouter(include_in_schema=False, prefix=PLACE, dependencies=[*GUARDED])


@router.get("", name="operate_incidents")
async def page(at: At, template: str = "") -> Response:
    """With the words of a template in the form, where one is chosen."""
    chosen = _chosen(template)
    form = _filled(chosen, at.paper.language) if chosen and chosen.title else EMPTY
    return await _page(at, form, {})


@router.post("", name="operate_open_incident")
async def begin(at: At, fields: Letter) -> Response:
    told = {
        "title": fields.one("title"),
        "phase": fields.one("phase"),
        "message": fields.one("message"),
        "environments": list(fields.all("environments")),
        "lines": list(fields.all("lines")),
    }
    try:
        whole(fields, "title", "message")
        made = await begun(at.monitor, modelled(IncidentAsked, told), at.hand)
    except Invalid as invalid:
        return await _page(at, fields, by_field(invalid.faults))
    return at.back(f"{PLACE}/{made.id}", "opened")


@router.get("/{incident}", name="operate_incident")
async def one(at: At, incident: str, template: str = "") -> Response:
    chosen = _chosen(template)
    form = _filled(chosen, at.paper.language) if chosen else EMPTY
    return await _one(at, incident, form, {})


@router.post("/{incident}", name="operate_update_incident")
async def update(at: At, incident: str, fields: Letter) -> Response:
    await incident_in_detail(at.monitor, at.paper.language, incident)  # 404 where there is none
    told = {"phase": fields.one("phase"), "message": fields.one("message")}
    try:
        whole(fields, "message")
        await gone_on(at.monitor, incident, modelled(UpdateAsked, told), at.hand)
    except Invalid as invalid:
        return await _one(at, incident, fields, by_field(invalid.faults))
    except HTTPException as conflict:
        return await _one(at, incident, fields, of_conflict(conflict))
    return at.back(f"{PLACE}/{incident}", "updated")


async def _page(at: Office, form: Fields, faults: Mapping[str, str]) -> Response:
    found = await known_incidents(at.monitor, at.paper.language, at.paper.now, open_only=True)
    return at.drawn(
        "operate_incidents.html",
        form=form,
        faults=faults,
        open_ones=found.items,
        templates=tuple(one for one in TEMPLATES if one.title),
        phases=tuple(one for one in Phase if one is not Phase.RESOLVED),
    )


async def _one(at: Office, incident: str, form: Fields, faults: Mapping[str, str]) -> Response:
    view = await incident_in_detail(at.monitor, at.paper.language, incident)
    by_rules = view.origin is Origin.RULES
    phases = tuple(one for one in Phase if not (by_rules and one is Phase.RESOLVED))
    return at.drawn(
        "operate_incident.html",
        form=form,
        faults=faults,
        view=view,
        templates=tuple(one for one in TEMPLATES if one.phase in phases and not one.title),
        phases=phases,
    )


def _chosen(id_: str) -> Template | None:
    return next((one for one in TEMPLATES if one.id == id_ and one.phase), None)


def _filled(one: Template, language: Language) -> Fields:
    title = one.title and getattr(one.title, language)
    return Fields(
        [
            ("phase", one.phase or ""),
            ("title", title or ""),
            ("message", getattr(one.message, language)),
        ]
    )
