"""A sign of life to somebody outside, who raises the alarm when it stays away."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from httpx2 import AsyncClient, Request, TransportError

from monitor.alerts.answering import receipt, sentence
from monitor.alerts.own_places import PlaceError, place_at
from monitor.alerts.parcel import Fate
from monitor.catalogue.references import Reference

TOTAL = 10.0  # seconds for one sign
SLACK = timedelta(minutes=1)


class Heartbeat:
    """One GET to an address that is kept by reference: whoever knows it can fake our health."""

    def __init__(self, http: AsyncClient, reference: Reference, secrets: Mapping[str, str]) -> None:
        self._http = http
        self._reference = reference
        self._secrets = secrets

    async def beat(self) -> str | None:
        """Give one sign; what went wrong, in one sentence without the address."""
        try:
            place = place_at(self._reference, self._secrets)
            answer = await self._http.send(
                Request(
                    "GET",
                    place.url,
                    headers=place.headers,
                    extensions={"deadline": TOTAL, "head_suffices": True},
                )
            )
        except PlaceError as error:
            return str(error)
        except TransportError as error:
            return sentence(error)
        told = receipt(answer)
        return None if told.fate is Fate.ARRIVED else told.trouble


def is_alive(now: datetime, recorded_at: datetime, often: timedelta) -> bool:
    """Whether we ask and remember, by the newest answer that is on record.

    `often` is the interval of the check that is asked most often. What is asked and not written
    down yet does not count.
    """
    return now - recorded_at <= 2 * often + SLACK
