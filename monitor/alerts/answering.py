"""What the answer of a receiver means, in words of our own."""

from collections.abc import Mapping
from datetime import timedelta
from http import HTTPStatus

from httpx2 import Response, TransportError

from checks.classify import retry_after
from checks.client import Unanswered
from checks.trouble import TroubleKind
from monitor.alerts.parcel import Fate, Receipt

TOO_SLOW = "the receiver did not answer in time"
LONGEST_WAIT = 86_400.0  # seconds; the dispatcher may bound it further

SENTENCES: Mapping[TroubleKind, str] = {
    TroubleKind.DNS: "the receiver's host name is not known just now",
    TroubleKind.CONNECTION_REFUSED: "the receiver refuses the connection",
    TroubleKind.CONNECT_TIMEOUT: "nothing answers at the receiver's address",
    TroubleKind.UNREACHABLE: "there is no way to the receiver's address",
    TroubleKind.TLS_EXPIRED: "the receiver's certificate has expired",
    TroubleKind.TLS_WRONG_HOST: "the receiver's certificate is for another host",
    TroubleKind.TLS_UNKNOWN_ISSUER: "the receiver's certificate has an issuer we do not know",
    TroubleKind.TLS_VERSION: "the receiver knows no version of TLS that we take (1.2 or later)",
    TroubleKind.TLS_HANDSHAKE: "no TLS connection with the receiver came about",
    TroubleKind.RESET: "the receiver broke the connection",
    TroubleKind.READ_TIMEOUT: TOO_SLOW,
    TroubleKind.TOTAL_TIMEOUT: TOO_SLOW,
    TroubleKind.EXHAUSTED: "this machine has no connection left",
}
"""Ours, word for word: what a receiver says is never shown."""


def receipt(answer: Response) -> Receipt:
    """What a status means to us. A redirect is a fault: it may be mended, and is not followed."""
    match answer.status_code:
        case status if HTTPStatus(200) <= status < HTTPStatus(300):
            return Receipt(Fate.ARRIVED)
        case HTTPStatus.GONE:
            return Receipt(Fate.GONE, "the receiver answered 410: it wants no more of it")
        case status if HTTPStatus(300) <= status < HTTPStatus(400):
            told = f"the receiver answered {status}; redirects are not followed"
            return Receipt(Fate.AGAIN, f"{told}, subscribe its new address")
        case HTTPStatus.TOO_MANY_REQUESTS | HTTPStatus.SERVICE_UNAVAILABLE as status:
            return Receipt(Fate.AGAIN, f"the receiver answered {status}", _pause(answer))
        case status:
            return Receipt(Fate.AGAIN, f"the receiver answered {status}")


def _pause(answer: Response) -> timedelta | None:
    seconds = retry_after(answer.headers)
    return None if seconds is None else timedelta(seconds=min(seconds, LONGEST_WAIT))


def sentence(error: TransportError) -> str:
    """Why no answer came, or none that can be read."""
    kind = error.trouble.kind if isinstance(error, Unanswered) else TroubleKind.PROTOCOL
    return SENTENCES.get(kind, "the receiver's answer breaks the rules of HTTP")
