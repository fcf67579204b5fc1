"""Signed CloudEvents, posted to whoever asked for them."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from http import HTTPStatus

from httpx2 import AsyncClient, Request, Response, TransportError

from checks.classify import retry_after
from checks.client import Unanswered
from checks.trouble import TroubleKind
from monitor.alerts.cloud_event import contents, written
from monitor.alerts.guard import Astray, Door, Forbidden, Guard
from monitor.alerts.handshake import Consent, consent, question
from monitor.alerts.parcel import Fate, Parcel, Receipt
from monitor.alerts.signature import signed
from monitor.domain.delivery import DeliveryKind

TOTAL = 20.0  # seconds for one attempt, the name server included (reliability.md, "Telling")
FOR_ASKING = 0.4  # of those, for a receiver that may not know OPTIONS
FOR_POSTING = 0.9  # of those, so that it is told what took so long
LONGEST_WAIT = 86_400.0  # seconds; the dispatcher may bound it further

SENTENCES: Mapping[TroubleKind, str] = {
    TroubleKind.CONNECTION_REFUSED: "the receiver refuses the connection",
    TroubleKind.CONNECT_TIMEOUT: "nothing answers at the receiver's address",
    TroubleKind.UNREACHABLE: "there is no way to the receiver's address",
    TroubleKind.TLS_EXPIRED: "the receiver's certificate has expired",
    TroubleKind.TLS_WRONG_HOST: "the receiver's certificate is for another host",
    TroubleKind.TLS_UNKNOWN_ISSUER: "the receiver's certificate has an issuer we do not know",
    TroubleKind.TLS_VERSION: "the receiver knows no version of TLS that we take (1.2 or later)",
    TroubleKind.TLS_HANDSHAKE: "no TLS connection with the receiver came about",
    TroubleKind.RESET: "the receiver broke the connection",
    TroubleKind.READ_TIMEOUT: "the receiver did not answer in time",
    TroubleKind.TOTAL_TIMEOUT: "the receiver did not answer in time",
    TroubleKind.EXHAUSTED: "this machine has no connection left",
}
"""Ours, word for word: what a receiver says is never shown."""


class WebhookCourier:
    """`source` and `origin` say who we are: in each event, and to whom we ask for consent."""

    def __init__(
        self, http: AsyncClient, guard: Guard, *, source: str, origin: str, total: float = TOTAL
    ) -> None:
        self._http = http
        self._guard = guard
        self._source = source
        self._origin = origin
        self._total = total

    async def deliver(self, parcel: Parcel) -> Receipt:
        """Judge the address again, then post to exactly what was judged."""
        try:
            async with asyncio.timeout(self._total):
                door = await self._guard.admit(parcel.subscription.address)
                if parcel.delivery.kind is DeliveryKind.CONFIRMATION:
                    return await self._confirm(parcel, door)
                return await self._post(parcel, door)
        except Astray as refusal:
            return Receipt(Fate.AGAIN, f"the address {refusal}")
        except Forbidden as refusal:
            return Receipt(Fate.REFUSED, f"the address {refusal}")
        except TimeoutError:
            return Receipt(Fate.AGAIN, SENTENCES[TroubleKind.TOTAL_TIMEOUT])
        except TransportError as error:
            return Receipt(Fate.AGAIN, _sentence(error))

    async def _confirm(self, parcel: Parcel, door: Door) -> Receipt:
        match await self._consent(door):
            case Consent.GIVEN:
                return Receipt(Fate.ARRIVED, owned=True)
            case Consent.WITHHELD:
                return Receipt(Fate.REFUSED, "the receiver allows others to send, and not us")
            case Consent.UNSPOKEN:
                return await self._post(parcel, door)

    async def _consent(self, door: Door) -> Consent:
        try:
            answer = await self._send("OPTIONS", door, question(self._origin), b"", FOR_ASKING)
        except TransportError:  # some hang up on what they do not know; the post will tell
            return Consent.UNSPOKEN
        return consent(answer.status_code, answer.headers, self._origin)

    async def _post(self, parcel: Parcel, door: Door) -> Receipt:
        body, kind = written(contents(parcel, self._source))
        headers = {
            "content-type": kind,
            **signed(parcel.secrets, parcel.delivery.id, parcel.now, body),
        }
        return receipt(await self._send("POST", door, headers, body.encode("ascii")))

    async def _send(
        self,
        method: str,
        door: Door,
        headers: Mapping[str, str],
        body: bytes,
        share: float = FOR_POSTING,
    ) -> Response:
        extensions = {
            "connect_to": door.addresses,
            "deadline": share * self._total,
            "head_suffices": True,
        }
        return await self._http.send(
            Request(method, door.url, headers=headers, content=body, extensions=extensions)
        )


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


def _sentence(error: TransportError) -> str:
    kind = error.trouble.kind if isinstance(error, Unanswered) else TroubleKind.PROTOCOL
    return SENTENCES.get(kind, "the receiver's answer breaks the rules of HTTP")
