"""Signing in and out."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from structlog.stdlib import get_logger

from monitor.bootstrap import Monitor
from monitor.desk.derived import Derived
from monitor.desk.entering import sign_out as end_session
from monitor.desk.entering import signed_in
from monitor.desk.limits import Limit, is_within, network_of
from monitor.desk.tokens import id_in, in_force, is_genuine, worth_telling
from monitor.domain.token import Token
from monitor.storage.ledger import Ledger
from monitor.storage.queries import Queries
from web.context import Now, Watched
from web.routes.answers import finished
from web.routes.office import DOOR, GUARDED, HOME, UNSEEN, At, Letter
from web.routes.sheet import Paper, Sheet
from web.security.admission import current, keyed
from web.security.oidc import Door
from web.security.sealing import Seal
from web.security.sessions import Session, by_token, forget, keep, over_tls
from web.security.vouching import OLDEST, Attempt, SignInFailed

router = APIRouter(include_in_schema=False, prefix=DOOR, dependencies=[*GUARDED])
outward = APIRouter(include_in_schema=False, prefix="/operate/sign-out", dependencies=[*GUARDED])

CALLBACK = f"{DOOR}/callback"
NOBODY = "nobody is configured who signs people in here"
ATTEMPT = "ketenwacht-sign-in"
WRONG = Limit("wrong tokens of a network", 20, timedelta(hours=1))
"""So that nobody has us look up tokens all day; with 256 bits none is found by trying."""

log = get_logger(__name__)

Key = Annotated[Derived, Depends(keyed)]


@router.get("", name="sign_in_page")
async def page(
    paper: Paper, someone: Annotated[Session | None, Depends(current)], said: str = ""
) -> Response:
    if someone:
        return _unseen(finished(paper.request, paper.reader, RedirectResponse(HOME, 303)))
    return _drawn(paper, {}, said=said)


@router.post("", name="sign_in_by_token")
async def by_a_token(
    request: Request, paper: Paper, monitor: Watched, derived: Key, fields: Letter
) -> Response:
    token = await _token(monitor, fields.one("token"))
    if token is None:
        host = network_of(request.client.host if request.client else None)
        async with monitor.database.begin() as tx:
            allowed = await is_within(Ledger(tx), derived, WRONG, host, paper.now)
        return _drawn(paper, {"token": "wrong" if allowed else "many"}, 400 if allowed else 429)
    if worth_telling(token, paper.now):
        async with monitor.database.begin() as tx:
            await Ledger(tx).use_token(token.id, paper.now)
    return await _entered(paper, monitor, derived, by_token(token, paper.now))


@router.get("/provider", name="sign_in_by_provider")
async def by_a_provider(paper: Paper, monitor: Watched, derived: Key) -> Response:
    """Off to whoever knows people here, remembering that it was begun in this browser."""
    door: Door | None = paper.request.state.door
    if door is None:
        return _drawn(paper, {"provider": NOBODY}, 404)
    attempt = Attempt.begun(paper.now)
    try:
        address = await door.address(attempt, paper.now)
    except SignInFailed as failed:
        return _failed(paper, failed)
    answer = _unseen(RedirectResponse(address, 303))
    answer.set_cookie(
        ATTEMPT,
        Seal(derived, "sign-in").close(attempt.told),
        max_age=int(OLDEST.total_seconds()),
        path=DOOR,
        httponly=True,
        samesite="lax",
        secure=over_tls(monitor),
    )
    return answer


@router.get("/callback", name="sign_in_callback")
async def callback(paper: Paper, monitor: Watched, now: Now, derived: Key) -> Response:
    """Back from there, with a code or with an error."""
    request = paper.request
    door: Door | None = request.state.door
    told = Seal(derived, "sign-in").open(request.cookies.get(ATTEMPT, ""))
    clean = replace(paper, reader=replace(paper.reader, path=DOOR, query=()))
    if door is None:
        return _drawn(clean, {"provider": NOBODY}, 404)
    try:
        attempt = Attempt.of(told) if told else None
        person = await door.person(request.query_params, attempt, now)
    except SignInFailed as failed:
        answer = _failed(clean, failed)
    else:
        session = Session.begun(person.name, person.client, person.scopes, now, token=None)
        answer = await _entered(clean, monitor, derived, session)
    answer.delete_cookie(ATTEMPT, path=DOOR)
    return answer


@outward.post("", name="sign_out")
async def out(at: At, fields: Letter) -> Response:
    assert "seal" in fields, "whoever has no seal does not come here"
    session = at.who.session
    await end_session(at.monitor.database, at.who.derived, session.id, at.hand)
    answer = _unseen(RedirectResponse(f"{DOOR}?said=out", 303))
    forget(answer, at.monitor)
    return answer


async def _token(monitor: Monitor, text: str) -> Token | None:
    id_ = id_in(text)
    if id_ is None:
        return None
    async with monitor.database.read() as tx:
        found = await Queries(tx).token(id_)
    genuine = is_genuine(text, found[1] if found else None)
    token = found[0] if found and genuine else None
    return token if token and in_force(token, monitor.clock()) else None


async def _entered(paper: Sheet, monitor: Monitor, derived: Derived, session: Session) -> Response:
    await signed_in(monitor.database, session.scopes, session.hand(paper.now))
    answer = _unseen(finished(paper.request, paper.reader, RedirectResponse(HOME, 303)))
    keep(answer, session, monitor, derived)
    return answer


def _failed(paper: Sheet, failed: SignInFailed) -> Response:
    log.warning("nobody was signed in", why=str(failed))
    return _drawn(paper, {"provider": str(failed)}, 400)


def _drawn(
    paper: Sheet, faults: Mapping[str, str], status: int = 200, *, said: str = ""
) -> Response:
    provider = paper.request.state.door is not None
    answer = paper.drawn(
        "operate_sign_in.html", status=status, faults=faults, provider=provider, said=said
    )
    return _unseen(answer)


def _unseen(answer: Response) -> Response:
    answer.headers["cache-control"] = UNSEEN
    return answer
