"""From single answers and states to tallies per hour and per day, which stay for years.

A mark tells up to which hour the roll-up is complete. What is learnt late (an answer that
waited for the database, a silence that turns out to have been unknown) puts the mark back,
and those hours are made again: an hour made twice is the same hour.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection, delete, func, insert, select

from monitor.domain.landscape import Landscape, TargetId
from monitor.storage import counted, memory, spans
from monitor.storage.days import days_between, end_of, start_of
from monitor.storage.engine import Database, Transaction
from monitor.storage.marks import hour_of, marks, set_marks
from monitor.storage.rows import tally_of, tally_values
from monitor.storage.tables import OBSERVATION, ROLLUP_DAY, ROLLUP_HOUR, STATE_SPAN, TARGET
from monitor.storage.tally import Tally, summed, time_in

STEP = timedelta(hours=6)
"""How much is rolled up in one transaction: the recorder waits for its end."""

AN_HOUR = timedelta(hours=1)

Hours = dict[tuple[int, datetime], Tally]  # by target key and beginning


async def roll(database: Database, now: datetime, landscape: Landscape) -> None:
    """Bring the roll-ups up to the last hour that is over at `now`; does only what is new.

    `landscape` tells after what silence the state of a target is unknown.
    """
    more = True
    while more:
        async with database.begin() as tx:
            more = await tx.run(partial(_step, tx, now, landscape))


def _step(tx: Transaction, now: datetime, landscape: Landscape, connection: Connection) -> bool:
    """Roll up some hours; False when there was nothing left to do."""
    known = marks(connection)
    begin = known.rolled_until or _beginning(connection)
    if begin is None or begin + AN_HOUR > now:
        return False
    end = min(begin + STEP, hour_of(now))
    hours = _hours(connection, _states(tx, landscape, connection, begin, end), begin, end)
    if known.pruned_until and begin < known.pruned_until:
        _keep_answers(connection, hours, begin, min(end, known.pruned_until))
    _write_hours(connection, hours, begin, end)
    _make_days(connection, known.hours_pruned_until, begin, end)
    set_marks(connection, rolled_until=end)
    return True


def _beginning(connection: Connection) -> datetime | None:
    """The hour of the oldest thing we know; None while we know nothing."""
    known = (
        connection.execute(select(func.min(OBSERVATION.c.slot))).scalar_one(),
        connection.execute(select(func.min(STATE_SPAN.c.since))).scalar_one(),
    )
    return min((hour_of(one) for one in known if one), default=None)


def _states(
    tx: Transaction, landscape: Landscape, connection: Connection, begin: datetime, end: datetime
) -> spans.Spans:
    """The spans of everyone, and the silence after them."""
    standings = {one.target: one for one in memory.every(connection, tx)}
    targets = connection.execute(select(TARGET.c.key, TARGET.c.id))
    ids = {key: TargetId.parse(id_) for key, id_ in targets}
    return {
        key: spans.silenced(known, standings.get(ids[key]), landscape.targets.get(ids[key]), end)
        for key, known in spans.between(connection, begin, end).items()
    }


def _hours(connection: Connection, states: spans.Spans, begin: datetime, end: datetime) -> Hours:
    """Only hours of which there is something to tell."""
    hours: Hours = {}
    for (key, start), told in counted.of_everyone(connection, begin, end).items():
        hours[key, start] = Tally({}, told.probes, told.failures, told.times)
    for key, known in states.items():
        start = begin
        while start < end:
            if time := time_in(known, start, start + AN_HOUR):
                hours[key, start] = replace(hours.get((key, start), Tally()), time=time)
            start += AN_HOUR
    return hours


def _keep_answers(connection: Connection, hours: Hours, begin: datetime, end: datetime) -> None:
    """Of these hours the answers are gone: what was counted of them stands."""
    for key, start, tally in _read_hours(connection, begin, end):
        time = hours.get((key, start), Tally()).time
        hours[key, start] = replace(tally, time=time)


def _write_hours(connection: Connection, hours: Hours, begin: datetime, end: datetime) -> None:
    start = ROLLUP_HOUR.c.start
    connection.execute(delete(ROLLUP_HOUR).where(start >= begin, start < end))
    rows = [
        {"target_key": key, "start": start, **tally_values(tally)}
        for (key, start), tally in hours.items()
    ]
    if rows:
        connection.execute(insert(ROLLUP_HOUR), rows)


def _make_days(
    connection: Connection, hours_since: datetime | None, begin: datetime, end: datetime
) -> None:
    """Make the days that are over and touched; not those of which hours are gone."""
    for day in days_between(begin, end):
        if end_of(day) > end or (hours_since and start_of(day) < hours_since):
            continue
        tallies: dict[int, list[Tally]] = {}
        for key, _, tally in _read_hours(connection, start_of(day), end_of(day)):
            tallies.setdefault(key, []).append(tally)
        connection.execute(delete(ROLLUP_DAY).where(ROLLUP_DAY.c.day == day))
        rows = [
            {"target_key": key, "day": day, **tally_values(summed(parts))}
            for key, parts in tallies.items()
        ]
        if rows:
            connection.execute(insert(ROLLUP_DAY), rows)


def _read_hours(
    connection: Connection, begin: datetime, end: datetime
) -> Iterator[tuple[int, datetime, Tally]]:
    start = ROLLUP_HOUR.c.start
    for row in connection.execute(select(ROLLUP_HOUR).where(start >= begin, start < end)):
        yield row.target_key, row.start, tally_of(row)
