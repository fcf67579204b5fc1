"""Who may see and do what under /operate: what is not on this list is open to nobody."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from fastapi import HTTPException, Request
from fastapi.routing import APIRoute

from monitor.bootstrap import Monitor
from monitor.desk.derived import Derived
from monitor.desk.entering import was_ended
from monitor.desk.tokens import in_force
from monitor.domain.token import Scope
from monitor.storage.queries import Queries
from web.security.sessions import Session, session_in

NO_KEY: Final = "Nobody can sign in here: KETENWACHT_SECRET_KEY has not been set."


class Entrance(StrEnum):
    """Who may come in, where that is not a matter of one scope."""

    ANYONE = "anyone"  # to sign in
    SIGNED_IN = "signed in"


ADMITS: Mapping[str, Scope | Entrance] = {
    "sign_in_page": Entrance.ANYONE,
    "sign_in_by_token": Entrance.ANYONE,
    "sign_in_by_provider": Entrance.ANYONE,
    "sign_in_callback": Entrance.ANYONE,
    "sign_out": Entrance.SIGNED_IN,
    "operate_home": Entrance.SIGNED_IN,
    "operate_incidents": Scope.INCIDENTS_WRITE,
    "operate_open_incident": Scope.INCIDENTS_WRITE,
    "operate_incident": Scope.INCIDENTS_WRITE,
    "operate_update_incident": Scope.INCIDENTS_WRITE,
    "operate_planning": Scope.MAINTENANCE_WRITE,
    "operate_plan": Scope.MAINTENANCE_WRITE,
    "operate_end_maintenance": Scope.MAINTENANCE_WRITE,
    "operate_end_freeze": Scope.MAINTENANCE_WRITE,
    "operate_rollouts": Scope.ROLLOUTS_WRITE,
    "operate_announce": Scope.ROLLOUTS_WRITE,
    "operate_gate": Scope.GATES_OVERRIDE,
    "operate_override": Scope.GATES_OVERRIDE,
    "operate_checks": Scope.OPERATE,
    "operate_ask": Scope.OPERATE,
    "operate_deliveries": Scope.OPERATE,
    "operate_send_again": Scope.OPERATE,
    "operate_subscriptions": Scope.OPERATE,
    "operate_record": Scope.OPERATE,
}
"""By the name of the route."""


class NotSignedIn(Exception):  # noqa: N818  named as the fact that it is
    """Whoever asks has to sign in first."""


class NotYours(Exception):  # noqa: N818  likewise
    """Whoever is signed in may do something else than this."""

    def __init__(self, scope: Scope) -> None:
        super().__init__(f"this needs the scope {scope}")
        self.scope = scope


@dataclass(frozen=True, slots=True)
class Admitted:
    session: Session
    derived: Derived

    @property
    def seal(self) -> str:
        """What every form of this session carries, and no other site can know."""
        return self.derived.token("form", self.session.id)

    def is_sealed(self, text: str) -> bool:
        return self.derived.is_genuine(text, "form", self.session.id)


async def keyed(request: Request) -> Derived:
    """503 where no secret key is: then no session can be kept."""
    monitor: Monitor = request.state.monitor
    if monitor.derived is None:
        raise HTTPException(503, NO_KEY)
    return monitor.derived


async def admitted(request: Request) -> Admitted | None:
    """None where anyone may come in. NotSignedIn, or NotYours; 403 for what is on no list."""
    route = request.scope.get("route")
    wanted = ADMITS.get(route.name) if isinstance(route, APIRoute) else None
    if wanted is None:
        raise HTTPException(403, "This is open to nobody.")
    derived = await keyed(request)
    if wanted is Entrance.ANYONE:
        return None
    session = await _known(request, derived)
    if isinstance(wanted, Scope) and wanted not in session.scopes:
        raise NotYours(wanted)
    return Admitted(session, derived)


async def current(request: Request) -> Session | None:
    """Whoever is signed in, if anybody; for the page on which one does so."""
    try:
        return await _known(request, await keyed(request))
    except NotSignedIn:
        return None


async def _known(request: Request, derived: Derived) -> Session:
    """As of now: a session that was ended opens nothing, nor one on a token that was taken back."""
    monitor: Monitor = request.state.monitor
    now = monitor.clock()
    session = session_in(request, derived, now)
    if session is None:
        raise NotSignedIn
    async with monitor.database.read() as tx:
        queries = Queries(tx)
        ended = await was_ended(queries, derived, session.id, now)
        found = await queries.token(session.token) if session.token else None
    revoked = session.token and not (found and in_force(found[0], now))
    if ended or revoked:
        raise NotSignedIn
    return session
