"""What we hand to a browser and want back as it was: nobody reads it, nobody changes it."""

import json
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Mapping
from secrets import token_bytes
from typing import Any, Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from monitor.desk.derived import Derived

NONCE = 12
"""Bytes, new for every seal (NIST SP 800-38D)."""
LONGEST = 4_096
"""Characters: a browser keeps no longer cookie."""

Sealed = Literal["session", "sign-in"]


class Seal:
    """Encrypted and authenticated by AES-256-GCM, under a key of its own for every purpose."""

    def __init__(self, derived: Derived, purpose: Sealed) -> None:
        self._cipher = AESGCM(derived.key(purpose))
        self._purpose = purpose.encode()

    def close(self, told: Mapping[str, Any]) -> str:
        nonce = token_bytes(NONCE)
        text = json.dumps(told, separators=(",", ":")).encode()
        return urlsafe_b64encode(nonce + self._cipher.encrypt(nonce, text, self._purpose)).decode()

    def open(self, text: str) -> Mapping[str, Any] | None:
        """None for whatever we did not seal for this."""
        try:
            raw = b64decode(text, b"-_", validate=True) if len(text) <= LONGEST else b""
            told = json.loads(self._cipher.decrypt(raw[:NONCE], raw[NONCE:], self._purpose))
        except (ValueError, InvalidTag):
            return None
        return told if isinstance(told, dict) else None
