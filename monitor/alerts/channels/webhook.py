"""Signed CloudEvents, posted to whoever asked for them."""

import asyncio
from collections.abc import Mapping

from httpx2 import AsyncClient, Request, Response, TransportError

from monitor.alerts.answering import TOO_SLOW, receipt, sentence
from monitor.alerts.cloud_event import contents, written
from monitor.alerts.guard import Astray, Door, Forbidden, Guard
from monitor.alerts.handshake import Consent, consent, question
from monitor.alerts.parcel import Fate, Parcel, Receipt
from monitor.alerts.signature import signed
from monitor.domain.delivery import DeliveryKind

TOTAL = 20.0  # seconds for one attempt, the name server included (reliability.md, "Telling")
FOR_ASKING = 0.4  # of those, for a receiver that may not know OPTIONS
FOR_POSTING = 0.9  # of those, so that it is told what took so long


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
            return Receipt(Fate.AGAIN, TOO_SLOW)
        except TransportError as error:
            return Receipt(Fate.AGAIN, sentence(error))

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
