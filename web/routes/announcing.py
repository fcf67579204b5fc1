"""What pipelines and release managers tell us of rollouts."""

from typing import Annotated

from fastapi import APIRouter, Depends, Header, HTTPException, Response

from monitor.bootstrap import Monitor
from monitor.desk.announcing import Told, announce_rollout
from monitor.desk.hand import Hand
from monitor.domain.journey import RolloutError
from monitor.domain.landscape import Landscape, LineId
from monitor.domain.rollout import Rollout
from monitor.storage.deeds import KeyReused
from web.context import Now, Tongue, Watched
from web.routes.asked import RolloutAsked
from web.routes.bodies import body_of, described
from web.routes.questions import line_of
from web.security.permits import Permitted
from web.views.problem import Fault, Invalid, body_fault, header_fault
from web.views.rollouts import RolloutView, rollout_view
from web.views.titles import Titles

router = APIRouter()

LONGEST_KEY = 255
PREFIX = "/api/v1"

Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        description="Given by you: the same key with the same body is one announcement",
    ),
]


async def announced(monitor: Monitor, told: RolloutAsked, key: str | None, hand: Hand) -> Rollout:
    """HTTPException 409: the key was used before for something else."""
    landscape = monitor.board.landscape
    line = line_of(told.line)
    faults = [*_key_faults(key), *_rollout_faults(told, line, landscape)]
    if faults or line is None:
        raise Invalid(faults)
    announcing = Told(
        line=line,
        version=told.version,
        key=key or "",
        planned=told.planned,
        release_notes=told.release_notes,
        content_wipe=told.content_wipe,
    )
    try:
        return await announce_rollout(monitor.database, landscape, announcing, hand)
    except KeyReused as reused:
        raise HTTPException(409, f"{str(reused)[:1].upper()}{str(reused)[1:]}.") from reused
    except RolloutError as error:
        raise Invalid([body_fault("/version", "rollout", f": {error}.")]) from error


@router.post(
    "/rollouts",
    operation_id="announceRollout",
    tags=["rollouts"],
    status_code=201,
    openapi_extra=dict(described(RolloutAsked)),
)
async def announce(
    *,
    monitor: Watched,
    now: Now,
    language: Tongue,
    response: Response,
    who: Permitted,
    told: Annotated[RolloutAsked, Depends(body_of(RolloutAsked))],
    key: Key = None,
) -> RolloutView:
    """Announce a version on its way; an inferred rollout of the same version is adopted.

    The same `Idempotency-Key` with another body is refused (409).
    """
    rollout = await announced(monitor, told, key, who.hand(now))
    response.headers["location"] = f"{PREFIX}/rollouts/{rollout.id}"
    return rollout_view(rollout, Titles(monitor.board.landscape, language))


def _rollout_faults(told: RolloutAsked, line: LineId | None, landscape: Landscape) -> list[Fault]:
    faults = []
    if line not in landscape.lines:
        faults.append(body_fault("/line", "unknown", "is no line of the catalogue."))
    known = [one.id for one in landscape.environments]
    for environment in told.planned:
        if environment not in known:
            detail = f"is no environment; there are {', '.join(known)}."
            faults.append(body_fault(f"/planned/{environment}", "unknown", detail))
    return faults


def _key_faults(key: str | None) -> list[Fault]:
    name = "Idempotency-Key"
    if not key:
        detail = f"{name} is needed: a key of your own, a new one for every announcement."
        return [header_fault(name, "missing", detail)]
    if len(key) > LONGEST_KEY or not (key.isascii() and key.isprintable()):
        detail = f"{name} must be at most {LONGEST_KEY} ASCII characters."
        return [header_fault(name, "value", detail)]
    return []
