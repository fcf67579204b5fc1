"""Subscriptions as JSON: asked for by anyone, kept by whoever holds their token."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query, Request, Response
from pydantic import Field

from monitor.desk.limits import network_of
from monitor.desk.subscribing import TooMany, paused, resumed
from monitor.domain.subscription import Channel, Subscription, SubscriptionState
from monitor.storage.page import BadCursor
from monitor.storage.queries import Queries
from web.context import Now, Watched
from web.routes.bodies import body_of, described
from web.routes.questions import Question
from web.routes.subscription_asked import Confirmation, SubscriptionAsked, SubscriptionChanged
from web.routes.wishes import edited, wanted_faults, wish_of
from web.security.owners import Desk, Owned, plain
from web.views.problem import Invalid, fault
from web.views.subscriptions import (
    DeliveryLog,
    LoggedDelivery,
    SecretView,
    Subscribed,
    SubscriptionPage,
    SubscriptionView,
    logged_delivery,
    masked_view,
    subscription_view,
)


async def unseen(response: Response) -> None:
    """Addresses and secrets are kept by nobody on the way."""
    response.headers["cache-control"] = "no-store"


router = APIRouter(tags=["subscriptions"], dependencies=[Depends(unseen)])

ONE = "/subscriptions/{subscription}"
NOT_AGAIN = "There is no such message of this subscription that can be sent again."
GONE = "This subscription has ended; subscribe anew."


class ListQuestion(Question):
    channel: Channel | None = None
    state: SubscriptionState | None = None
    cursor: Annotated[str, Field(max_length=200)] | None = None
    limit: Annotated[int, Field(ge=1, le=500)] = 100


class LogQuestion(Question):
    cursor: Annotated[str, Field(max_length=200)] | None = None
    limit: Annotated[int, Field(ge=1, le=500)] = 100


@router.get("/subscriptions", operation_id="listSubscriptions")
async def subscriptions(
    monitor: Watched, question: Annotated[ListQuestion, Query()]
) -> SubscriptionPage:
    """Every subscription, newest first. Addresses are masked."""
    async with monitor.database.read() as tx:
        try:
            page = await Queries(tx).subscriptions(
                channel=question.channel,
                state=question.state,
                cursor=question.cursor,
                limit=question.limit,
            )
        except BadCursor as bad:
            raise _bad_cursor() from bad
    return SubscriptionPage(items=tuple(map(masked_view, page.items)), next=page.next)


@router.post(
    "/subscriptions",
    operation_id="subscribe",
    status_code=202,
    response_model_exclude_none=True,
    openapi_extra=dict(described(SubscriptionAsked)),
)
async def subscribe(
    *,
    request: Request,
    monitor: Watched,
    at: Desk,
    now: Now,
    told: Annotated[SubscriptionAsked, Depends(body_of(SubscriptionAsked))],
) -> Subscribed:
    """Subscribe by mail or webhook. The owner of the address is asked to confirm it first.

    The answer is the same whether or not the address is known here.
    """
    wish = await wish_of(told, monitor)
    host = request.client.host if request.client else None
    try:
        opened = await at.ask(wish, network_of(host), now)
    except TooMany as many:
        raise too_many(many, now) from many
    return Subscribed(id=opened.id, secret=opened.secret, token=opened.token)


@router.get(ONE, operation_id="getSubscription")
async def subscription(one: Owned, _question: Annotated[Question, Query()]) -> SubscriptionView:
    """What was asked for, and how it is."""
    return subscription_view(one)


@router.patch(
    ONE, operation_id="changeSubscription", openapi_extra=dict(described(SubscriptionChanged))
)
async def change(
    *,
    monitor: Watched,
    at: Desk,
    now: Now,
    one: Owned,
    told: Annotated[SubscriptionChanged, Depends(body_of(SubscriptionChanged))],
) -> SubscriptionView:
    """Change the filter or the manner, pause or go on. What is left out stays."""
    if faults := [*wanted_faults(told, monitor.board.landscape)]:
        raise Invalid(faults)

    def edit(before: Subscription) -> Subscription:
        after = edited(before, told)
        match told.state:
            case "paused":
                return paused(after)
            case "active":
                return resumed(after)
            case None:
                return after

    changed = await at.change(one.id, now, edit)
    if changed is None:
        raise HTTPException(409, GONE)
    return subscription_view(changed)


@router.delete(ONE, operation_id="leaveSubscription", status_code=204)
async def leave(at: Desk, now: Now, one: Owned) -> Response:
    """Nothing more is sent. The address is erased 30 days later."""
    await at.leave(one.id, now)
    return Response(status_code=204)


@router.post(
    f"{ONE}/confirmation",
    operation_id="confirmSubscription",
    openapi_extra=dict(described(Confirmation)),
)
async def confirm(
    at: Desk,
    now: Now,
    subscription: str,
    told: Annotated[Confirmation, Depends(body_of(Confirmation))],
) -> SubscriptionView:
    """Activate a subscription by the code that was sent to its address. It works once."""
    confirmed = await at.confirm(plain(subscription), told.code, now)
    if confirmed is None:
        raise HTTPException(
            410, "This code confirms nothing: it is not whole, used already, or over 48 hours old."
        )
    return subscription_view(confirmed)


@router.post(f"{ONE}/secret-rotations", operation_id="rotateSecret", status_code=201)
async def rotate(at: Desk, now: Now, one: Owned) -> SecretView:
    """A new secret for the signatures; the one before is used beside it for 24 hours."""
    secret = await at.rotate(one.id, now)
    if secret is None:
        raise HTTPException(409, "Only a webhook that has not ended has a secret.")
    return SecretView(secret=secret)


@router.post(f"{ONE}/test-events", operation_id="sendTestEvent", status_code=202)
async def send_test(at: Desk, now: Now, one: Owned) -> LoggedDelivery:
    """Send a test; what becomes of it is in the deliveries."""
    try:
        owed = await at.test(one.id, now)
    except TooMany as many:
        raise too_many(many, now) from many
    if owed is None:
        raise HTTPException(409, "Only to an active subscription a test can be sent.")
    return logged_delivery(owed)


@router.get(f"{ONE}/deliveries", operation_id="listOwnDeliveries")
async def deliveries(
    monitor: Watched, one: Owned, question: Annotated[LogQuestion, Query()]
) -> DeliveryLog:
    """What was sent, newest first, and every attempt at it."""
    async with monitor.database.read() as tx:
        queries = Queries(tx)
        try:
            page = await queries.deliveries(
                subscription=one.id, cursor=question.cursor, limit=question.limit
            )
        except BadCursor as bad:
            raise _bad_cursor() from bad
        logs = await queries.logs([sent.id for sent in page.items])
    items = tuple(logged_delivery(sent, logs[sent.id]) for sent in page.items)
    return DeliveryLog(items=items, next=page.next)


@router.post(
    f"{ONE}/deliveries/{{delivery}}/redelivery", operation_id="repeatDelivery", status_code=202
)
async def repeat(at: Desk, now: Now, one: Owned, delivery: str) -> LoggedDelivery:
    """Send it once more under the same id, or now what waits for its next try."""
    try:
        again = await at.repeat(one.id, plain(delivery), now)
    except TooMany as many:
        raise too_many(many, now) from many
    if again is None:
        raise HTTPException(409, NOT_AGAIN)
    return logged_delivery(again)


def too_many(many: TooMany, now: datetime) -> HTTPException:
    seconds = max(1, int((many.again - now).total_seconds()) + 1)
    return HTTPException(429, "Too much was asked; try again later.", {"retry-after": str(seconds)})


def _bad_cursor() -> Invalid:
    return Invalid([fault("cursor", "cursor", "cursor must be the `next` of a list from here.")])
