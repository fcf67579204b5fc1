"""Maintenance and freezes: planned, and ended early."""

from collections.abc import Mapping

from fastapi import APIRouter, HTTPException, Response

from monitor.desk.freezing import end_freeze
from monitor.desk.maintaining import end_maintenance
from monitor.domain.templates import TEMPLATES
from web.routes.asked import FreezeAsked, MaintenanceAsked
from web.routes.bodies import modelled
from web.routes.forms import Fields
from web.routes.freezes import frozen
from web.routes.maintenance import all_planned, planned
from web.routes.office import EMPTY, GUARDED, HOME, At, Letter, Office, by_field, whole
from web.routes.office_times import written
from web.routes.releases import Releases, Told
from web.security.owners import plain
from web.views.maintenance import Turn, shown
from web.views.problem import Invalid

PLACE = f"{HOME}/planning"

router = APIRouter(include_in_schema=False, prefix=PLACE, dependencies=[*GUARDED])


@router.get("", name="operate_planning")
async def page(at: At, told: Told, template: str = "") -> Response:
    chosen = next((one for one in TEMPLATES if one.id == template and not one.phase), None)
    words = getattr(chosen.message, at.paper.language) if chosen else ""
    return await _page(at, told, Fields([("reason", words)]) if words else EMPTY, {})


@router.post("", name="operate_plan")
async def plan(at: At, told: Told, fields: Letter) -> Response:
    body = {
        "startsAt": written(fields.one("startsAt")),
        "endsAt": written(fields.one("endsAt")),
        "rrule": fields.one("rrule") or None,
        "environments": list(fields.all("environments")),
        "lines": list(fields.all("lines")),
        "reason": fields.one("reason"),
    }
    try:
        whole(fields, "reason")
        if fields.one("kind") == "freeze":
            await frozen(at.monitor, modelled(FreezeAsked, body), at.hand)
            return at.back(PLACE, "frozen")
        await planned(at.monitor, modelled(MaintenanceAsked, body), at.hand)
    except Invalid as invalid:
        return await _page(at, told, fields, by_field(invalid.faults))
    return at.back(PLACE, "planned")


@router.post("/maintenance/{maintenance}/end", name="operate_end_maintenance")
async def end_of_maintenance(at: At, maintenance: str) -> Response:
    if not await end_maintenance(at.monitor.database, plain(maintenance), at.hand):
        raise HTTPException(404, "There is no maintenance of that name that counts.")
    return at.back(PLACE, "ended")


@router.post("/freezes/{freeze}/end", name="operate_end_freeze")
async def end_of_freeze(at: At, freeze: str) -> Response:
    if not await end_freeze(at.monitor.database, plain(freeze), at.hand):
        raise HTTPException(404, "There is no freeze of that name that counts.")
    return at.back(PLACE, "ended")


async def _page(at: Office, told: Releases, form: Fields, faults: Mapping[str, str]) -> Response:
    every = shown(await all_planned(at.monitor), at.paper.now)
    freezes = await told.freezes()
    return at.drawn(
        "operate_planning.html",
        form=form,
        faults=faults,
        maintenance=tuple(one for one in every if one.state is not Turn.PAST),
        freezes=[one for one in freezes.items if one.rrule or one.ends_at > at.paper.now],
        templates=tuple(one for one in TEMPLATES if not one.phase),
    )
