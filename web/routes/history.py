"""What was answered, seen and reached, as JSON."""

from typing import Annotated

from fastapi import APIRouter, Query

from monitor.domain.landscape import Landscape, LineId, TargetId
from monitor.storage.page import BadCursor
from monitor.storage.queries import Queries
from web.context import Now, Watched
from web.routes.questions import (
    ObservationsQuestion,
    SightingsQuestion,
    UptimeQuestion,
    line_of,
    name_faults,
)
from web.views.history import ObservationPage, SightingPage, observation_view, sighting_view
from web.views.problem import Fault, Invalid, fault
from web.views.uptime import UptimeView, uptime_view

router = APIRouter(tags=["history"])


@router.get("/observations", operation_id="listObservations")
async def observations(
    monitor: Watched, question: Annotated[ObservationsQuestion, Query()]
) -> ObservationPage:
    """Single answers, newest first; also of what has left the catalogue."""
    line, faults = _line_asked(question, monitor.board.landscape)
    async with monitor.database.read() as tx:
        try:
            page = await Queries(tx).observations(
                line,
                question.environment,
                since=question.since,
                until=question.until,
                cursor=question.cursor,
                limit=question.limit,
            )
        except BadCursor as bad:
            raise Invalid([*faults, fault("cursor", "unknown", f"cursor: {bad}.")]) from bad
    if faults and not page.items:
        raise Invalid(faults)
    return ObservationPage(items=tuple(map(observation_view, page.items)), next=page.next)


@router.get("/sightings", operation_id="listSightings")
async def sightings(
    monitor: Watched, question: Annotated[SightingsQuestion, Query()]
) -> SightingPage:
    """Versions over time, with the interval in which each arrived; newest first."""
    line, faults = _line_asked(question, monitor.board.landscape)
    async with monitor.database.read() as tx:
        found = await Queries(tx).sightings(line, question.environment)
    if faults and not found:
        raise Invalid(faults)
    return SightingPage(items=tuple(sighting_view(*one) for one in found))


@router.get("/uptime", operation_id="getUptime")
async def uptime(
    monitor: Watched, now: Now, question: Annotated[UptimeQuestion, Query()]
) -> UptimeView:
    """Per day of Europe/Amsterdam and in total: which part of the time it was how."""
    landscape = monitor.board.landscape
    faults = tuple(name_faults(question.model_dump(), landscape))
    line = line_of(question.line)
    if line is None:
        raise Invalid(faults)
    target = TargetId(line, question.environment)
    since = now - question.span
    async with monitor.database.read() as tx:
        told = await Queries(tx).uptime(target, since, now, landscape.targets.get(target))
    if faults and not told.total.probes:
        raise Invalid(faults)
    return uptime_view(target, since, now, told)


def _line_asked(
    question: SightingsQuestion, landscape: Landscape
) -> tuple[LineId | None, tuple[Fault, ...]]:
    """The line, if one is asked for, and the names that the catalogue does not know.

    What has left the catalogue can be asked for all the same. Invalid: it never was a line.
    """
    faults = tuple(name_faults(question.model_dump(), landscape))
    line = line_of(question.line)
    if question.line and line is None:
        raise Invalid(faults)
    return line, faults
