"""Uptime and response times of one target: from roll-ups, and exactly at the edges."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, select

from monitor.domain.health import StateSpan
from monitor.domain.landscape import TargetId, TargetPlan
from monitor.storage import counted, memory, spans
from monitor.storage.days import day_of, days_between, end_of, start_of
from monitor.storage.engine import Transaction
from monitor.storage.marks import hour_of, marks
from monitor.storage.moment import EPOCH
from monitor.storage.rows import tally_of
from monitor.storage.tables import ROLLUP_DAY, ROLLUP_HOUR, TARGET
from monitor.storage.tally import Tally, completed, summed, time_in

NOBODY = 0
"""The key of no target."""

BY_HOUR = timedelta(days=8)
"""Response times of a longer time are told per day."""


@dataclass(frozen=True, slots=True)
class Day:
    """A day of Europe/Amsterdam, or the part of it that was asked for."""

    date: date
    tally: Tally


@dataclass(frozen=True, slots=True)
class Uptime:
    days: tuple[Day, ...]  # oldest first, each one that `[since, until)` touches
    total: Tally


@dataclass(frozen=True, slots=True)
class Point:
    """How fast good answers came in the hour or the day from `start` on."""

    start: datetime
    p50: float  # seconds, within 2 %
    p95: float
    probes: int


@dataclass(frozen=True, slots=True)
class _View:
    """One target in one transaction, and up to when its roll-ups are complete."""

    connection: Connection
    key: int
    rolled_until: datetime

    def tally(self, since: datetime, until: datetime, states: Iterable[StateSpan]) -> Tally:
        answers = self.answers(since, until)
        time = time_in(states, since, until)
        return Tally(time, answers.probes, answers.failures, answers.times)

    def answers(self, since: datetime, until: datetime) -> Tally:
        """Without time; of hours that are rolled up as a whole, also when only touched."""
        hours = [tally for _, tally in self.hours(since, min(until, self.rolled_until))]
        raw = counted.of_target(self.connection, self.key, max(since, self.rolled_until), until)
        told = summed((*hours, Tally({}, raw.probes, raw.failures, raw.times)))
        return Tally({}, told.probes, told.failures, told.times)

    def hours(self, since: datetime, until: datetime) -> list[tuple[datetime, Tally]]:
        asked = (
            select(ROLLUP_HOUR)
            .where(
                ROLLUP_HOUR.c.target_key == self.key,
                ROLLUP_HOUR.c.start >= hour_of(since),
                ROLLUP_HOUR.c.start < until,
            )
            .order_by(ROLLUP_HOUR.c.start)
        )
        return [(row.start, tally_of(row)) for row in self.connection.execute(asked)]

    def days(self, first: date, last: date) -> dict[date, Tally]:
        asked = select(ROLLUP_DAY).where(
            ROLLUP_DAY.c.target_key == self.key, ROLLUP_DAY.c.day.between(first, last)
        )
        return {row.day: tally_of(row) for row in self.connection.execute(asked)}


def uptime(
    connection: Connection,
    tx: Transaction,
    target: TargetId,
    since: datetime,
    until: datetime,
    *,
    plan: TargetPlan | None,
) -> Uptime:
    """Whole days that are rolled up come from their rows, the others from the states."""
    view = _view(connection, target)
    standing = next(iter(memory.every(connection, tx, TARGET.c.key == view.key)), None)
    rows = view.days(day_of(since), day_of(until))
    days: list[Day] = []
    for day in days_between(since, until):
        begin, end = max(start_of(day), since), min(end_of(day), until)
        if end - begin == end_of(day) - start_of(day) and end <= view.rolled_until:
            tally = rows.get(day, Tally())
        else:
            states = spans.between(connection, begin, end, view.key).get(view.key, [])
            tally = view.tally(begin, end, spans.silenced(states, standing, plan, end))
        days.append(Day(day, completed(tally, end - begin)))
    return Uptime(tuple(days), summed(day.tally for day in days))


def response_times(
    connection: Connection, target: TargetId, since: datetime, until: datetime
) -> list[Point]:
    view = _view(connection, target)
    if until - since > BY_HOUR:
        return _by_day(view, since, until)
    told = dict(view.hours(since, min(until, view.rolled_until)))
    start = max(hour_of(since), view.rolled_until)
    while start < until:
        told[start] = view.answers(start, start + timedelta(hours=1))
        start += timedelta(hours=1)
    return [*_points(told)]


def _by_day(view: _View, since: datetime, until: datetime) -> list[Point]:
    rows = view.days(day_of(since), day_of(until))
    told = {
        start_of(day): rows.get(day, Tally())
        if end_of(day) <= view.rolled_until
        else view.answers(start_of(day), end_of(day))
        for day in days_between(since, until)
    }
    return [*_points(told)]


def _points(told: Mapping[datetime, Tally]) -> Iterator[Point]:
    for start, tally in told.items():
        if tally.p50 is not None and tally.p95 is not None:
            yield Point(start, tally.p50, tally.p95, tally.probes)


def _view(connection: Connection, target: TargetId) -> _View:
    asked = select(TARGET.c.key).where(TARGET.c.id == str(target))
    key = connection.execute(asked).scalar_one_or_none() or NOBODY
    return _View(connection, key, marks(connection).rolled_until or EPOCH)
