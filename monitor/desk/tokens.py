"""The secrets that are given out, once, and how one is recognised afterwards."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
from secrets import token_bytes, token_hex

from joserfc.util import urlsafe_b64encode

from monitor.domain.token import Scope, Token

SECRET = 32
"""Bytes: 256 bits (reliability.md, "Showing")."""
TOLD_AGAIN = timedelta(minutes=1)
"""The last use is written at most this often, so that asking does not become writing."""

_FORM = re.compile(r"kw_(?P<id>[0-9a-f]{12})_[0-9A-Za-z_-]{43}")
_NOBODY = bytes(SECRET)


@dataclass(frozen=True, slots=True)
class Issued:
    """A new token, and the one moment at which its text is known."""

    token: Token
    text: str = field(repr=False)

    @property
    def digest(self) -> bytes:
        return digest(self.text)


def issue(
    name: str, scopes: Iterable[Scope], now: datetime, expires_at: datetime | None = None
) -> Issued:
    id_ = token_hex(6)
    text = f"kw_{id_}_{urlsafe_b64encode(token_bytes(SECRET)).decode()}"
    token = Token(
        id=id_, name=name, scopes=frozenset(scopes), created_at=now, expires_at=expires_at
    )
    return Issued(token, text)


def id_in(text: str) -> str | None:
    """The id of the token that a text claims to be; None for what can be none of ours."""
    found = _FORM.fullmatch(text)
    return found["id"] if found else None


def digest(text: str) -> bytes:
    """What is kept. The secret has 256 bits, so nothing slower would make it safer."""
    return sha256(text.encode()).digest()


def is_genuine(text: str, kept: bytes | None) -> bool:
    """Compare in constant time; `kept` None (no such token) takes as long as a wrong secret."""
    same = compare_digest(digest(text), _NOBODY if kept is None else kept)
    return same and kept is not None


def in_force(token: Token, now: datetime) -> bool:
    revoked = token.revoked_at is not None and token.revoked_at <= now
    expired = token.expires_at is not None and token.expires_at <= now
    return not (revoked or expired)


def worth_telling(token: Token, now: datetime) -> bool:
    """Whether the last use that is written down is long enough ago to write another."""
    return token.last_used_at is None or now - token.last_used_at >= TOLD_AGAIN
