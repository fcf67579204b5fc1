"""Who may come in: tokens given out and taken back, each with its record."""

from datetime import datetime

from monitor.desk.tokens import Issued
from monitor.domain.audit import Act, ActKind
from monitor.storage.engine import Database
from monitor.storage.ledger import Ledger


async def give_out(database: Database, issued: Issued, by: str) -> None:
    """Keep a new token; its text is not kept anywhere."""
    token = issued.token
    async with database.begin() as tx:
        ledger = Ledger(tx)
        await ledger.keep_token(token, issued.digest)
        facts = {"name": token.name, "scopes": " ".join(sorted(token.scopes))}
        if token.expires_at:
            facts["expiresAt"] = token.expires_at.isoformat()
        await ledger.act(
            Act(
                at=token.created_at,
                who=by,
                what=ActKind.TOKEN_CREATED,
                subject=token.id,
                facts=facts,
            )
        )


async def take_back(database: Database, id_: str, by: str, now: datetime) -> bool:
    """From now on the token opens nothing; False: there is none that does."""
    async with database.begin() as tx:
        ledger = Ledger(tx)
        done = await ledger.revoke_token(id_, now)
        if done:
            await ledger.act(Act(at=now, who=by, what=ActKind.TOKEN_REVOKED, subject=id_))
    return done
