"""Takes what outside parties saw where we cannot ask ourselves."""

import asyncio
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException

from checks.clean import clean
from checks.outcome import ABSENT, UNREADABLE, Outcome, OutcomeClass, Reading, ReadingKind
from monitor.bootstrap import Monitor
from monitor.domain.landscape import Landscape, Probe, TargetId
from monitor.domain.observation import Observation
from monitor.storage.queries import Queries
from web.context import Now, Watched
from web.routes.asked import ReportAsked
from web.routes.bodies import body_of, described
from web.routes.questions import line_of
from web.security.permits import Permitted
from web.views.history import ObservationView, observation_view
from web.views.problem import Fault, Invalid, body_fault

router = APIRouter(tags=["history"])

CLOCKS_DIFFER = timedelta(minutes=1)
LATE = timedelta(days=7)
"""A report that comes later than that moves nothing, and is more likely a mistake."""
PATIENCE = 10.0
"""Seconds until a report is recorded; the intake goes on trying after that."""


@router.post(
    "/observations",
    operation_id="reportObservation",
    status_code=201,
    openapi_extra=dict(described(ReportAsked)),
)
async def report(
    monitor: Watched,
    now: Now,
    who: Permitted,
    told: Annotated[ReportAsked, Depends(body_of(ReportAsked))],
) -> ObservationView:
    """Report what was seen, for a check of the kind `reported`.

    The answer comes when it is recorded. The same report again is answered alike; another
    report of the same moment is refused (409).
    """
    probes = _probes(monitor.board.landscape, told)
    if faults := [*_name_faults(monitor.board.landscape, told, probes), *_faults(told, now)]:
        raise Invalid(faults)
    probe = probes[told.check] if told.check else next(iter(probes.values()))
    seen = Observation(probe.id, told.at, told.at, _outcome(told, who.name))
    if monitor.keep is None:
        raise HTTPException(503, "Nothing is recorded here just now; try again soon.")
    try:
        async with asyncio.timeout(PATIENCE):
            recorded = await monitor.keep(seen)
    except TimeoutError:
        recorded = False
    if not recorded:
        raise HTTPException(503, "The report is not recorded yet; send the same again soon.")
    return observation_view(await _as_recorded(monitor, seen))


async def _as_recorded(monitor: Monitor, seen: Observation) -> Observation:
    target = seen.check.target
    async with monitor.database.read() as tx:
        page = await Queries(tx).observations(
            target.line,
            target.environment,
            since=seen.slot,
            until=seen.slot + timedelta(microseconds=1),
        )
    found = next((one for one in page.items if one.check == seen.check), seen)
    known, new = found.outcome, seen.outcome
    if (known.outcome_class, known.reading) != (new.outcome_class, new.reading):
        raise HTTPException(409, "Of this moment something else was reported before.")
    return found


def _outcome(told: ReportAsked, by: str) -> Outcome:
    return Outcome(
        outcome_class=told.outcome_class,
        reason=clean(told.reason),
        reading=_reading(told),
        evidence={"reportedBy": clean(by)},
    )


def _reading(told: ReportAsked) -> Reading:
    match told.outcome_class:
        case OutcomeClass.OK:
            return Reading(ReadingKind.SERVED, told.version)
        case OutcomeClass.NOT_SERVED:
            return ABSENT
        case _:
            return UNREADABLE


def _probes(landscape: Landscape, told: ReportAsked) -> Mapping[str, Probe]:
    """The checks of the target that others report, by name."""
    line = line_of(told.line)
    plan = landscape.targets.get(TargetId(line, told.environment)) if line else None
    return {one.id.name: one for one in plan.probes if not one.asked} if plan else {}


def _name_faults(
    landscape: Landscape, told: ReportAsked, probes: Mapping[str, Probe]
) -> Iterable[Fault]:
    if not probes:
        known = sorted({str(id_.target) for id_, one in landscape.probes.items() if not one.asked})
        cure = f"there are {', '.join(known)}" if known else "the catalogue has none"
        detail = f"with this environment is no target of which others report; {cure}."
        yield body_fault("/line", "unknown", detail)
    elif told.check not in probes and (told.check or len(probes) > 1):
        detail = f"names no check that others report; there are {', '.join(probes)}."
        yield body_fault("/check", "unknown", detail)


def _faults(told: ReportAsked, now: datetime) -> Iterable[Fault]:
    if told.at > now + CLOCKS_DIFFER:
        yield body_fault("/at", "future", "is yet to come; is your clock right?")
    if told.at < now - LATE:
        yield body_fault("/at", "late", f"is longer ago than {LATE.days} days.")
    if told.version and told.outcome_class is not OutcomeClass.OK:
        yield body_fault("/version", "unexpected", "is only for the class ok.")
