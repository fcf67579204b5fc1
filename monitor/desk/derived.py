"""Secrets that are worked out anew whenever they are needed, and kept nowhere."""

from base64 import b64encode
from hashlib import sha256
from hmac import compare_digest
from hmac import digest as hmac
from typing import Literal

from joserfc.util import urlsafe_b64encode
from typing_extensions import override

Purpose = Literal["manage", "leave", "confirm", "webhook", "limit", "session", "form", "sign-in"]
"""What a secret is for. One that was made for something opens nothing else."""


class Derived:
    """All that follows from the one secret key of an installation. Its `repr` shows nothing.

    A secret is HMAC-SHA256 of its purpose, the id it is for and a generation: 256 bits that
    nobody can guess, the same in every process and after every restart. With another
    generation it is another one, and the one before counts no more.
    """

    def __init__(self, secret_key: bytes) -> None:
        self._key = secret_key

    @override
    def __repr__(self) -> str:
        return "Derived()"

    def token(self, purpose: Purpose, id_: str, generation: int = 0) -> str:
        """URL-safe, 43 characters."""
        return urlsafe_b64encode(self._secret(purpose, id_, generation)).decode()

    def key(self, purpose: Purpose) -> bytes:
        """32 bytes, to lock something up with."""
        return self._secret(purpose, "key", 0)

    def is_genuine(self, text: str, purpose: Purpose, id_: str, generation: int = 0) -> bool:
        """Compare in constant time; whatever the text is, it takes as long."""
        expected = sha256(self.token(purpose, id_, generation).encode()).digest()
        return compare_digest(sha256(text.encode("utf-8", "replace")).digest(), expected)

    def webhook_secret(self, id_: str, generation: int = 0) -> str:
        """As Standard Webhooks writes it: `whsec_` and 32 bytes in Base64."""
        return f"whsec_{b64encode(self._secret('webhook', id_, generation)).decode()}"

    def _secret(self, purpose: Purpose, id_: str, generation: int) -> bytes:
        labelled = hmac(self._key, f"ketenwacht {purpose}".encode(), "sha256")
        return hmac(labelled, f"{generation}:{id_}".encode(), "sha256")
