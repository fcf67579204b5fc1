"""People who sign in and out, with the record of it."""

from datetime import datetime, timedelta

from monitor.desk.derived import Derived
from monitor.desk.hand import Hand
from monitor.domain.audit import ActKind
from monitor.domain.token import Scope
from monitor.storage.engine import Database
from monitor.storage.ledger import Ledger
from monitor.storage.queries import Queries

LONGEST = timedelta(hours=24)
"""No session is longer; what is counted is kept for twice as long."""


async def signed_in(database: Database, scopes: frozenset[Scope], hand: Hand) -> None:
    async with database.begin() as tx:
        facts = {"scopes": " ".join(sorted(scopes))}
        await Ledger(tx).act(hand.did(ActKind.SIGNED_IN, hand.client, facts=facts))


async def sign_out(database: Database, derived: Derived, session: str, hand: Hand) -> None:
    """From now on the session opens nothing, wherever its cookie still is."""
    async with database.begin() as tx:
        ledger = Ledger(tx)
        await ledger.count(_key(derived, session), hand.at)
        await ledger.act(hand.did(ActKind.SIGNED_OUT, hand.client))


async def was_ended(queries: Queries, derived: Derived, session: str, now: datetime) -> bool:
    return await queries.counted(_key(derived, session), now - LONGEST) > 0


def _key(derived: Derived, session: str) -> str:
    return derived.token("limit", f"session that was ended: {session}")
