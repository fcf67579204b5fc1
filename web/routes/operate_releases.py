"""Rollouts that are announced, and gates that are overridden."""

from collections.abc import Mapping
from secrets import token_urlsafe
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Response
from pydantic import BaseModel

from monitor.desk.asking import Written
from monitor.domain.life_cycle import destinations
from web.routes.announcing import announced
from web.routes.asked import OverrideAsked, RolloutAsked
from web.routes.bodies import modelled
from web.routes.forms import Fields
from web.routes.gates import overridden
from web.routes.office import EMPTY, GUARDED, HOME, At, Letter, Office, by_field, of_conflict
from web.routes.office_times import written
from web.routes.release_questions import RolloutsQuestion
from web.routes.releases import Releases, Told
from web.templating.gates import gate_path, waiting
from web.views.gate import GateView
from web.views.problem import Invalid, body_fault

ROLLOUTS = f"{HOME}/rollouts"
GATE = f"{HOME}/gate"
SHOWN = 50

rollouts = APIRouter(include_in_schema=False, prefix=ROLLOUTS, dependencies=[*GUARDED])
gate = APIRouter(include_in_schema=False, prefix=GATE, dependencies=[*GUARDED])


class GateChosen(BaseModel):
    """What a link may choose beforehand; what it gets wrong is told like the form's."""

    line: str = ""
    version: str = ""
    environment: str = "prod"

    @property
    def fields(self) -> Fields:
        return Fields([*self.model_dump().items()])


@rollouts.get("", name="operate_rollouts")
async def announcing(at: At, told: Told) -> Response:
    return await _rollouts(at, told, EMPTY, {})


@rollouts.post("", name="operate_announce")
async def announce(at: At, told: Told, fields: Letter) -> Response:
    times = {one: written(fields.one(f"planned-{one}")) for one in at.paper.environments}
    body = {
        "line": fields.one("line"),
        "version": fields.one("version"),
        "planned": {one: moment for one, moment in times.items() if moment},
        "releaseNotes": fields.one("releaseNotes") or None,
        "contentWipe": fields.one("contentWipe") == "yes",
    }
    try:
        asked = modelled(RolloutAsked, body)
        await announced(at.monitor, asked, fields.one("key"), at.hand)
    except Invalid as invalid:
        return await _rollouts(at, told, fields, by_field(invalid.faults))
    except HTTPException as conflict:
        return await _rollouts(at, told, fields, of_conflict(conflict))
    return at.back(ROLLOUTS, "announced")


@gate.get("", name="operate_gate")
async def overriding(at: At, told: Told, question: Annotated[GateChosen, Query()]) -> Response:
    return await _gate(at, told, question.fields, {})


@gate.post("", name="operate_override")
async def override(at: At, told: Told, fields: Letter) -> Response:
    body = {"environment": fields.one("environment"), "reason": fields.one("reason")}
    version = fields.one("version")
    try:
        _named(fields)
        asked = modelled(OverrideAsked, body)
        question = Written(fields.one("line"), version, asked.environment)
        await overridden(at.monitor, question, asked.reason, at.hand)
    except Invalid as invalid:
        return await _gate(at, told, fields, by_field(invalid.faults))
    return at.back(GATE, "overridden")


async def _rollouts(
    at: Office, told: Releases, form: Fields, faults: Mapping[str, str]
) -> Response:
    view = await told.rollouts(RolloutsQuestion(state="open", limit=SHOWN))
    return at.drawn(
        "operate_rollouts.html",
        form=form,
        faults=faults,
        view=view,
        key=form.one("key") or token_urlsafe(18),
    )


async def _gate(at: Office, told: Releases, form: Fields, faults: Mapping[str, str]) -> Response:
    goals = tuple(one for one in at.paper.environments if one in destinations(at.paper.landscape))
    found = await told.rollouts(RolloutsQuestion(state="open", limit=SHOWN))
    answer = None if faults else await _computed(told, form)
    return at.drawn(
        "operate_gate.html",
        form=form,
        faults=faults,
        goals=goals,
        waiting=waiting(found.items, goals),
        answer=answer,
        href=_href(form) if answer else None,
    )


def _named(fields: Fields) -> None:
    """In the API the address names these."""
    if missing := [one for one in ("line", "version") if not fields.one(one)]:
        raise Invalid([body_fault(f"/{one}", "missing", "is needed.") for one in missing])


async def _computed(told: Releases, form: Fields) -> GateView | None:
    """What the criteria come to, for who has chosen what to override; None before."""
    interface, _, line = form.one("line").partition("/")
    if not (line and form.one("version")):
        return None
    try:
        return await told.gate(interface, line, form.one("version"), form.one("environment"))
    except Invalid:
        return None


def _href(form: Fields) -> str:
    interface, _, line = form.one("line").partition("/")
    return gate_path(interface, line, form.one("version"), form.one("environment"))
