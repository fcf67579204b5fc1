"""Whom a provider vouches for, judged by what it signed."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any, Self

from joserfc.util import urlsafe_b64encode
from typing_extensions import override

from checks.clean import clean
from monitor.domain.token import Scope

LEEWAY = timedelta(minutes=1)
"""By which our clock and the provider's may differ."""
OLDEST = timedelta(minutes=10)
"""Of an ID token, and of the way from our page to the provider and back."""


class SignInFailed(Exception):  # noqa: N818  named as the fact that it is
    """Nobody is signed in; the text says why, and holds no secret."""


@dataclass(frozen=True, slots=True)
class Client:
    """What we are to the provider. `repr` shows no secret."""

    issuer: str
    id: str
    secret: str | None
    roles_claim: str
    roles: Mapping[str, frozenset[Scope]]

    @override
    def __repr__(self) -> str:
        return f"Client({self.issuer}, {self.id})"


@dataclass(frozen=True, slots=True)
class Attempt:
    """What we have to remember from sending somebody to the provider until they are back."""

    state: str
    nonce: str
    verifier: str
    at: int  # seconds since 1970

    @classmethod
    def begun(cls, now: datetime) -> Self:
        state, nonce, verifier = (token_urlsafe(32) for _ in range(3))
        return cls(state, nonce, verifier, int(now.timestamp()))

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Self | None:
        try:
            return cls(**told)
        except TypeError:
            return None

    @property
    def told(self) -> Mapping[str, Any]:
        return asdict(self)

    @property
    def challenge(self) -> str:
        return urlsafe_b64encode(sha256(self.verifier.encode()).digest()).decode()


@dataclass(frozen=True, slots=True)
class Person:
    """Whom the provider vouches for."""

    name: str
    client: str
    scopes: frozenset[Scope]


def judge(claims: Mapping[str, Any], client: Client, attempt: Attempt, now: datetime) -> None:
    """OpenID Connect Core 1.0, section 3.1.3.7."""
    audience = claims.get("aud")
    heard = [audience] if isinstance(audience, str) else audience
    if claims.get("iss") != client.issuer:
        raise SignInFailed("the ID token is of another issuer")
    if not isinstance(heard, list) or client.id not in heard:
        raise SignInFailed("the ID token is meant for somebody else than us")
    if claims.get("azp", client.id) != client.id:
        raise SignInFailed("the ID token was given to somebody else than us")
    if claims.get("nonce") != attempt.nonce:
        raise SignInFailed("the ID token is not of this attempt")
    at, leeway = now.timestamp(), LEEWAY.total_seconds()
    if _seconds(claims, "exp") + leeway <= at:
        raise SignInFailed("the ID token has expired; are the clocks right?")
    issued = _seconds(claims, "iat")
    if not at - OLDEST.total_seconds() - leeway <= issued <= at + leeway:
        raise SignInFailed("the ID token is not of now; are the clocks right?")
    if "nbf" in claims and _seconds(claims, "nbf") > at + leeway:
        raise SignInFailed("the ID token does not count yet; are the clocks right?")


def person_of(claims: Mapping[str, Any], client: Client) -> Person:
    """By subject, which alone is never given to another; with a name for whoever reads it."""
    subject = claims.get("sub")
    if not isinstance(subject, str) or not subject or len(subject) > 255:  # noqa: PLR2004  as it says
        raise SignInFailed("the ID token names nobody")
    told = (claims.get(one) for one in ("preferred_username", "name", "email"))
    name = next((clean(one)[:80] for one in told if isinstance(one, str) and one), "")
    who = clean(subject)
    scopes = _scopes(claims, client)
    if not scopes:
        raise SignInFailed(f"you are known as {name or who}, and none of your roles is for this")
    return Person(f"{name} ({who})" if name else who, f"oidc {client.issuer} {who}", scopes)


def _scopes(claims: Mapping[str, Any], client: Client) -> frozenset[Scope]:
    """Of every role what it is for; one that is called as a scope is for that."""
    found: Any = claims
    for name in client.roles_claim.split("."):
        found = found.get(name) if isinstance(found, Mapping) else None
    roles = found.split() if isinstance(found, str) else found if isinstance(found, list) else []
    scopes: set[Scope] = set()
    for role in filter(lambda one: isinstance(one, str), roles):
        scopes |= client.roles.get(role, frozenset())
        scopes |= {scope for scope in Scope if scope == role}
    return frozenset(scopes)


def _seconds(claims: Mapping[str, Any], name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise SignInFailed(f"the ID token has no {name}")
    return float(value)
