"""The raw answers of a target's checks, and asking them once more, now."""

import asyncio
from datetime import timedelta
from typing import Any

from fastapi import APIRouter, Response

from monitor.bootstrap import Monitor
from monitor.desk.limits import Limit, is_within
from monitor.domain.audit import ActKind
from monitor.domain.landscape import CheckId, TargetId, TargetPlan
from monitor.domain.names import HERE
from monitor.storage.ledger import Ledger
from monitor.storage.queries import Queries
from web.routes.office import GUARDED, HOME, At, Letter, Office
from web.templating.choices import Option
from web.views.history import observation_view
from web.views.operate import Answer, answer_view
from web.views.titles import Titles

PLACE = f"{HOME}/checks"

router = APIRouter(include_in_schema=False, prefix=PLACE, dependencies=[*GUARDED])

SHOWN = 50
ON_DEMAND = Limit("checks on demand of a target", 6, timedelta(minutes=1))
"""Together with its plan that is still little for any server."""


@router.get("", name="operate_checks")
async def page(at: At, target: str = "") -> Response:
    plan = _plan(at, target)
    return await _page(at, plan, unknown=bool(target) and plan is None)


@router.post("", name="operate_ask")
async def ask(at: At, fields: Letter) -> Response:
    """Ask every check of a target once, from here. It is shown; nothing concludes from it."""
    plan = _plan(at, fields.one("target"))
    if plan is None:
        return await _page(at, None, unknown=True)
    async with at.monitor.database.begin() as tx:
        ledger = Ledger(tx)
        allowed = await is_within(ledger, at.who.derived, ON_DEMAND, str(plan.id), at.paper.now)
        if allowed:
            await ledger.act(at.hand.did(ActKind.CHECKS_ASKED, str(plan.id)))
    if not allowed:
        return await _page(at, plan, many=True)
    answers = await asyncio.gather(*(_asked(at.monitor, one) for one in _once(plan, at)))
    return await _page(at, plan, answers=tuple(one for one in answers if one))


async def _page(at: Office, plan: TargetPlan | None, **facts: Any) -> Response:
    titles = Titles(at.paper.landscape, at.paper.language)
    targets = tuple(
        Option(str(one), f"{titles.of_line(one.line)} \N{MIDDLE DOT} {one.environment.upper()}")
        for one in at.paper.landscape.targets
    )
    latest = []
    if plan:
        async with at.monitor.database.read() as tx:
            latest = await Queries(tx).latest(plan.id, SHOWN)
    told = {"answers": None, "many": False, "unknown": False, **facts}
    return at.drawn(
        "operate_checks.html",
        faults={"target": "is not in the catalogue."} if told["unknown"] else {},
        targets=targets,
        target=str(plan.id) if plan else "",
        plan=plan,
        latest=tuple(map(observation_view, latest)),
        **{name: fact for name, fact in told.items() if name != "unknown"},
    )


def _plan(at: Office, text: str) -> TargetPlan | None:
    try:
        return at.paper.landscape.targets.get(TargetId.parse(text))
    except ValueError:
        return None


def _once(plan: TargetPlan, at: Office) -> tuple[CheckId, ...]:
    """Each check that can be asked, once: as from here, where the catalogue says so."""
    here = (HERE, at.monitor.settings.location)
    found: dict[str, CheckId] = {}
    for probe in plan.probes:
        if probe.asked and (probe.id.check not in found or probe.location in here):
            found[probe.id.check] = probe.id
    return tuple(found.values())


async def _asked(monitor: Monitor, check: CheckId) -> Answer | None:
    """None: the catalogue that is in force asks it no more."""
    if monitor.ask is None:
        return None
    try:
        return answer_view(check, await monitor.ask(check))
    except KeyError:
        return None
