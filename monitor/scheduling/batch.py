"""Which slots are handed to another location together, and how they are written down."""

from bisect import bisect_left
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from monitor.domain.landscape import CheckId
from monitor.scheduling.plan import EPOCH, INSTANT, Schedule
from monitor.scheduling.watch import grace_of

WINDOW = timedelta(seconds=1)
"""Slots of one location that fall into one window travel together."""
LEAD = timedelta(seconds=2)
"""How long before its window begins a batch is handed out."""
MOST = 200
"""Slots in one batch: what several workers are to share must come in pieces."""
WAITING, TAKEN = "todo", "doing"
"""What the queue calls a batch that nobody took, and one that somebody has."""

Slot = tuple[CheckId, datetime]


class NotHereError(Exception):
    """The batch cannot be asked by this worker now; another may take it."""


@dataclass(frozen=True, slots=True)
class Origin:
    """By what slots were planned: whoever asks them must go by the same."""

    catalogue: str  # its digest
    version: str  # of Ketenwacht


@dataclass(frozen=True, slots=True)
class Batch:
    """Slots to ask from one location; `deadline`: when the last of them is too late."""

    location: str
    key: str  # the same slots, handed out twice, have the same
    slots: tuple[Slot, ...]
    deadline: datetime
    origin: Origin

    def written(self) -> dict[str, Any]:
        """As JSON keeps it: moments in microseconds since 1970."""
        return {
            "location": self.location,
            "key": self.key,
            "slots": [[str(check), _micros(slot)] for check, slot in self.slots],
            "deadline": _micros(self.deadline),
            "catalogue": self.origin.catalogue,
            "version": self.origin.version,
        }

    @classmethod
    def read(cls, written: Mapping[str, Any]) -> Self:
        return cls(
            location=written["location"],
            key=written["key"],
            slots=tuple((CheckId.parse(one), _moment(at)) for one, at in written["slots"]),
            deadline=_moment(written["deadline"]),
            origin=Origin(written["catalogue"], written["version"]),
        )


Ask = Callable[[Batch], Awaitable[None]]


class Calendar:
    """The slots of many schedules by time, found without looking at every schedule."""

    def __init__(self, schedules: Iterable[Schedule]) -> None:
        self.schedules = tuple(schedules)
        rows: dict[timedelta, list[tuple[timedelta, Schedule]]] = {}
        for one in self.schedules:
            rows.setdefault(one.interval, []).append((one.offset, one))
        self._rows = {every: sorted(row, key=lambda it: it[0]) for every, row in rows.items()}

    def between(self, begin: datetime, end: datetime) -> Iterator[tuple[Schedule, datetime]]:
        """Every slot from `begin` up to, not with, `end`."""
        for interval, row in self._rows.items():
            base = EPOCH + (begin - EPOCH) // interval * interval
            while base < end:
                first = bisect_left(row, begin - base, key=lambda it: it[0])
                last = bisect_left(row, end - base, key=lambda it: it[0])
                for offset, schedule in row[first:last]:
                    yield schedule, base + offset
                base += interval


def window_at(moment: datetime) -> datetime:
    """The beginning of the window that holds `moment`."""
    return moment - (moment - EPOCH) % WINDOW


def batches(
    location: str,
    calendar: Calendar,
    window: datetime,
    origin: Origin,
    shift: timedelta = timedelta(),
) -> Iterator[Batch]:
    """What one window holds, in pieces of at most `MOST` slots.

    `shift` tells slots apart that come twice because the clock was set back.
    """
    key = f"{location}:{_micros(window + shift)}"
    shifted = [(one, slot + shift) for one, slot in calendar.between(window, window + WINDOW)]
    yield from _pieces(location, key, shifted, origin)


def first_batches(
    location: str, looks: Iterable[tuple[Schedule, datetime]], origin: Origin
) -> Iterator[Batch]:
    """First looks beside the slots, in batches as those: a window each, or a piece of it."""
    windows: dict[datetime, list[tuple[Schedule, datetime]]] = {}
    for schedule, slot in looks:
        windows.setdefault(window_at(slot), []).append((schedule, slot))
    for window, due in windows.items():
        yield from _pieces(location, f"{location}:first:{_micros(window)}", due, origin)


def _pieces(
    location: str, key: str, due: list[tuple[Schedule, datetime]], origin: Origin
) -> Iterator[Batch]:
    due.sort(key=lambda it: it[1])
    for number, start in enumerate(range(0, len(due), MOST)):
        piece = due[start : start + MOST]
        yield Batch(
            location=location,
            key=f"{key}:{number}",
            slots=tuple((schedule.probe.id, slot) for schedule, slot in piece),
            deadline=max(slot + grace_of(schedule.interval) for schedule, slot in piece),
            origin=origin,
        )


def _micros(moment: datetime) -> int:
    return (moment - EPOCH) // INSTANT


def _moment(micros: int) -> datetime:
    return EPOCH + micros * INSTANT
