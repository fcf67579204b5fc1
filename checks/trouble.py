"""The ways in which an answer can fail to come."""

from dataclasses import dataclass
from enum import StrEnum


class Stage(StrEnum):
    """How far a probe had come; the values are the names of `Phases`."""

    DNS = "dns"
    CONNECT = "connect"
    TLS = "tls"
    FIRST_BYTE = "first_byte"
    BODY = "body"


class TroubleKind(StrEnum):
    DNS = "dns"
    CONNECTION_REFUSED = "connectionRefused"
    UNREACHABLE = "unreachable"
    CONNECT_TIMEOUT = "connectTimeout"
    TLS_EXPIRED = "tlsExpired"
    TLS_WRONG_HOST = "tlsWrongHost"
    TLS_UNKNOWN_ISSUER = "tlsUnknownIssuer"
    TLS_VERSION = "tlsVersion"
    TLS_HANDSHAKE = "tlsHandshake"
    RESET = "reset"
    READ_TIMEOUT = "readTimeout"
    TOTAL_TIMEOUT = "totalTimeout"
    PROTOCOL = "protocol"
    TOO_LARGE = "tooLarge"
    ENCODING = "encoding"
    CONTENT = "content"  # it answered well, and with something else than was asked for
    CERTIFICATE_REQUIRED = "certificateRequired"  # ours: asked for, and none shown
    CERTIFICATE_REJECTED = "certificateRejected"  # ours: shown, and not accepted
    CERTIFICATE_UNUSABLE = "certificateUnusable"  # ours: cannot even be loaded
    MISASKED = "misasked"  # we cannot put the question as it is configured
    EXHAUSTED = "exhausted"  # our own machine has no socket or memory left


@dataclass(frozen=True, slots=True)
class Trouble:
    """What went wrong, and where.

    `sentence` is ours and holds no secret; what it quotes from outside is cleaned.
    """

    kind: TroubleKind
    sentence: str
    stage: Stage | None = None
