"""What is owed to subscribers and what became of it, as JSON, for who keeps this running."""

from typing import Annotated

from fastapi import APIRouter, HTTPException, Query
from pydantic import Field

from monitor.desk.redelivering import NotSendable, send_again
from monitor.domain.delivery import DeliveryState
from monitor.storage.page import BadCursor
from monitor.storage.queries import Queries
from web.context import Now, Watched
from web.routes.questions import Question
from web.security.owners import plain
from web.security.permits import Permitted
from web.views.deliveries import (
    DeliveryDetail,
    DeliveryPage,
    DeliveryView,
    delivery_detail,
    delivery_view,
)
from web.views.problem import Invalid, fault

router = APIRouter(tags=["deliveries"])

UNKNOWN = "There is no delivery of that name; ask /deliveries."


class DeliveriesQuestion(Question):
    subscription: Annotated[str, Field(min_length=1, max_length=100)] | None = None
    state: DeliveryState | None = None
    cursor: Annotated[str, Field(max_length=200)] | None = None
    limit: Annotated[int, Field(ge=1, le=500)] = 100


@router.get("/deliveries", operation_id="listDeliveries")
async def deliveries(
    monitor: Watched, question: Annotated[DeliveriesQuestion, Query()]
) -> DeliveryPage:
    """What is owed and what was sent, newest first."""
    async with monitor.database.read() as tx:
        try:
            page = await Queries(tx).deliveries(
                subscription=question.subscription,
                state=question.state,
                cursor=question.cursor,
                limit=question.limit,
            )
        except BadCursor as bad:
            raise Invalid([fault("cursor", "unknown", f"cursor: {bad}.")]) from bad
    return DeliveryPage(items=tuple(map(delivery_view, page.items)), next=page.next)


@router.get("/deliveries/{delivery}", operation_id="getDelivery")
async def delivery(
    monitor: Watched, delivery: str, _question: Annotated[Question, Query()]
) -> DeliveryDetail:
    """One delivery, with every attempt."""
    async with monitor.database.read() as tx:
        queries = Queries(tx)
        found = await queries.delivery(plain(delivery))
        attempts = await queries.attempts(found.id) if found else []
    if found is None:
        raise HTTPException(404, UNKNOWN)
    return delivery_detail(found, attempts)


@router.post("/deliveries/{delivery}/redelivery", operation_id="redeliver", status_code=202)
async def redelivery(monitor: Watched, now: Now, who: Permitted, delivery: str) -> DeliveryView:
    """Send it once more under the same id, whatever became of it. The record tells who asked."""
    try:
        again = await send_again(monitor.database, plain(delivery), who.hand(now))
    except NotSendable as error:
        raise HTTPException(409, f"It cannot be sent: {error}.") from error
    if again is None:
        raise HTTPException(404, UNKNOWN)
    return delivery_view(again)
