"""Maintenance that is planned, as JSON."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query, Response

from monitor.bootstrap import Monitor
from monitor.desk.hand import Hand
from monitor.desk.maintaining import (
    change_maintenance,
    end_maintenance,
    new_maintenance_id,
    plan_maintenance,
)
from monitor.domain.landscape import Landscape
from monitor.domain.maintenance import Maintenance
from monitor.domain.window import WindowError
from monitor.storage.queries import Queries
from web.context import Now, Watched
from web.routes.about import reach_of
from web.routes.asked import MaintenanceAsked, MaintenanceChanged
from web.routes.bodies import body_of, described
from web.routes.questions import Question
from web.security.permits import Permitted
from web.views.maintenance import MaintenancePage, MaintenanceView, maintenance_view, shown
from web.views.problem import Invalid, body_fault

router = APIRouter(tags=["maintenance"])

PATH = "/maintenance-windows"
PREFIX = "/api/v1"
NONE = "There is no maintenance of that name that counts; ask /maintenance-windows."


async def all_planned(monitor: Monitor) -> list[Maintenance]:
    async with monitor.database.read() as tx:
        return await Queries(tx).maintenance()


async def planned(monitor: Monitor, told: MaintenanceAsked, hand: Hand) -> Maintenance:
    landscape = monitor.board.landscape
    about = reach_of(told.environments, told.interfaces, told.lines, landscape)
    meant = Maintenance(
        id=new_maintenance_id(),
        starts_at=told.starts_at,
        ends_at=told.ends_at,
        reason=told.reason,
        rrule=told.rrule,
        timezone=told.timezone,
        environments=about.environments,
        interfaces=about.interfaces,
        lines=about.lines,
    )
    try:
        return await plan_maintenance(monitor.database, meant, hand)
    except WindowError as error:
        raise _unmeant(error) from error


@router.get(PATH, operation_id="listMaintenance")
async def listed(
    monitor: Watched, now: Now, _question: Annotated[Question, Query()]
) -> MaintenancePage:
    """What is on first, then what comes, the soonest first, then what was."""
    return MaintenancePage(items=shown(await all_planned(monitor), now))


@router.get(f"{PATH}/{{maintenance}}", operation_id="getMaintenance")
async def one(
    monitor: Watched, now: Now, maintenance: str, _question: Annotated[Question, Query()]
) -> MaintenanceView:
    """One of them; withdrawn ones too."""
    return maintenance_view(await _known(monitor, maintenance), now)


@router.post(
    PATH,
    operation_id="planMaintenance",
    status_code=201,
    openapi_extra=dict(described(MaintenanceAsked)),
)
async def plan(
    *,
    monitor: Watched,
    now: Now,
    who: Permitted,
    response: Response,
    told: Annotated[MaintenanceAsked, Depends(body_of(MaintenanceAsked))],
) -> MaintenanceView:
    """Plan maintenance: what it covers opens no outage, and counts for no uptime."""
    kept = await planned(monitor, told, who.hand(now))
    response.headers["location"] = f"{PREFIX}{PATH}/{kept.id}"
    return maintenance_view(kept, now)


@router.patch(
    f"{PATH}/{{maintenance}}",
    operation_id="changeMaintenance",
    openapi_extra=dict(described(MaintenanceChanged)),
)
async def change(
    *,
    monitor: Watched,
    now: Now,
    who: Permitted,
    maintenance: str,
    told: Annotated[MaintenanceChanged, Depends(body_of(MaintenanceChanged))],
) -> MaintenanceView:
    """Plan it otherwise: what is left out stays as it is."""
    before = await _known(monitor, maintenance)
    try:
        after = _after(before, told, monitor.board.landscape)
        kept = await change_maintenance(monitor.database, after, who.hand(now))
    except WindowError as error:
        raise _unmeant(error) from error
    if kept is None:
        raise HTTPException(404, NONE)
    return maintenance_view(kept, now)


@router.delete(f"{PATH}/{{maintenance}}", operation_id="endMaintenance", status_code=204)
async def end(monitor: Watched, now: Now, who: Permitted, maintenance: str) -> Response:
    """From now on it covers nothing: it ends, or never starts. The record keeps that it did."""
    if not await end_maintenance(monitor.database, _sent(maintenance), who.hand(now)):
        raise HTTPException(404, NONE)
    return Response(status_code=204)


def _after(before: Maintenance, told: MaintenanceChanged, landscape: Landscape) -> Maintenance:
    about = reach_of(
        before.environments if told.environments is None else told.environments,
        before.interfaces if told.interfaces is None else told.interfaces,
        map(str, before.lines) if told.lines is None else told.lines,
        landscape,
    )
    return replace(
        before,
        starts_at=told.starts_at or before.starts_at,
        ends_at=told.ends_at or before.ends_at,
        rrule=told.rrule if "rrule" in told.model_fields_set else before.rrule,
        timezone=told.timezone or before.timezone,
        reason=told.reason or before.reason,
        environments=about.environments,
        interfaces=about.interfaces,
        lines=about.lines,
    )


async def _known(monitor: Monitor, id_: str) -> Maintenance:
    found = next((one for one in await all_planned(monitor) if one.id == id_), None)
    if found is None:
        raise HTTPException(404, NONE)
    return found


def _sent(id_: str) -> str:
    """PostgreSQL takes no NUL in a text."""
    return id_.replace("\0", "\N{REPLACEMENT CHARACTER}")


def _unmeant(error: WindowError) -> Invalid:
    return Invalid([body_fault("", "maintenance", f"{str(error)[:1].upper()}{str(error)[1:]}.")])
