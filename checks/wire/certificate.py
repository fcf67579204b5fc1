"""A certificate as the other side showed it."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from cryptography.x509 import (
    Certificate as Parsed,
)
from cryptography.x509 import (
    DNSName,
    ExtensionNotFound,
    IPAddress,
    SubjectAlternativeName,
    load_der_x509_certificate,
)

from checks.clean import clean
from checks.trouble import Stage, TroubleKind
from checks.wire.unanswered import Unanswered


@dataclass(frozen=True)
class Certificate:
    """Parsed when first asked for its content, which most probes never do.

    Every property raises Unanswered where the certificate cannot be read.
    """

    der: bytes

    @cached_property
    def not_before(self) -> datetime:
        return self._parsed.not_valid_before_utc

    @cached_property
    def not_after(self) -> datetime:
        return self._parsed.not_valid_after_utc

    @cached_property
    def names(self) -> tuple[str, ...]:
        """DNS names and addresses of the subject alternative name; a common name is none."""
        try:
            extension = self._parsed.extensions.get_extension_for_class(SubjectAlternativeName)
        except ExtensionNotFound:
            return ()
        except ValueError as error:
            raise _unreadable() from error
        alternatives = extension.value
        names = alternatives.get_values_for_type(DNSName)
        addresses = alternatives.get_values_for_type(IPAddress)
        return tuple(clean(str(name)) for name in (*names, *addresses))

    @cached_property
    def issuer(self) -> str:
        try:
            return clean(self._parsed.issuer.rfc4514_string())
        except ValueError as error:
            raise _unreadable() from error

    @cached_property
    def _parsed(self) -> Parsed:
        try:
            return load_der_x509_certificate(self.der)
        except ValueError as error:
            raise _unreadable() from error


def _unreadable() -> Unanswered:
    return Unanswered(
        TroubleKind.TLS_HANDSHAKE, "the server's certificate cannot be read", Stage.TLS
    )
