"""Traces of what one probe and one delivery went through: off, and then they cost nothing."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from importlib import import_module
from typing import Protocol

from monitor.catalogue.loader import Bound
from monitor.domain.delivery import Delivery
from monitor.domain.event import Event
from monitor.domain.landscape import CheckId
from monitor.domain.observation import Observation
from monitor.domain.subscription import Channel
from monitor.refusal import Refusal

EveryBound = Callable[[], Mapping[CheckId, Bound]]
"""What each check asks, by the catalogue in force."""


class Tracing(Protocol):
    """Every method but the last returns at once, and none of them raises."""

    def seen(self, one: Observation) -> None:
        """A probe has its answer."""

    def recorded(
        self, batch: Sequence[Observation], events: Sequence[Event], begin: datetime, end: datetime
    ) -> None:
        """A batch, never empty, was committed, and these events with it."""

    def delivered(
        self,
        delivery: Delivery,
        channel: Channel,
        events: Sequence[Event],
        *,
        fate: str,
        trouble: str | None,
        begin: datetime,
        end: datetime,
    ) -> None:
        """An attempt to deliver came to its end."""

    async def aclose(self) -> None:
        """Send what is left, within some seconds."""


class Untraced:
    """What is when nobody asked for traces."""

    def seen(self, *_: object) -> None: ...
    def recorded(self, *_: object) -> None: ...
    def delivered(self, *_: object, **__: object) -> None: ...
    async def aclose(self) -> None: ...


class TracingError(Refusal):
    """Traces are asked for and cannot be made; the text says what to do."""


def tracing_of(endpoint: str | None, every_bound: EveryBound, here: str) -> Tracing:
    """Begin to trace, if there is where to send it: only then is OpenTelemetry's SDK loaded."""
    if endpoint is None:
        return Untraced()
    try:
        otel = import_module("monitor.otel")
    except ModuleNotFoundError as error:
        raise TracingError(
            f"KETENWACHT_OTEL_ENDPOINT: traces need {error.name}, which is not installed; "
            "run pip install 'ketenwacht[otel]', or take the variable away"
        ) from None
    begun: Tracing = otel.Otel(endpoint, every_bound, here)
    return begun
