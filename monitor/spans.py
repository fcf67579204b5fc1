"""One probe's way as spans: what took from when to when, and what it belongs to. Pure.

Nothing is carried from one process to the next: the line and the moment in which a probe
began name its trace, and what comes of it has the same line and the same moment.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from hashlib import blake2b
from urllib.parse import urlsplit

from checks.outcome import Outcome, OutcomeClass, Phases
from monitor.domain.delivery import Delivery
from monitor.domain.event import Event
from monitor.domain.observation import Observation
from monitor.domain.subscription import Channel

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
STAGES = ("dns", "connect", "tls", "first byte", "body")
FAILING = frozenset({OutcomeClass.FAILED, OutcomeClass.OURS})

Facts = Mapping[str, str | int]


class Kind(StrEnum):
    INTERNAL = "internal"
    CLIENT = "client"  # somebody else had to answer


@dataclass(frozen=True, slots=True)
class Asked:
    """What a check asks; `method` None: it only shakes hands."""

    url: str
    method: str | None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a span is: the trace, 128 bits, and the span itself, 64 bits; neither is 0."""

    trace: int
    span: int

    def within(self, *names: str) -> "Place":
        """Another span of this trace, by names that only it has there."""
        return Place(self.trace, _number(8, f"{self.trace:032x}", *names))


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """`fault`: it ended badly, in one sentence without secrets. `links`: what it belongs to."""

    name: str
    place: Place
    parent: Place | None
    begin: datetime
    end: datetime
    kind: Kind = Kind.INTERNAL
    facts: Facts
    links: Sequence[Place] = ()
    fault: str | None = None


def of_probe(one: Observation, asked: Asked | None, here: str) -> Iterator[Span]:
    """From its slot to the end of the answer; `here` is our location, of a check that has none.

    `asked` None: it was reported to us, or the catalogue has it no more.
    """
    outcome, root = one.outcome, root_of(one)
    handed = _handed(one)
    fault = outcome.reason if outcome.outcome_class in FAILING else None
    yield Span(
        name="probe",
        place=root,
        parent=None,
        begin=min(one.slot, one.at),
        end=handed,
        facts=_named(one, here),
        fault=fault,
    )
    if asked is None:
        return
    if one.slot < one.at:
        wait = root.within("wait", str(one.check))
        yield Span(name="wait", place=wait, parent=root, begin=one.slot, end=one.at, facts={})
    asking = root.within("ask", str(one.check))
    yield Span(
        name=asked.method or "handshake",
        place=asking,
        parent=root,
        begin=one.at,
        end=handed,
        kind=Kind.CLIENT,
        facts=_http(outcome, asked),
        fault=fault,
    )
    yield from _phases(outcome.phases, asking, one.at)


def of_batch(
    batch: Sequence[Observation], events: Sequence[Event], begin: datetime, end: datetime
) -> Iterator[Span]:
    """What a committed batch kept of each probe and told, and the batch, which they lead to."""
    first = root_of(batch[0])
    whole = Place(_number(16, "batch", f"{first.trace:032x}"), first.span)
    facts: Facts = {"ketenwacht.observations": len(batch), "ketenwacht.events": len(events)}
    yield Span(name="batch", place=whole, parent=None, begin=begin, end=end, facts=facts)
    kept: dict[int, Place] = {}
    for one in batch:
        root = root_of(one)
        here = kept[root.trace] = root.within("record", str(one.check))
        since = min(_handed(one), end)
        yield Span(
            name="record",
            place=here,
            parent=root,
            begin=since,
            end=end,
            facts={"ketenwacht.waited_ms": round((begin - since) / timedelta(milliseconds=1))},
            links=(whole,),
        )
    for event in events:
        told = told_at(event)
        yield Span(
            name=f"tell {event.type}",
            place=told,
            parent=kept.get(told.trace),
            begin=begin,
            end=end,
            facts={"ketenwacht.event": event.type.value, "ketenwacht.subject": event.subject},
            links=(whole,),
        )


def of_delivery(
    delivery: Delivery,
    channel: Channel,
    events: Sequence[Event],
    *,
    fate: str,
    trouble: str | None,
    begin: datetime,
    end: datetime,
) -> Span:
    """One attempt; what tells several events has a trace of its own, and leads to them."""
    told = [told_at(event) for event in events]
    alone = told[0] if len(told) == 1 else None
    base = alone or Place(_number(16, "delivery", delivery.id), 0)
    return Span(
        name=f"deliver {channel}",
        place=base.within("deliver", delivery.id, str(delivery.attempts)),
        parent=alone,
        begin=begin,
        end=end,
        kind=Kind.CLIENT,
        facts={
            "ketenwacht.channel": channel.value,
            "ketenwacht.delivery": delivery.id,
            "ketenwacht.delivery.kind": delivery.kind.value,
            "ketenwacht.attempt": delivery.attempts,
            "ketenwacht.fate": fate,
        },
        links=() if alone else tuple(told),
        fault=trouble,
    )


def root_of(one: Observation) -> Place:
    """Where the way of this probe begins."""
    trace = _trace(str(one.check.target.line), one.at)
    return Place(trace, 0).within("probe", str(one.check))


def told_at(event: Event) -> Place:
    """Within the trace of the probe by which it was concluded, if there was one."""
    about, _, _ = event.subject.partition("@")
    return Place(_trace(about, event.at), 0).within("tell", event.key)


def _trace(about: str, at: datetime) -> int:
    """By the moment itself: whoever reads it back may write it in another zone."""
    return _number(16, about, str((at - EPOCH) // timedelta(microseconds=1)))


def _number(size: int, *names: str) -> int:
    digest = blake2b("\n".join(names).encode(), digest_size=size).digest()
    return int.from_bytes(digest, "big") or 1


def _handed(one: Observation) -> datetime:
    """When its answer was there, and on its way to the recorder."""
    return one.at + timedelta(seconds=one.outcome.phases.total or 0.0)


def _named(one: Observation, here: str) -> Facts:
    target = one.check.target
    facts = {
        "ketenwacht.interface": target.line.interface,
        "ketenwacht.line": str(target.line),
        "ketenwacht.environment": target.environment,
        "ketenwacht.check": one.check.check,
        "ketenwacht.location": one.check.location or here,
        "ketenwacht.slot": one.slot.isoformat(),
        "ketenwacht.outcome": one.outcome.outcome_class.value,
    }
    if version := one.outcome.reading.version:
        facts["ketenwacht.version"] = version
    return facts


def _http(outcome: Outcome, asked: Asked) -> Facts:
    """By OpenTelemetry's conventions for HTTP clients."""
    facts = dict(_address(asked))
    if outcome.status is not None:
        facts["http.response.status_code"] = outcome.status
    if outcome.status is not None and outcome.status >= 400:  # noqa: PLR2004  as HTTP has it
        facts["error.type"] = str(outcome.status)
    elif trouble := outcome.evidence.get("trouble"):
        facts["error.type"] = trouble
    return facts


@lru_cache(maxsize=4096)
def _address(asked: Asked) -> Facts:
    """Only what holds no key: no query, no user."""
    parts = urlsplit(asked.url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    facts: dict[str, str | int] = {"server.address": parts.hostname or "", "server.port": port}
    if asked.method:
        facts["http.request.method"] = asked.method
        bare = parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="")
        facts["url.full"] = bare.geturl()
    return facts


def _phases(phases: Phases, asking: Place, at: datetime) -> Iterator[Span]:
    """Each begins where the one before ended; what was not reached has none."""
    reached = (phases.dns, phases.connect, phases.tls, phases.first_byte, phases.body)
    for name, took in zip(STAGES, reached, strict=True):
        if took is None:
            continue
        end = at + timedelta(seconds=took)
        place = asking.within(name, f"{asking.span:016x}")
        yield Span(name=name, place=place, parent=asking, begin=at, end=end, facts={})
        at = end
