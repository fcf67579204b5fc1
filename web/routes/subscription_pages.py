"""The pages of one subscription, each opened by a token in its address. GET changes nothing."""

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Depends, Response
from fastapi.responses import RedirectResponse

from monitor.alerts.links import Links
from monitor.alerts.wording.telling import passage, vocabulary
from monitor.bootstrap import Monitor
from monitor.desk.subscribing import Subscribing, TooMany, paused, resumed
from monitor.domain.landscape import Landscape
from monitor.domain.subscription import Subscription
from monitor.storage.queries import Queries
from web.context import Watched
from web.routes.answers import finished
from web.routes.bodies import modelled
from web.routes.forms import Fields
from web.routes.sheet import Paper, Sheet
from web.routes.subscribe import UNSEEN, Form, drawn
from web.routes.subscription_asked import WantedAsked
from web.routes.wish_form import WishForm, chosen, written
from web.routes.wishes import edited, wanted_faults
from web.security.owners import Desk, plain
from web.templating.wishes import SAID
from web.views.problem import Invalid
from web.views.subscriptions import LoggedDelivery, logged_delivery, subscription_view
from web.views.titles import Titles

router = APIRouter(include_in_schema=False, prefix="/subscriptions/{subscription}")

SHOWN = 50
"""The newest deliveries; the API tells all."""
LINKS = Links("")
"""On our own site: without its address."""


class Sent(NamedTuple):
    """A message as its receiver looks it up, and what it told."""

    log: LoggedDelivery
    told: tuple[str, ...]


class Desktop:
    """One subscription, looked at by whoever holds a token of it."""

    def __init__(self, paper: Sheet, monitor: Monitor, desk: Subscribing, id_: str) -> None:
        self.paper, self.monitor, self.desk, self.id = paper, monitor, desk, id_

    async def owned(self, token: str) -> Subscription | None:
        return await self.desk.found(self.id, token, "manage")

    async def shown(
        self,
        one: Subscription,
        *,
        said: str = "",
        secret: str | None = None,
        form: WishForm | None = None,
    ) -> Response:
        sent = await self._sent(one)
        token = self.desk.token("manage", one.id)
        path, query = f"/subscriptions/{one.id}", (("token", token),)
        reader = replace(self.paper.reader, path=path, query=query)
        return drawn(
            replace(self.paper, reader=reader),
            form or written(one),
            "manage.html",
            status=400 if form else 200,
            view=subscription_view(one),
            token=token,
            leave=LINKS.leave(one.id, self.desk.token("leave", one.id)),
            deliveries=sent,
            said=said if said in SAID else "",
            secret=secret,
        )

    async def _sent(self, one: Subscription) -> tuple[Sent, ...]:
        async with self.monitor.database.read() as tx:
            queries = Queries(tx)
            page = await queries.deliveries(subscription=one.id, limit=SHOWN)
            logs = await queries.logs([delivery.id for delivery in page.items])
            keys = {key for delivery in page.items for key in delivery.events}
            told = await queries.told(keys)
        paper = self.paper
        words = vocabulary(paper.language.value)
        titles = Titles(paper.landscape, paper.language).interfaces
        said = {key: passage(event, words, titles).headline for key, event in told.items()}
        return tuple(
            Sent(
                logged_delivery(delivery, logs[delivery.id]),
                tuple(said[key] for key in delivery.events if key in said),
            )
            for delivery in page.items
        )

    def back(self, said: str) -> Response:
        """To the page itself: what was done is not done again when it is loaded anew."""
        address = LINKS.manage(self.id, self.desk.token("manage", self.id))
        return self.unseen(RedirectResponse(f"{address}&said={said}", 303))

    def plain(self, template: str, *, status: int = 200, **facts: object) -> Response:
        return self.unseen(self.paper.drawn(template, status=status, **facts))

    def dead(self) -> Response:
        return self.plain("dead_link.html", status=410)

    def unseen(self, answer: Response) -> Response:
        finished(self.paper.request, self.paper.reader, answer)
        answer.headers["cache-control"] = UNSEEN
        return answer


async def desktop(paper: Paper, monitor: Watched, desk: Desk, subscription: str) -> Desktop:
    return Desktop(paper, monitor, desk, plain(subscription))


At = Annotated[Desktop, Depends(desktop)]


@router.get("")
async def manage(at: At, token: str = "", said: str = "") -> Response:
    one = await at.owned(token)
    return await at.shown(one, said=said) if one else at.dead()


@router.get("/confirm")
async def question(at: At, token: str = "") -> Response:
    one = await at.desk.awaited(at.id, token, at.paper.now)
    if one is None:
        return at.dead()
    return at.plain("confirm.html", view=subscription_view(one), token=token)


@router.post("/confirm")
async def confirm(at: At, fields: Form) -> Response:
    one = await at.desk.confirm(at.id, fields.one("token"), at.paper.now)
    return at.back("confirmed") if one else at.dead()


@router.get("/leave")
async def leaving(at: At, token: str = "") -> Response:
    one = await at.desk.found(at.id, token, "leave")
    if one is None:
        return at.dead()
    return at.plain("leave.html", view=subscription_view(one), token=token)


@router.post("/leave")
async def leave(at: At, token: str = "") -> Response:
    """One click (RFC 8058): a mail program sends no form of ours, and its token is enough."""
    if await at.desk.found(at.id, token, "leave") is None:
        return at.dead()
    await at.desk.leave(at.id, at.paper.now)
    one = await at.desk.found(at.id, token, "leave")
    assert one, "what has left is kept for thirty days"
    return at.plain("leave.html", view=subscription_view(one), token=token)


@router.post("/wishes")
async def wishes(at: At, fields: Form) -> Response:
    one = await at.owned(fields.one("token"))
    if one is None:
        return at.dead()
    told = chosen(fields, at.paper.language, sent=True)
    try:
        asked = _asked(told, at.paper.landscape)
    except Invalid as invalid:
        return await at.shown(one, form=told.marked(invalid.faults))
    return await _changed(at, lambda before: edited(before, asked), "changed")


@router.post("/pause")
async def pause(at: At, fields: Form) -> Response:
    return await _acted(at, fields, paused, "paused")


@router.post("/resume")
async def resume(at: At, fields: Form) -> Response:
    return await _acted(at, fields, resumed, "resumed")


@router.post("/secret-rotations")
async def rotate(at: At, fields: Form) -> Response:
    one = await at.owned(fields.one("token"))
    secret = await at.desk.rotate(at.id, at.paper.now) if one else None
    return await at.shown(one, secret=secret) if one and secret else at.dead()


@router.post("/test-events")
async def test(at: At, fields: Form) -> Response:
    if await at.owned(fields.one("token")) is None:
        return at.dead()
    try:
        owed = await at.desk.test(at.id, at.paper.now)
    except TooMany:
        return at.back("enough")
    return at.back("tested") if owed else at.dead()


@router.post("/deliveries/{delivery}/redelivery")
async def repeat(at: At, delivery: str, fields: Form) -> Response:
    if await at.owned(fields.one("token")) is None:
        return at.dead()
    try:
        again = await at.desk.repeat(at.id, plain(delivery), at.paper.now)
    except TooMany:
        return at.back("repeated_enough")
    return at.back("repeated" if again else "not_repeated")


def _asked(told: WishForm, landscape: Landscape) -> WantedAsked:
    asked = modelled(WantedAsked, told.asked)
    if faults := [*wanted_faults(asked, landscape)]:
        raise Invalid(faults)
    return asked


async def _acted(
    at: Desktop, fields: Fields, edit: Callable[[Subscription], Subscription], said: str
) -> Response:
    if await at.owned(fields.one("token")) is None:
        return at.dead()
    return await _changed(at, edit, said)


async def _changed(
    at: Desktop, edit: Callable[[Subscription], Subscription], said: str
) -> Response:
    changed = await at.desk.change(at.id, at.paper.now, edit)
    return at.back(said) if changed else at.dead()
