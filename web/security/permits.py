"""Who may ask what of the API: what is not on this list is refused to everybody."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final

from fastapi import Depends, HTTPException, Request
from fastapi.routing import APIRoute

from monitor.bootstrap import Monitor
from monitor.desk.hand import Hand
from monitor.desk.tokens import id_in, in_force, is_genuine, worth_telling
from monitor.domain.token import Scope, Token
from monitor.storage.ledger import Ledger
from monitor.storage.queries import Queries

CHALLENGE = {"www-authenticate": 'Bearer realm="Ketenwacht"'}

PUBLIC: Final = None
"""Anyone may ask: what we know of DSO-LV is public."""


class Holder(StrEnum):
    """Who may ask, where that is not a matter of scopes."""

    OWNER = "owner"  # of one subscription, by its own token: owners.py judges that


PERMITS: Mapping[str, Scope | Holder | None] = {
    "getDocument": PUBLIC,
    "getStatus": PUBLIC,
    "listInterfaces": PUBLIC,
    "getInterface": PUBLIC,
    "getLine": PUBLIC,
    "getEnvironment": PUBLIC,
    "listObservations": PUBLIC,
    "listSightings": PUBLIC,
    "getUptime": PUBLIC,
    "listFindings": PUBLIC,
    "getFinding": PUBLIC,
    "listRollouts": PUBLIC,
    "getRollout": PUBLIC,
    "listLifeCycles": PUBLIC,
    "getMatrix": PUBLIC,
    "getGate": PUBLIC,
    "getGateEvidence": PUBLIC,
    "getOrderRecord": PUBLIC,
    "listFreezes": PUBLIC,
    "listMaintenance": PUBLIC,
    "getMaintenance": PUBLIC,
    "listIncidents": PUBLIC,
    "getIncident": PUBLIC,
    "listMessageTemplates": PUBLIC,
    "listKeys": PUBLIC,
    "listEvents": PUBLIC,
    "reportObservation": Scope.OBSERVATIONS_WRITE,
    "announceRollout": Scope.ROLLOUTS_WRITE,
    "overrideGate": Scope.GATES_OVERRIDE,
    "openIncident": Scope.INCIDENTS_WRITE,
    "changeIncident": Scope.INCIDENTS_WRITE,
    "updateIncident": Scope.INCIDENTS_WRITE,
    "planMaintenance": Scope.MAINTENANCE_WRITE,
    "changeMaintenance": Scope.MAINTENANCE_WRITE,
    "endMaintenance": Scope.MAINTENANCE_WRITE,
    "planFreeze": Scope.MAINTENANCE_WRITE,
    "endFreeze": Scope.MAINTENANCE_WRITE,
    "subscribe": PUBLIC,
    "confirmSubscription": PUBLIC,
    "listSubscriptions": Scope.OPERATE,
    "getSubscription": Holder.OWNER,
    "changeSubscription": Holder.OWNER,
    "leaveSubscription": Holder.OWNER,
    "rotateSecret": Holder.OWNER,
    "sendTestEvent": Holder.OWNER,
    "listOwnDeliveries": Holder.OWNER,
    "repeatDelivery": Holder.OWNER,
    "listDeliveries": Scope.OPERATE,
    "getDelivery": Scope.OPERATE,
    "redeliver": Scope.OPERATE,
}
"""By operation id."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever holds the token; `name` is what the record of acts tells."""

    token: Token

    @property
    def name(self) -> str:
        return f"token {self.token.name}"

    def hand(self, now: datetime) -> Hand:
        return Hand(self.name, now, f"token {self.token.id}")


async def permitted(request: Request) -> Caller | None:
    """Let through what is public, and a token that is for this; refuse all else.

    401: no token, or none of ours, or one that ended. 403: a token for something else.
    """
    route = request.scope.get("route")
    operation = route.operation_id if isinstance(route, APIRoute) else None
    if operation is None or operation not in PERMITS:
        raise HTTPException(403, "This is open to nobody.")
    scope = PERMITS[operation]
    if scope is PUBLIC or isinstance(scope, Holder):
        return None
    token = await _known(request)
    if scope not in token.scopes:
        raise HTTPException(
            403,
            f"This token is not for this: it needs the scope {scope}.",
            {"www-authenticate": f'{CHALLENGE["www-authenticate"]}, error="insufficient_scope"'},
        )
    return Caller(token)


async def caller(found: Annotated[Caller | None, Depends(permitted)]) -> Caller:
    """Whoever asks for what is not public."""
    if found is None:
        raise HTTPException(403, "This is open to nobody.")
    return found


Permitted = Annotated[Caller, Depends(caller)]


async def _known(request: Request) -> Token:
    """The token in force that the request carries; a wrong one learns nothing from the answer."""
    monitor: Monitor = request.state.monitor
    scheme, _, text = request.headers.get("authorization", "").partition(" ")
    text = text.strip()
    id_ = id_in(text)
    if scheme.lower() != "bearer" or id_ is None:
        raise HTTPException(401, "This needs a token: Authorization: Bearer TOKEN.", CHALLENGE)
    now = monitor.clock()
    async with monitor.database.read() as tx:
        found = await Queries(tx).token(id_)
    genuine = is_genuine(text, found[1] if found else None)
    if not found or not genuine or not in_force(found[0], now):
        raise HTTPException(401, "This token is not valid, or not any more.", CHALLENGE)
    token = found[0]
    if worth_telling(token, now):
        async with monitor.database.begin() as tx:
            await Ledger(tx).use_token(token.id, now)
    return token
