"""What came of probes, as spans: what took from when to when, and what it belongs to. Pure.

Nothing is carried from one process to the next: the line and the moment in which a probe
began name its trace, and what comes of it has the same line and the same moment.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import blake2b

from monitor.domain.delivery import Delivery
from monitor.domain.event import Event, EventType
from monitor.domain.observation import Observation
from monitor.domain.subscription import Channel

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Facts = Mapping[str, str | int]

OF_PROBES = frozenset(
    {
        EventType.OUTAGE_OPENED,
        EventType.OUTAGE_RESOLVED,
        EventType.UNSTABLE_STARTED,
        EventType.UNSTABLE_ENDED,
        EventType.DRIFT_OPENED,
        EventType.DRIFT_RESOLVED,
        EventType.ROLLOUT_ARRIVED,
        EventType.ROLLOUT_VERIFIED,
        EventType.ROLLOUT_ROLLED_BACK,
        EventType.CERTIFICATE_EXPIRING,
        EventType.NOTICE_REFUSED,
        EventType.NOTICE_ISOLATED,
        EventType.NOTICE_LOCATION_DOWN,
    }
)
"""What a batch of answers gives reason to tell; all else is told by people or by the calendar,
at a moment in which no probe need have begun."""


class Kind(StrEnum):
    INTERNAL = "internal"
    CLIENT = "client"  # somebody else had to answer


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
        since = min(handed_at(one), end)
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
    """One attempt; what tells several events has a trace of its own, and leads to them.

    What people or the calendar told has no probe: the attempt is where its trace begins.
    """
    told = [told_at(event) for event in events]
    alone = told[0] if len(told) == 1 else None
    base = alone or Place(_number(16, "delivery", delivery.id), 0)
    return Span(
        name=f"deliver {channel}",
        place=base.within("deliver", delivery.id, str(delivery.attempts)),
        parent=alone if events and events[0].type in OF_PROBES else None,
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


def handed_at(one: Observation) -> datetime:
    """When its answer was there, and on its way to the recorder."""
    return one.at + timedelta(seconds=one.outcome.phases.total or 0.0)
