"""Evidence that can be checked without us: signed with Ed25519, as a compact JWS."""

import json
from collections.abc import Mapping
from typing import Any, Literal, Self

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OKPKey
from typing_extensions import override

ALGORITHM: Literal["Ed25519"] = "Ed25519"
"""RFC 9864; the older name EdDSA left the curve open."""
TYPE = "gate-evidence+jws"
LARGEST = 1_000_000
"""Bytes of a file that is verified."""


class SigningError(Exception):
    """No key, or a document that does not hold; the text says what to do."""


class Signer:
    """Signs with one private key. Its `repr` shows the key's id only."""

    def __init__(self, key: OKPKey) -> None:
        self._key = key
        self.id = key.thumbprint()

    @override
    def __repr__(self) -> str:
        return f"Signer({self.id})"

    @classmethod
    def of(cls, pem: str, place: str) -> Self:
        """From a private key in PEM; SigningError names the place, never the key."""
        key = _key_of(pem, place)
        if not key.is_private:
            raise SigningError(f"{place} holds a public key; signing takes the private one")
        return cls(key)

    @property
    def public(self) -> Mapping[str, Any]:
        """The public key as a JWK (RFC 8037)."""
        told = self._key.as_dict(private=False)
        return {**told, "kid": self.id, "use": "sig", "alg": ALGORITHM}

    def sign(self, document: Mapping[str, Any]) -> str:
        header = {"alg": ALGORITHM, "kid": self.id, "typ": TYPE}
        payload = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
        return jws.serialize_compact(header, payload.encode(), self._key, algorithms=[ALGORITHM])


def verify(text: str, keys: KeySet) -> Mapping[str, Any]:
    """The document of a compact JWS that one of the keys signed; SigningError otherwise."""
    try:
        found = jws.deserialize_compact(text.strip(), keys, algorithms=[ALGORITHM])
        document = json.loads(found.payload)
    except (JoseError, ValueError, RecursionError) as error:
        raise SigningError(
            "the document does not hold: it was changed, or another key signed it"
        ) from error
    if found.headers().get("typ") != TYPE or not isinstance(document, dict):
        raise SigningError("the document is signed, but it is no evidence of a gate")
    return document


def keys_of(text: str, place: str) -> KeySet:
    """Public keys from PEM, from a JWK, or from a set of them as /api/v1/keys serves it."""
    if "-----BEGIN" in text:
        return KeySet([_key_of(text, place)])
    try:
        told = json.loads(text)
        several = told["keys"] if isinstance(told, dict) and "keys" in told else [told]
        return KeySet([OKPKey.import_key(one) for one in several])
    except (JoseError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise SigningError(f"{place} holds no Ed25519 key; take PEM, or /api/v1/keys") from error


def _key_of(pem: str, place: str) -> OKPKey:
    try:
        key = OKPKey.import_key(pem)
    except (JoseError, ValueError, TypeError) as error:
        raise SigningError(f"{place} holds no Ed25519 key in PEM") from error
    if key.curve_name != ALGORITHM:
        raise SigningError(f"{place} holds a key of {key.curve_name}; an Ed25519 key is needed")
    return key
