"""Evidence that can be checked without us: signed with Ed25519, as a compact JWS."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal, Self

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OKPKey
from typing_extensions import override

from monitor.refusal import Refusal

ALGORITHM: Literal["Ed25519"] = "Ed25519"
"""RFC 9864; the older name EdDSA left the curve open."""
TYPE = "gate-evidence+jws"
LARGEST = 1_000_000
"""Bytes of a file that is verified."""


_BLOCK = re.compile(r"-----BEGIN [A-Z ]+-----[^-]*-----END [A-Z ]+-----")


class SigningError(Refusal):
    """No key, or a document that does not hold; the text says what to do."""


class Signer:
    """Signs with one private key. Its `repr` shows the key's id only."""

    def __init__(self, key: OKPKey, retired: Sequence[OKPKey] = ()) -> None:
        self._key = key
        self._retired = tuple(retired)
        self.id = key.thumbprint()

    @override
    def __repr__(self) -> str:
        return f"Signer({self.id})"

    @classmethod
    def of(cls, pem: str, place: str) -> Self:
        """From a private key in PEM; SigningError names the place, never the key.

        Keys after the first are retired ones, private or public: what they signed holds.
        """
        first, *retired = [_key_of(one, place) for one in _BLOCK.findall(pem) or [pem]]
        if not first.is_private:
            raise SigningError(f"{place} begins with a public key; signing takes the private one")
        return cls(first, retired)

    @property
    def public(self) -> Mapping[str, Any]:
        """The public key as a JWK (RFC 8037)."""
        return _public(self._key)

    @property
    def every_public(self) -> tuple[Mapping[str, Any], ...]:
        """The key that signs, and those that did so before."""
        return tuple(_public(one) for one in (self._key, *self._retired))

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
        return KeySet([_key_of(one, place) for one in _BLOCK.findall(text) or [text]])
    try:
        told = json.loads(text)
        several = told["keys"] if isinstance(told, dict) and "keys" in told else [told]
        return KeySet([OKPKey.import_key(one) for one in several])
    except (JoseError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise SigningError(f"{place} holds no Ed25519 key; take PEM, or /api/v1/keys") from error


def _public(key: OKPKey) -> Mapping[str, Any]:
    told = key.as_dict(private=False)
    return {**told, "kid": key.thumbprint(), "use": "sig", "alg": ALGORITHM}


def _key_of(pem: str, place: str) -> OKPKey:
    try:
        key = OKPKey.import_key(pem)
    except (JoseError, ValueError, TypeError) as error:
        raise SigningError(f"{place} holds no Ed25519 key in PEM") from error
    if key.curve_name != ALGORITHM:
        raise SigningError(f"{place} holds a key of {key.curve_name}; an Ed25519 key is needed")
    return key
