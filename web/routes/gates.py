"""The gate as JSON, its signed evidence, and the record of order."""

import csv
from io import StringIO
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Query, Request, Response

from monitor.bootstrap import Monitor
from monitor.desk.asking import Answered, Written
from monitor.desk.document import ISSUER
from monitor.desk.hand import Hand
from monitor.desk.overriding import override_gate
from monitor.desk.signing import TYPE, Signer
from monitor.domain.gate import GateQuestionError
from web.context import Now, Tongue, Watched
from web.routes.asked import OverrideAsked
from web.routes.bodies import body_of, described
from web.routes.questions import Question
from web.routes.release_questions import GateAsked, OrderRecordQuestion
from web.routes.releases import Told, misasked_gate
from web.security.permits import Permitted
from web.views.gate import GateView, KeySetView, gate_view
from web.views.order_record import OrderEntryView, OrderRecordView
from web.views.problem import BodyLocation
from web.views.titles import Titles

router = APIRouter(tags=["gates"])

GATE = "/gates/{interface}/{line}/{version}"
EVIDENCE = f"application/{TYPE}"
CSV = "text/csv"
_IN_BODY = BodyLocation(pointer="/environment")


async def overridden(monitor: Monitor, written: Written, reason: str, hand: Hand) -> Answered:
    landscape = monitor.board.landscape
    try:
        return await override_gate(monitor.database, landscape, written, reason, hand)
    except GateQuestionError as error:
        raise misasked_gate(error, environment_at=_IN_BODY) from error


@router.get(GATE, operation_id="getGate")
async def gate(
    told: Told,
    interface: str,
    line: str,
    version: str,
    question: Annotated[GateAsked, Query()],
) -> GateView:
    """Whether a version may go to an environment, by six criteria, each with its evidence."""
    return await told.gate(interface, line, version, question.environment)


@router.get(
    f"{GATE}/evidence",
    operation_id="getGateEvidence",
    response_class=Response,
    responses={200: {"content": {EVIDENCE: {"schema": {"type": "string"}}}}},
)
async def evidence(
    *,
    told: Told,
    monitor: Watched,
    interface: str,
    line: str,
    version: str,
    question: Annotated[GateAsked, Query()],
) -> Response:
    """The same answer as a signed document: a compact JWS (Ed25519), to be verified off line.

    The key is served at `/keys`; `ketenwacht gate verify FILE --key keys.json` does the rest.
    """
    signer = _signer(monitor)
    view = await told.gate(interface, line, version, question.environment)
    document = {ISSUER: monitor.settings.address, **view.model_dump(mode="json")}
    name = f"gate-{interface}-{line}-{version}-{question.environment}.jws"
    plain = "".join(one if one.isalnum() or one in "-._" else "_" for one in name)
    headers = {"content-disposition": f'attachment; filename="{plain}"'}
    return Response(signer.sign(document), headers=headers, media_type=EVIDENCE)


@router.post(
    f"{GATE}/overrides",
    operation_id="overrideGate",
    status_code=201,
    openapi_extra=dict(described(OverrideAsked)),
)
async def override(
    *,
    monitor: Watched,
    now: Now,
    language: Tongue,
    who: Permitted,
    interface: str,
    line: str,
    version: str,
    asked: Annotated[OverrideAsked, Depends(body_of(OverrideAsked))],
) -> GateView:
    """Record that a version goes all the same, or not; the computed answer stays what it is."""
    written = Written(f"{interface}/{line}", version, asked.environment)
    answered = await overridden(monitor, written, asked.reason, who.hand(now))
    return gate_view(answered, Titles(monitor.board.landscape, language))


@router.get("/keys", operation_id="listKeys")
async def keys(monitor: Watched, _question: Annotated[Question, Query()]) -> KeySetView:
    """The public keys of what we sign, as a JWK Set (RFC 7517)."""
    held = monitor.signer.every_public if monitor.signer else ()
    return KeySetView.model_validate({"keys": held})


@router.get(
    "/order-record",
    operation_id="getOrderRecord",
    response_model=OrderRecordView,
    responses={200: {"content": {CSV: {"schema": {"type": "string"}}}}},
)
async def order_record(
    request: Request, told: Told, question: Annotated[OrderRecordQuestion, Query()]
) -> Any:
    """Per version ever settled on PROD: whether LTO had it first, and by how long.

    With `Accept: text/csv` as a table for a spreadsheet.
    """
    view = await told.order_record(question)
    if _prefers_csv(request.headers.get("accept", "")):
        headers = {"content-disposition": 'attachment; filename="order-record.csv"'}
        return Response(as_csv(view), headers=headers, media_type=CSV)
    return view


def as_csv(view: OrderRecordView) -> str:
    """RFC 4180, with names as in the JSON. A text can be no formula to a spreadsheet."""
    table = StringIO()
    fields = OrderEntryView.model_fields.values()
    writer = csv.writer(table, lineterminator="\r\n")
    writer.writerow([field.alias for field in fields])
    for item in view.items:
        told = item.model_dump(mode="json", by_alias=True)
        writer.writerow([_cell(told[field.alias or ""]) for field in fields])
    return table.getvalue()


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(("=", "+", "@", "\t", "\r")) else text


def _prefers_csv(accept: str) -> bool:
    """Whether text/csv is named, and JSON is not named before it."""
    names = [part.partition(";")[0].strip().lower() for part in accept.split(",")]
    wanted = [name for name in names if name in {CSV, "application/json"}]
    return bool(wanted) and wanted[0] == CSV


def _signer(monitor: Monitor) -> Signer:
    if monitor.signer is None:
        raise HTTPException(503, "Nothing is signed here: KETENWACHT_SIGNING_KEY is not set.")
    return monitor.signer
