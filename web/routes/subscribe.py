"""The page on which anybody subscribes, without script."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from monitor.alerts.links import Links
from monitor.desk.limits import network_of
from monitor.desk.subscribing import Opened, Subscribing, TooMany
from monitor.desk.wishes import FAMILIES
from web.context import Watched
from web.routes.bodies import modelled
from web.routes.forms import Fields, form_of
from web.routes.sheet import Paper, Sheet
from web.routes.subscription_asked import SubscriptionAsked
from web.routes.wish_form import REMINDERS, WishForm, chosen, known_only
from web.routes.wishes import ways, wish_of
from web.templating.wishes import chain_groups
from web.views.problem import Invalid, body_fault

router = APIRouter(include_in_schema=False)

UNSEEN = "no-store"
"""Cache-Control of what holds an address, a token or a secret."""

Form = Annotated[Fields, Depends(form_of)]


@router.get("/subscribe")
async def form(request: Request, paper: Paper, monitor: Watched) -> Response:
    """What the address names is ticked already: an interface page leads here."""
    asked = chosen(Fields(request.query_params.multi_items()), paper.language, sent=False)
    return drawn(paper, known_only(asked, paper.landscape), ways=ways(monitor))


@router.post("/subscribe")
async def subscribe(request: Request, paper: Paper, monitor: Watched, fields: Form) -> Response:
    told = chosen(fields, paper.language, sent=True)
    if monitor.derived is None:
        return drawn(paper, told, ways=())
    desk = Subscribing(monitor.database, monitor.derived)
    try:
        wish = await wish_of(modelled(SubscriptionAsked, told.asked_with_address), monitor)
        host = request.client.host if request.client else None
        opened = await desk.ask(wish, network_of(host), paper.now)
    except Invalid as invalid:
        return drawn(paper, told.marked(invalid.faults), status=400, ways=ways(monitor))
    except TooMany as many:
        marked = told.marked([body_fault("/form", "limit", f"{many}.")])
        return drawn(paper, marked, status=429, ways=ways(monitor))
    return _almost(paper, opened, wish.address)


def _almost(paper: Sheet, opened: Opened, address: str) -> Response:
    manage = Links("").manage(opened.id, opened.token) if opened.token else None
    answer = paper.drawn("subscribed.html", opened=opened, address=address, manage=manage)
    answer.headers["cache-control"] = UNSEEN
    return answer


def drawn(
    paper: Sheet,
    form: WishForm,
    template: str = "subscribe.html",
    *,
    status: int = 200,
    **facts: Any,
) -> Response:
    """A page with the form of a subscription in it."""
    answer = paper.drawn(
        template,
        status=status,
        form=form,
        families=FAMILIES,
        groups=tuple(chain_groups(paper.landscape, paper.language)),
        environments=paper.environments,
        reminders=tuple(REMINDERS),
        **facts,
    )
    if form.mail or form.url or template != "subscribe.html":
        answer.headers["cache-control"] = UNSEEN
    return answer
