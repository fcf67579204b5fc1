"""Whether the owner of an endpoint wants to hear from us (CloudEvents, web hooks, section 4)."""

from collections.abc import Mapping
from enum import Enum, auto
from http import HTTPStatus

ASKS = "WebHook-Request-Origin"
ANSWERS = "webhook-allowed-origin"


class Consent(Enum):
    GIVEN = auto()
    WITHHELD = auto()  # others may send there, we may not
    UNSPOKEN = auto()  # this receiver does not know the question; it gets a code to send back


def question(origin: str) -> dict[str, str]:
    """The headers of an OPTIONS request. `origin` is the host name of our public address."""
    return {ASKS: origin}


def consent(status: int, headers: Mapping[str, str], origin: str) -> Consent:
    """Read the answer; the names in `headers` are in lower case."""
    allowed = headers.get(ANSWERS, "").strip().lower()
    if not allowed or not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return Consent.UNSPOKEN
    return Consent.GIVEN if allowed in {"*", origin.lower()} else Consent.WITHHELD
