"""Alerts, posted to the Alertmanagers of an operator."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from httpx2 import AsyncClient, Request, TransportError
from structlog.stdlib import get_logger

from monitor.alerts.alert import Alert, alert
from monitor.alerts.answering import receipt, sentence
from monitor.alerts.links import Links
from monitor.alerts.own_places import PlaceError, place_at
from monitor.alerts.parcel import Fate, Parcel, Receipt
from monitor.catalogue.references import Reference
from monitor.domain.event import Event
from monitor.domain.landscape import Words

PATH = "/api/v2/alerts"
TOTAL = 20.0  # seconds for one attempt
MOST = 500  # alerts in one request

log = get_logger(__name__)


class AlertmanagerCourier:
    """Tells a change at once, by the outbox, and all that is open again and again, beside it.

    Alertmanager forgets what it is not told again: at its restart, and when `endsAt` has come.
    `places` are by the addresses of their subscriptions.
    """

    def __init__(
        self,
        http: AsyncClient,
        places: Mapping[str, Reference],
        secrets: Mapping[str, str],
        links: Links,
        titles: Callable[[], Mapping[str, Words]] = dict,
        *,
        language: str = "nl",
    ) -> None:
        self._http = http
        self._places = places
        self._secrets = secrets
        self._links = links
        self._titles = titles
        self._language = language

    async def deliver(self, parcel: Parcel) -> Receipt:
        place = self._places.get(parcel.subscription.address)
        if place is None:
            return Receipt(Fate.REFUSED, "this Alertmanager is not configured any more")
        return await self._post(place, self._alerts(parcel.events, parcel.now))

    async def keep(self, newest: Sequence[Event], now: datetime) -> None:
        """Tell every Alertmanager how each story stands: its newest opening or ending."""
        alerts = self._alerts(newest, now)
        for name, place in self._places.items():
            for start in range(0, len(alerts), MOST):
                told = await self._post(place, alerts[start : start + MOST])
                if told.fate is not Fate.ARRIVED:
                    log.warning("an Alertmanager was not told", place=name, trouble=told.trouble)
                    break

    def _alerts(self, events: Sequence[Event], now: datetime) -> list[Alert]:
        titles = self._titles()
        told = (alert(event, now, self._links, self._language, titles) for event in events)
        return [one for one in told if one]

    async def _post(self, reference: Reference, alerts: Sequence[Alert]) -> Receipt:
        if not alerts:
            return Receipt(Fate.ARRIVED)
        try:
            place = place_at(reference, self._secrets)
            answer = await self._http.send(
                Request(
                    "POST",
                    place.at(PATH),
                    headers={"content-type": "application/json", **place.headers},
                    content=json.dumps(alerts).encode("ascii"),
                    extensions={"deadline": TOTAL, "head_suffices": True},
                )
            )
        except PlaceError as error:
            return Receipt(Fate.AGAIN, str(error))
        except TransportError as error:
            return Receipt(Fate.AGAIN, sentence(error))
        told = receipt(answer)
        return told if told.fate is not Fate.GONE else Receipt(Fate.AGAIN, told.trouble)
