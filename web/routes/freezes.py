"""Times in which nothing may be rolled out, as JSON."""

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query, Response

from monitor.bootstrap import Monitor
from monitor.desk.freezing import end_freeze, new_freeze_id, plan_freeze, strangers
from monitor.desk.hand import Hand
from monitor.domain.freeze import Freeze, FreezeError
from web.context import Now, Watched
from web.routes.asked import FreezeAsked
from web.routes.bodies import body_of, described
from web.routes.questions import Question, line_of
from web.routes.releases import Told
from web.security.permits import Permitted
from web.views.freezes import FreezePage, FreezeView, freeze_view
from web.views.problem import Invalid, body_fault

router = APIRouter()


async def frozen(monitor: Monitor, told: FreezeAsked, hand: Hand) -> Freeze:
    freeze = _freeze(told)
    if unknown := strangers(freeze, monitor.board.landscape):
        detail = f"The catalogue does not know {', '.join(unknown)[:200]}."
        raise Invalid([body_fault("", "unknown", detail)])
    try:
        return await plan_freeze(monitor.database, freeze, hand)
    except FreezeError as error:
        text = f"{str(error)[:1].upper()}{str(error)[1:]}."
        raise Invalid([body_fault("", "freeze", text)]) from error


@router.get("/freezes", operation_id="listFreezes", tags=["freezes"])
async def freezes(told: Told, _question: Annotated[Question, Query()]) -> FreezePage:
    """When nothing may be rolled out, by when it starts."""
    return await told.freezes()


@router.post(
    "/freezes",
    operation_id="planFreeze",
    tags=["freezes"],
    status_code=201,
    openapi_extra=dict(described(FreezeAsked)),
)
async def plan(
    monitor: Watched,
    now: Now,
    who: Permitted,
    told: Annotated[FreezeAsked, Depends(body_of(FreezeAsked))],
) -> FreezeView:
    """Plan a freeze: the gate is closed while it covers now."""
    return freeze_view(await frozen(monitor, told, who.hand(now)), now)


@router.delete("/freezes/{freeze}", operation_id="endFreeze", tags=["freezes"], status_code=204)
async def end(monitor: Watched, now: Now, who: Permitted, freeze: str) -> Response:
    """From now on the freeze counts no more; the record keeps that it did."""
    if not await end_freeze(monitor.database, freeze, who.hand(now)):
        raise HTTPException(404, "There is no freeze of that name; ask /freezes.")
    return Response(status_code=204)


def _freeze(told: FreezeAsked) -> Freeze:
    lines = [(text, line_of(text)) for text in told.lines]
    if wrong := [text for text, line in lines if line is None]:
        detail = f"names no lines: {', '.join(wrong)[:200]}; write presenteren/v8."
        raise Invalid([body_fault("/lines", "unknown", detail)])
    return Freeze(
        id=new_freeze_id(),
        starts_at=told.starts_at,
        ends_at=told.ends_at,
        reason=told.reason,
        rrule=told.rrule,
        timezone=told.timezone,
        environments=told.environments,
        interfaces=told.interfaces,
        lines=tuple(line for _, line in lines if line),
    )
