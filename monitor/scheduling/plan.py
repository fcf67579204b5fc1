"""Which check is asked at which moment: every one at its own stable place in its interval.

Slots lie on a grid counted from the epoch, so that a restart, a second process or a clock
that was set finds the same slots: slot k of a check is k intervals plus its offset.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import blake2b

from monitor.domain.landscape import CheckId, Probe
from monitor.domain.observation import Missed

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TICK = timedelta(milliseconds=1)
INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Schedule:
    """A probe and its place: `offset` is at least 0 and less than the interval."""

    probe: Probe
    offset: timedelta

    @property
    def interval(self) -> timedelta:
        return self.probe.interval


@dataclass(frozen=True, slots=True)
class Changes:
    """What another catalogue changes about the plan."""

    added: tuple[Schedule, ...]
    removed: tuple[CheckId, ...]
    changed: tuple[Schedule, ...]


def plan(probes: Iterable[Probe]) -> Mapping[CheckId, Schedule]:
    """Give every probe that we ask ourselves its place; reported ones have none."""
    return {
        probe.id: Schedule(probe, place(str(probe.id), probe.interval))
        for probe in probes
        if probe.asked
    }


def place(key: str, interval: timedelta) -> timedelta:
    """Return the same share of `interval` for the same key for ever, in whole milliseconds."""
    share = int.from_bytes(blake2b(key.encode(), digest_size=8).digest(), "big")
    return (share * (interval // TICK) >> 64) * TICK


def slot_at(schedule: Schedule, now: datetime) -> datetime:
    """Return the newest slot that is not after `now`."""
    passed = (now - EPOCH - schedule.offset) // schedule.interval
    return EPOCH + schedule.offset + passed * schedule.interval


def next_slot(schedule: Schedule, after: datetime) -> datetime:
    """Return the first slot that is later than `after`."""
    return slot_at(schedule, after) + schedule.interval


def missed_between(
    schedule: Schedule, last_done: datetime, now: datetime, reason: str
) -> Missed | None:
    """Return the slots after `last_done` and before `now`, or None where there are none."""
    first = next_slot(schedule, last_done)
    last = slot_at(schedule, now - INSTANT)
    if last < first:
        return None
    count = (last - first) // schedule.interval + 1
    return Missed(schedule.probe.id, first, last, count, reason)


def first_look(schedule: Schedule, now: datetime, within: timedelta) -> datetime | None:
    """Return when to ask for the first time, if its own slot is further away than `within`.

    First looks are spread over `within` as slots are over the interval, so that a start
    is no burst.
    """
    if next_slot(schedule, now) <= now + within:
        return None
    return now + (within * (schedule.offset / schedule.interval)) // TICK * TICK


def changes(before: Mapping[CheckId, Schedule], after: Mapping[CheckId, Schedule]) -> Changes:
    """Tell what must be done to the plan `before` to make it the plan `after`."""
    return Changes(
        added=tuple(new for id_, new in after.items() if id_ not in before),
        removed=tuple(id_ for id_ in before if id_ not in after),
        changed=tuple(new for id_, new in after.items() if id_ in before and before[id_] != new),
    )
