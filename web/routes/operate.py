"""What wants attention, and what operators alone may look at."""

from fastapi import APIRouter, HTTPException, Response

from monitor.desk.redelivering import NotSendable, send_again
from monitor.domain.delivery import DeliveryState
from monitor.domain.subscription import SubscriptionState
from monitor.domain.token import Scope
from monitor.storage.page import BadCursor
from monitor.storage.queries import Queries
from web.routes.incidents import known_incidents
from web.routes.office import GUARDED, HOME, At
from web.routes.release_questions import RolloutsQuestion
from web.routes.releases import Told
from web.security.owners import plain
from web.templating.gates import waiting
from web.views.deliveries import delivery_view
from web.views.operate import act_view, attention
from web.views.problem import Invalid, fault
from web.views.subscriptions import masked_view
from web.views.titles import Titles

router = APIRouter(include_in_schema=False, prefix=HOME, dependencies=[*GUARDED])

SHOWN = 50
ACTS = 200


@router.get("", name="operate_home")
async def home(at: At, told: Told) -> Response:
    monitor, now = at.monitor, at.paper.now
    language = at.paper.language
    found = await known_incidents(monitor, language, now, open_only=True)
    async with monitor.database.read() as tx:
        queries = Queries(tx)
        dead = await queries.deliveries(state=DeliveryState.DEAD, limit=SHOWN)
        active = await queries.subscriptions(state=SubscriptionState.ACTIVE, limit=500)
    rollouts = await told.rollouts(RolloutsQuestion(state="open", limit=SHOWN))
    goals = tuple(one.id for one in at.paper.landscape.environments[1:])
    view = attention(
        monitor.board,
        found.items,
        Titles(at.paper.landscape, language),
        now,
        dead=len(dead.items),
        many_dead=dead.next is not None,
        failing=sum(one.failing_since is not None for one in active.items),
    )
    return at.drawn(
        "operate.html",
        view=view,
        waiting=waiting(rollouts.items, goals) if at.may(Scope.GATES_OVERRIDE) else (),
    )


@router.get("/deliveries", name="operate_deliveries")
async def deliveries(at: At, state: str = "dead", cursor: str | None = None) -> Response:
    """Those that died, unless others are asked for."""
    wanted = next((one for one in DeliveryState if one == state), None)
    async with at.monitor.database.read() as tx:
        try:
            page = await Queries(tx).deliveries(
                state=wanted, cursor=(cursor or "")[:200] or None, limit=SHOWN
            )
        except BadCursor as bad:
            raise Invalid([fault("cursor", "unknown", f"cursor: {bad}.")]) from bad
    return at.drawn(
        "operate_deliveries.html",
        items=tuple(map(delivery_view, page.items)),
        following=page.next,
        state=wanted.value if wanted else "",
        states=tuple(DeliveryState),
    )


@router.post("/deliveries/{delivery}/redelivery", name="operate_send_again")
async def redelivery(at: At, delivery: str) -> Response:
    try:
        again = await send_again(at.monitor.database, plain(delivery), at.hand)
    except NotSendable:
        return at.back(f"{HOME}/deliveries", "unsendable")
    if again is None:
        raise HTTPException(404, "There is no delivery of that name.")
    return at.back(f"{HOME}/deliveries", "sentAgain")


@router.get("/subscriptions", name="operate_subscriptions")
async def subscriptions(at: At, cursor: str | None = None) -> Response:
    async with at.monitor.database.read() as tx:
        try:
            page = await Queries(tx).subscriptions(cursor=(cursor or "")[:200] or None, limit=SHOWN)
        except BadCursor as bad:
            raise Invalid([fault("cursor", "unknown", f"cursor: {bad}.")]) from bad
    return at.drawn(
        "operate_subscriptions.html",
        items=tuple(map(masked_view, page.items)),
        following=page.next,
    )


@router.get("/record", name="operate_record")
async def record(at: At) -> Response:
    async with at.monitor.database.read() as tx:
        acts = await Queries(tx).acts(limit=ACTS)
    return at.drawn("operate_record.html", acts=tuple(map(act_view, acts)), most=ACTS)
