"""TLS between our bytes and theirs, without a socket; and what its errors mean."""

import ssl

from checks.trouble import Stage, TroubleKind
from checks.wire.certificate import Certificate
from checks.wire.unanswered import Unanswered

CHUNK = 64 << 10
FLIGHT = 64  # bytes; an alert alone is 7, a server's first flight is hundreds


class Veil:
    """One TLS session: what came goes in by `take`, what must go out is in `outgoing()`."""

    __slots__ = ("_credentialed", "_incoming", "_object", "_outgoing", "_taken", "ended", "shaken")

    def __init__(self, context: ssl.SSLContext, host: str, *, credentialed: bool) -> None:
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self._object = context.wrap_bio(self._incoming, self._outgoing, server_hostname=host)
        self._credentialed = credentialed  # whether we have a certificate to show
        self._taken = 0
        self.shaken = False
        self.ended = False  # they said goodbye

    @property
    def certificate(self) -> Certificate | None:
        der = self._object.getpeercert(binary_form=True)
        return None if der is None else Certificate(der)

    def shake(self) -> None:
        """Go on with the handshake as far as it goes. Raises Unanswered when it fails."""
        try:
            self._object.do_handshake()
        except ssl.SSLWantReadError:
            return
        except (ssl.SSLError, OSError) as error:
            raise self._trouble(error) from error
        self.shaken = True

    def take(self, data: bytes) -> None:
        self._incoming.write(data)
        self._taken += len(data)

    def seal(self, plain: bytes) -> None:
        if plain:
            self._object.write(plain)

    def open(self) -> bytes:
        """Give what can be read now, and note whether it was the last."""
        opened: list[bytes] = []
        try:
            while piece := self._object.read(CHUNK):
                opened.append(piece)
            self.ended = True  # nothing more will ever come: an empty piece is their goodbye
        except ssl.SSLWantReadError:
            pass
        except (ssl.SSLError, OSError) as error:
            if not opened:
                raise self._trouble(error) from error
        return b"".join(opened)

    def close(self) -> None:
        """Say goodbye, without waiting for an answer."""
        try:
            self._object.unwrap()
        except (ssl.SSLError, OSError, ValueError):
            return  # it waits for their goodbye, or there is nothing left to say

    def outgoing(self) -> bytes:
        return self._outgoing.read()

    def _trouble(self, error: Exception) -> Unanswered:
        kind, sentence = _meaning(error)
        aborted = getattr(error, "reason", None) == "SSLV3_ALERT_HANDSHAKE_FAILURE"
        if aborted and self._taken > FLIGHT:
            # It had shown its own certificate already, so that what it misses is ours.
            if self._credentialed:
                kind, sentence = TroubleKind.CERTIFICATE_REJECTED, REJECTED
            else:
                kind, sentence = TroubleKind.CERTIFICATE_REQUIRED, REQUIRED
        return Unanswered(kind, sentence, Stage.TLS)


REQUIRED = "the server asks for a client certificate and got none"
REJECTED = "the server does not accept our client certificate"

VERIFY = {  # X509_V_ERR_… of OpenSSL
    9: (TroubleKind.TLS_EXPIRED, "the server's certificate is not valid yet"),
    10: (TroubleKind.TLS_EXPIRED, "the server's certificate has expired"),
    18: (TroubleKind.TLS_UNKNOWN_ISSUER, "the server's certificate is signed by itself"),
    19: (TroubleKind.TLS_UNKNOWN_ISSUER, "the server's certificate has an issuer unknown to us"),
    20: (TroubleKind.TLS_UNKNOWN_ISSUER, "the server's certificate has an issuer unknown to us"),
    21: (TroubleKind.TLS_UNKNOWN_ISSUER, "the server's certificate has an issuer unknown to us"),
    62: (TroubleKind.TLS_WRONG_HOST, "the server's certificate is for another host"),
    64: (TroubleKind.TLS_WRONG_HOST, "the server's certificate is for another address"),
}

OLD = (TroubleKind.TLS_VERSION, "the server speaks no TLS of version 1.2 or later")

ALERTS = {  # a reason of OpenSSL; alerts are what the server says about us
    "TLSV13_ALERT_CERTIFICATE_REQUIRED": (TroubleKind.CERTIFICATE_REQUIRED, REQUIRED),
    "SSLV3_ALERT_NO_CERTIFICATE": (TroubleKind.CERTIFICATE_REQUIRED, REQUIRED),
    "SSLV3_ALERT_BAD_CERTIFICATE": (TroubleKind.CERTIFICATE_REJECTED, REJECTED),
    "SSLV3_ALERT_UNSUPPORTED_CERTIFICATE": (TroubleKind.CERTIFICATE_REJECTED, REJECTED),
    "SSLV3_ALERT_CERTIFICATE_UNKNOWN": (TroubleKind.CERTIFICATE_REJECTED, REJECTED),
    "SSLV3_ALERT_CERTIFICATE_REVOKED": (
        TroubleKind.CERTIFICATE_REJECTED,
        "the server says that our client certificate is revoked",
    ),
    "SSLV3_ALERT_CERTIFICATE_EXPIRED": (
        TroubleKind.CERTIFICATE_REJECTED,
        "the server says that our client certificate has expired",
    ),
    "TLSV1_ALERT_UNKNOWN_CA": (
        TroubleKind.CERTIFICATE_REJECTED,
        "the server does not know the issuer of our client certificate",
    ),
    "TLSV1_ALERT_ACCESS_DENIED": (
        TroubleKind.CERTIFICATE_REJECTED,
        "the server knows our client certificate and does not let us in",
    ),
    "TLSV1_ALERT_PROTOCOL_VERSION": OLD,
    "UNSUPPORTED_PROTOCOL": OLD,
    "WRONG_VERSION_NUMBER": (TroubleKind.TLS_HANDSHAKE, "the server does not speak TLS here"),
    "HTTP_REQUEST": (TroubleKind.TLS_HANDSHAKE, "the server does not speak TLS here"),
}


def _meaning(error: Exception) -> tuple[TroubleKind, str]:
    reason = getattr(error, "reason", None) or type(error).__name__
    if isinstance(error, ssl.SSLCertVerificationError):
        unknown = (
            TroubleKind.TLS_UNKNOWN_ISSUER,
            f"the server's certificate is not trusted ({error.verify_message})",
        )
        return VERIFY.get(error.verify_code, unknown)
    spoken = str(reason).replace("_", " ").lower()
    return ALERTS.get(str(reason), (TroubleKind.TLS_HANDSHAKE, f"TLS failed: {spoken}"))
