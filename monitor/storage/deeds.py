"""What people and pipelines did: freezes, overrides, acts, tokens, and each request once."""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from monitor.domain.audit import Act
from monitor.domain.freeze import Freeze
from monitor.domain.gate import Override
from monitor.domain.landscape import LineId
from monitor.domain.token import Token
from monitor.storage.forms import act_of, freeze_of, override_of, token_fields, token_of
from monitor.storage.keys import upsert
from monitor.storage.registers import ACT, FREEZE, IDEMPOTENCY, OVERRIDE, TOKEN


@dataclass(frozen=True, slots=True)
class Request:
    """What a client asked under an idempotency key of its own."""

    purpose: str  # and for whom: one client's keys are not another's
    key: str
    digest: bytes  # of the content: the same key must come with the same


class KeyReused(Exception):  # noqa: N818  named as the fact that it is
    """One idempotency key came with two different requests."""


def freezes(connection: Connection) -> list[Freeze]:
    """Those that were not withdrawn, in the order in which they start."""
    asked = select(FREEZE).where(FREEZE.c.withdrawn_at.is_(None))
    ordered = asked.order_by(FREEZE.c.starts_at, FREEZE.c.id)
    return [freeze_of(row) for row in connection.execute(ordered)]


def withdraw(connection: Connection, id_: str, at: datetime) -> bool:
    open_one = (FREEZE.c.id == id_) & FREEZE.c.withdrawn_at.is_(None)
    ended = connection.execute(update(FREEZE).where(open_one).values(withdrawn_at=at))
    return ended.rowcount == 1


def overrides(
    connection: Connection,
    line: LineId,
    version: str | None = None,
    environment: str | None = None,
) -> list[Override]:
    """Newest first."""
    asked = select(OVERRIDE).where(OVERRIDE.c.line == str(line))
    if version:
        asked = asked.where(OVERRIDE.c.version == version)
    if environment:
        asked = asked.where(OVERRIDE.c.environment == environment)
    rows = connection.execute(asked.order_by(OVERRIDE.c.number.desc()))
    return [override_of(row) for row in rows]


def acts(connection: Connection, subject: str | None, limit: int) -> list[Act]:
    """Newest first."""
    asked = select(ACT).order_by(ACT.c.number.desc()).limit(limit)
    if subject:
        asked = asked.where(ACT.c.subject == subject)
    return [act_of(row) for row in connection.execute(asked)]


def keep_token(connection: Connection, token: Token, digest: bytes) -> None:
    connection.execute(insert(TOKEN), {**token_fields(token), "digest": digest})


def revoke_token(connection: Connection, id_: str, at: datetime) -> bool:
    valid = (TOKEN.c.id == id_) & TOKEN.c.revoked_at.is_(None)
    return connection.execute(update(TOKEN).where(valid).values(revoked_at=at)).rowcount == 1


def use_token(connection: Connection, id_: str, at: datetime) -> None:
    connection.execute(update(TOKEN).where(TOKEN.c.id == id_).values(last_used_at=at))


def tokens(connection: Connection) -> list[Token]:
    """Newest first, revoked and expired ones too."""
    asked = select(TOKEN).order_by(TOKEN.c.created_at.desc(), TOKEN.c.id)
    return [token_of(row) for row in connection.execute(asked)]


def token(connection: Connection, id_: str) -> tuple[Token, bytes] | None:
    row = connection.execute(select(TOKEN).where(TOKEN.c.id == id_)).first()
    return (token_of(row), bytes(row.digest)) if row else None


def once(connection: Connection, request: Request, answer: str, at: datetime) -> str | None:
    """Take a key for the first time (None), or tell the answer that it was given then."""
    row = {**asdict(request), "answer": answer, "at": at}
    taken = upsert(connection, IDEMPOTENCY).on_conflict_do_nothing()
    if connection.execute(taken.returning(IDEMPOTENCY.c.key), row).first():
        return None
    its = IDEMPOTENCY.c
    known = connection.execute(
        select(its.digest, its.answer).where(its.purpose == request.purpose, its.key == request.key)
    ).one()
    if bytes(known.digest) != request.digest:
        raise KeyReused(
            f"the idempotency key {request.key!r} was used before for something else; "
            "give every new request a key of its own"
        )
    return str(known.answer)
