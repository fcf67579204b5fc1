"""Who holds the token of a subscription: nobody else may look at it, change it or end it."""

import re
from typing import Annotated, Final

from fastapi import Depends, HTTPException, Request

from monitor.bootstrap import Monitor
from monitor.desk.subscribing import Subscribing
from monitor.domain.subscription import Subscription

CHALLENGE: Final = {"www-authenticate": 'Bearer realm="Ketenwacht subscription"'}
_NO_ID = re.compile(r"[^0-9A-Za-z-]")
_REFUSED = "This needs the token of this subscription: Authorization: Bearer TOKEN."


async def desk(request: Request) -> Subscribing:
    """503 where no secret key is: then nobody can subscribe, and nothing can be managed."""
    monitor: Monitor = request.state.monitor
    if monitor.derived is None:
        detail = "Nobody can subscribe here: KETENWACHT_SECRET_KEY has not been set."
        raise HTTPException(503, detail)
    return Subscribing(monitor.database, monitor.derived)


Desk = Annotated[Subscribing, Depends(desk)]


def plain(id_: str) -> str:
    """An id that can be looked up; of what can be none of ours, one that nobody has."""
    return "-" if not id_ or len(id_) > 100 or _NO_ID.search(id_) else id_  # noqa: PLR2004


async def owned(request: Request, at: Desk, subscription: str) -> Subscription:
    """401 alike for a wrong token and for a subscription that there is not."""
    scheme, _, text = request.headers.get("authorization", "").partition(" ")
    token = text.strip() if scheme.lower() == "bearer" else ""
    found = await at.found(plain(subscription), token, "manage")
    if found is None:
        raise HTTPException(401, _REFUSED, CHALLENGE)
    return found


Owned = Annotated[Subscription, Depends(owned)]
