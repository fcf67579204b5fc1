"""Spans on their way to a collector, over OTLP; loaded only when traces are asked for."""

import asyncio
import logging
import os
import socket
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from importlib.metadata import version
from threading import Thread

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import OTELResourceDetector, Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.sampling import Decision
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import Link, SpanContext, SpanKind, Status, StatusCode, TraceFlags
from requests import Session
from structlog.stdlib import get_logger
from typing_extensions import override

from monitor.catalogue.loader import Bound
from monitor.domain.delivery import Delivery
from monitor.domain.event import Event
from monitor.domain.observation import Observation
from monitor.domain.subscription import Channel
from monitor.probe_spans import Asked, of_probe
from monitor.spans import EPOCH, Kind, Place, Span, of_batch, of_delivery, root_of
from monitor.tracing import EveryBound

LET_SEND = 3.0
"""Seconds for what is left at the end; a stop stays within 25 s, also if the collector hangs."""
KINDS = {Kind.INTERNAL: SpanKind.INTERNAL, Kind.CLIENT: SpanKind.CLIENT}
FLAGS = TraceFlags(TraceFlags.SAMPLED)

log = get_logger(__name__)


class Otel:
    """Spans are made of what is known already, and sent by a thread of their own.

    What the standard OTEL_... variables say of sampling, resources, headers, certificates and
    the queue holds. Beyond its bound the queue forgets the oldest spans.
    """

    def __init__(self, endpoint: str, every_bound: EveryBound, here: str) -> None:
        logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)  # _Sender says it, once
        self._every_bound = every_bound
        self._here = here
        own = Resource.create(
            {
                "service.name": "ketenwacht",
                "service.version": version("ketenwacht"),
                "host.name": socket.gethostname(),
                "process.pid": os.getpid(),
            }
        )
        self._resource = own.merge(OTELResourceDetector().detect())
        self._scope = InstrumentationScope("ketenwacht", version("ketenwacht"))
        self._sampler = TracerProvider(shutdown_on_exit=False).sampler
        self._processor = BatchSpanProcessor(_Sender(f"{endpoint}/v1/traces"))
        log.info("traces are sent", to=endpoint)

    def seen(self, one: Observation) -> None:
        if self._is_wanted(root_of(one).trace):  # most are not, where a sampler decides
            self._give(of_probe(one, _asked(self._every_bound().get(one.check)), self._here))

    def recorded(
        self, batch: Sequence[Observation], events: Sequence[Event], begin: datetime, end: datetime
    ) -> None:
        self._give(of_batch(batch, events, begin, end))

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
        told = partial(of_delivery, fate=fate, trouble=trouble, begin=begin, end=end)
        self._give((told(delivery, channel, events),))

    async def aclose(self) -> None:
        done = asyncio.Event()
        loop = asyncio.get_running_loop()
        ended = partial(loop.call_soon_threadsafe, done.set)
        Thread(target=_end, args=(self._processor, ended), daemon=True).start()
        with suppress(TimeoutError):
            async with asyncio.timeout(LET_SEND):
                await done.wait()

    def _give(self, spans: Iterable[Span]) -> None:
        for span in spans:
            if self._is_wanted(span.place.trace):
                self._processor.on_end(self._readable(span))

    def _is_wanted(self, trace: int) -> bool:
        """The trace alone decides, so that all processes decide the same."""
        decision = self._sampler.should_sample(None, trace, "probe").decision
        return decision is Decision.RECORD_AND_SAMPLE

    def _readable(self, span: Span) -> ReadableSpan:
        fault = span.fault
        return ReadableSpan(
            name=span.name,
            context=_context(span.place),
            parent=_context(span.parent) if span.parent else None,
            resource=self._resource,
            attributes=span.facts,
            links=[Link(_context(one)) for one in span.links],
            kind=KINDS[span.kind],
            status=Status() if fault is None else Status(StatusCode.ERROR, fault),
            start_time=_nanoseconds(span.begin),
            end_time=_nanoseconds(span.end),
            instrumentation_scope=self._scope,
        )


class _Sender(SpanExporter):
    """OTLP over HTTP, without what the environment says of proxies; a fault is told once."""

    def __init__(self, url: str) -> None:
        session = Session()
        session.trust_env = False
        self._exporter = OTLPSpanExporter(url, session=session)
        self._arrives = True

    @override
    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        result = self._exporter.export(spans)
        arrives = result is SpanExportResult.SUCCESS
        if self._arrives and not arrives:
            log.warning("traces do not arrive and are lost; all else goes on")
        elif arrives and not self._arrives:
            log.info("traces arrive again")
        self._arrives = arrives
        return result

    @override
    def shutdown(self) -> None:
        self._exporter.shutdown()  # type: ignore[no-untyped-call]  # theirs has no types


def _asked(bound: Bound | None) -> Asked | None:
    if bound is None or not bound.probe.asked:
        return None
    path = getattr(bound.check, "path", None)  # none: a check that only shakes hands
    return Asked(bound.target.url(path or ""), None if path is None else "GET")


def _end(processor: BatchSpanProcessor, ended: Callable[[], object]) -> None:
    processor.shutdown()  # type: ignore[no-untyped-call]  # theirs has no types
    with suppress(RuntimeError):  # nobody waits any more, and the loop is closed
        ended()


def _context(place: Place) -> SpanContext:
    return SpanContext(place.trace, place.span, is_remote=False, trace_flags=FLAGS)


def _nanoseconds(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(microseconds=1) * 1000
