"""Signing in by OpenID Connect: the authorization code flow, with PKCE, state and nonce."""

import json
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from httpx2 import AsyncClient, Response
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from checks.clean import clean
from checks.client import Unanswered
from web.security.vouching import OLDEST, Attempt, Client, Person, SignInFailed, judge, person_of

ALGORITHMS = [
    *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    *("ES256", "ES384", "ES512", "Ed25519", "EdDSA"),
]
"""Of public keys only: neither none nor a secret that a client shares can sign anybody in."""
FRESH = timedelta(hours=1)
"""For which what a provider says of itself is not asked again."""
PATIENCE = 10.0
"""Seconds for one question to the provider."""
SCOPE = "openid profile email"
ASKED = "/.well-known/openid-configuration"


@dataclass(frozen=True, slots=True)
class _Provider:
    """What it says of itself, and until when we believe that without asking again."""

    authorization: str
    token: str
    keys: KeySet
    by_body: bool  # it wants our secret in the form, and not in a header
    until: datetime


class Door:
    """One provider, asked over the one hardened client; what it says of itself is remembered."""

    def __init__(self, client: Client, http: AsyncClient, redirect: str) -> None:
        self.client = client
        self._http = http
        self._redirect = redirect
        self._provider: _Provider | None = None

    async def address(self, attempt: Attempt, now: datetime) -> str:
        """Where to send somebody. SignInFailed: the provider cannot be asked."""
        provider = await self._known(now)
        asked = {
            "response_type": "code",
            "client_id": self.client.id,
            "redirect_uri": self._redirect,
            "scope": SCOPE,
            "state": attempt.state,
            "nonce": attempt.nonce,
            "code_challenge": attempt.challenge,
            "code_challenge_method": "S256",
        }
        joint = "&" if urlsplit(provider.authorization).query else "?"
        return f"{provider.authorization}{joint}{urlencode(asked)}"

    async def person(
        self, told: Mapping[str, str], attempt: Attempt | None, now: datetime
    ) -> Person:
        """Who came back with this. SignInFailed: nobody that we can be sure of."""
        if attempt is None or told.get("state") != attempt.state:
            raise SignInFailed("this was not begun here, or in another browser; begin anew")
        if now.timestamp() - attempt.at > OLDEST.total_seconds():
            raise SignInFailed("it took too long; begin anew")
        if told.get("iss", self.client.issuer) != self.client.issuer:
            raise SignInFailed("another provider answered than was asked")
        if error := told.get("error"):
            raise SignInFailed(f"the provider says {clean(error)!r}")
        provider = await self._known(now)
        token = await self._token(provider, told.get("code", ""), attempt)
        claims = await self._claims(provider, token, now)
        judge(claims, self.client, attempt, now)
        return person_of(claims, self.client)

    async def _token(self, provider: _Provider, code: str, attempt: Attempt) -> str:
        """Give the code for an ID token."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._redirect,
            "client_id": self.client.id,
            "code_verifier": attempt.verifier,
        }
        headers = {"accept": "application/json"}
        if self.client.secret and provider.by_body:
            form["client_secret"] = self.client.secret
        elif self.client.secret:
            pair = f"{quote(self.client.id, '')}:{quote(self.client.secret, '')}"
            headers["authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
        answer = await self._asked("POST", provider.token, data=form, headers=headers)
        token = _object(answer, "the answer to our code").get("id_token")
        if not isinstance(token, str):
            raise SignInFailed("the provider gave no ID token")
        return token

    async def _claims(self, provider: _Provider, token: str, now: datetime) -> Mapping[str, Any]:
        """What a token says that the provider signed; with a key that is new, asked for once."""
        try:
            return _verified(token, provider.keys)
        except (JoseError, ValueError):
            provider = await self._asked_anew(now)
        try:
            return _verified(token, provider.keys)
        except (JoseError, ValueError) as error:
            raise SignInFailed("the ID token is not signed by the provider") from error

    async def _known(self, now: datetime) -> _Provider:
        if self._provider and now < self._provider.until:
            return self._provider
        return await self._asked_anew(now)

    async def _asked_anew(self, now: datetime) -> _Provider:
        issuer = self.client.issuer
        told = _object(await self._asked("GET", issuer.rstrip("/") + ASKED), "its configuration")
        if told.get("issuer") != issuer:
            raise SignInFailed(
                f"the provider calls itself {clean(str(told.get('issuer')))!r}; "
                "KETENWACHT_OIDC_ISSUER must say exactly that"
            )
        places = [
            _place(told, name, issuer)
            for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")
        ]
        keys = _object(await self._asked("GET", places[2]), "its keys")
        ways = told.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        try:
            found = KeySet.import_key_set({"keys": _usable(keys)})
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise SignInFailed("the keys of the provider cannot be read") from error
        by_body = "client_secret_basic" not in ways and "client_secret_post" in ways
        self._provider = _Provider(places[0], places[1], found, by_body, now + FRESH)
        return self._provider

    async def _asked(self, method: str, url: str, **what: Any) -> Response:
        try:
            answer = await self._http.request(
                method, url, extensions={"deadline": PATIENCE}, **what
            )
        except (Unanswered, ValueError) as error:
            raise SignInFailed(f"the provider does not answer: {clean(str(error))}") from error
        if answer.status_code != 200:  # noqa: PLR2004  nothing else is an answer
            raise SignInFailed(f"the provider answered {answer.status_code}")
        return answer


def _verified(token: str, keys: KeySet) -> Mapping[str, Any]:
    return jwt.decode(token, keys, algorithms=ALGORITHMS).claims


def _usable(keys: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Those to verify with; others of the same set, of kinds that we do not know, harm nobody."""
    every = keys.get("keys")
    known = [one for one in every if isinstance(one, dict)] if isinstance(every, list) else []
    kinds = {"RSA", "EC", "OKP"}
    return [one for one in known if one.get("kty") in kinds and one.get("use", "sig") == "sig"]


def _object(answer: Response, what: str) -> Mapping[str, Any]:
    try:
        told = json.loads(answer.content)
    except (ValueError, RecursionError) as error:
        raise SignInFailed(f"the provider: {what} cannot be read") from error
    if not isinstance(told, dict):
        raise SignInFailed(f"the provider: {what} cannot be read")
    return told


def _place(told: Mapping[str, Any], name: str, issuer: str) -> str:
    """An address that is as safe as the issuer's own."""
    place = told.get(name)
    if not isinstance(place, str) or urlsplit(place).scheme not in {
        "https",
        urlsplit(issuer).scheme,
    }:
        raise SignInFailed(f"the provider names no {name} that can be used")
    return place
