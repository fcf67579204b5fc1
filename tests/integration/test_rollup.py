"""What the roll-ups tell is what the answers and the states told."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from math import ceil
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.outcome import OutcomeClass
from monitor.domain.health import CheckStanding, State, StateSpan
from monitor.domain.observation import Observation
from monitor.domain.standing import TargetStanding
from monitor.storage.engine import Database
from monitor.storage.history import Uptime
from monitor.storage.ledger import Ledger
from monitor.storage.queries import Queries
from monitor.storage.rollup import roll
from monitor.storage.tally import Tally
from tests.building import MINUTE, NOON, PROD, landscape, plan, seen

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
LANDSCAPE = landscape()


async def written(
    database: Database,
    answers: Sequence[Observation] = (),
    states: Sequence[tuple[State, datetime]] = (),
) -> None:
    async with database.begin() as tx:
        await Ledger(tx).observe(answers)
        await Ledger(tx).change_states([(PROD, StateSpan(*entered)) for entered in states])


async def last_heard(database: Database, at: datetime, state: State = State.UP) -> None:
    checks = {
        name: CheckStanding(state=state, since=at, last_at=at)
        for name in ("openapi_document", "health")
    }
    standing = TargetStanding(target=PROD, state=state, since=at, last_at=at, checks=checks)
    async with database.begin() as tx:
        await Ledger(tx).keep([standing])


async def uptime(database: Database, since: datetime, until: datetime) -> Uptime:
    async with database.read() as tx:
        return await Queries(tx).uptime(PROD, since, until, plan(PROD))


async def test_no_data_is_unknown_and_never_up(database: Database) -> None:
    found = await uptime(database, NOON - 90 * DAY, NOON)
    assert len(found.days) == 91  # the first and the last in part
    assert found.total.uptime is None
    assert found.total.share(State.UNKNOWN) == 1
    assert found.total.seconds(State.UNKNOWN) == 90 * 86_400


async def test_time_per_state_is_the_same_before_and_after_rolling_up(database: Database) -> None:
    begin = NOON - 3 * DAY
    changes = [(State.UP, begin), (State.DOWN, begin + 30 * HOUR), (State.UP, begin + 31 * HOUR)]
    answers = [seen(at=begin + step * 10 * MINUTE, total=0.1 + step / 1000) for step in range(400)]
    await written(database, answers, changes)
    await last_heard(database, NOON)
    before = await uptime(database, begin - DAY, NOON)
    await roll(database, NOON, LANDSCAPE)
    assert await uptime(database, begin - DAY, NOON) == before
    assert before.total.seconds(State.DOWN) == 3_600
    assert before.total.seconds(State.UNKNOWN) == 86_400
    assert before.total.probes == 400


async def test_rolling_up_twice_is_rolling_up_once(database: Database) -> None:
    await written(database, [seen(at=NOON - DAY)], [(State.UP, NOON - DAY)])
    await roll(database, NOON, LANDSCAPE)
    once = await uptime(database, NOON - 2 * DAY, NOON)
    await roll(database, NOON, LANDSCAPE)
    assert await uptime(database, NOON - 2 * DAY, NOON) == once


async def test_an_answer_that_comes_late_is_counted_after_all(database: Database) -> None:
    await written(database, [seen(at=NOON - DAY)], [(State.UP, NOON - DAY)])
    await roll(database, NOON, LANDSCAPE)
    await written(database, [seen(at=NOON - 20 * HOUR, outcome_class=OutcomeClass.FAILED)])
    await roll(database, NOON, LANDSCAPE)
    found = await uptime(database, NOON - 2 * DAY, NOON)
    assert (found.total.probes, found.total.failures) == (2, 1)


async def test_a_state_that_is_taken_back_is_taken_back_in_the_roll_up(database: Database) -> None:
    await written(database, [], [(State.UP, NOON - DAY), (State.DOWN, NOON - 20 * HOUR)])
    await last_heard(database, NOON, State.DOWN)
    await roll(database, NOON, LANDSCAPE)
    await written(database, [], [(State.UNKNOWN, NOON - 20 * HOUR)])
    await roll(database, NOON, LANDSCAPE)
    found = await uptime(database, NOON - DAY, NOON)
    assert found.total.seconds(State.DOWN) == 0
    assert found.total.seconds(State.UP) == 4 * 3_600


async def test_time_after_the_checks_fell_silent_is_unknown(database: Database) -> None:
    await written(database, [], [(State.UP, NOON - 10 * HOUR)])
    await last_heard(database, NOON - 5 * HOUR)
    known = 5 * 3_600 + 3 * 60  # stale after 3 minutes
    assert (await uptime(database, NOON - 10 * HOUR, NOON)).total.seconds(State.UP) == known
    await roll(database, NOON, LANDSCAPE)
    assert (await uptime(database, NOON - 10 * HOUR, NOON)).total.seconds(State.UP) == known


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 6, 15), 24)],
)
async def test_a_day_has_as_many_hours_as_in_amsterdam(
    database: Database, day: date, hours: int
) -> None:
    begin = datetime(day.year, day.month, day.day, tzinfo=UTC) - DAY
    end = begin + 3 * DAY
    await written(database, [], [(State.UP, begin)])
    await last_heard(database, end)
    await roll(database, end, LANDSCAPE)
    found = {one.date: one.tally for one in (await uptime(database, begin, end)).days}
    assert found[day].seconds(State.UP) == hours * 3_600
    assert found[day].share(State.UP) == 1


async def test_response_times_are_told_per_hour_and_per_day(database: Database) -> None:
    begin = NOON - 2 * DAY
    answers = [seen(at=begin + step * 15 * MINUTE, total=0.2) for step in range(8 * 24)]
    await written(database, answers)
    await roll(database, NOON - HOUR, LANDSCAPE)  # the last hour is not rolled up
    async with database.read() as tx:
        hourly = await Queries(tx).response_times(PROD, begin, NOON)
        daily = await Queries(tx).response_times(PROD, NOON - 30 * DAY, NOON)
    assert [point.start for point in hourly] == [begin + step * HOUR for step in range(48)]
    assert all(point.p50 == pytest.approx(0.2, rel=0.02) for point in hourly)
    assert sum(point.probes for point in daily) == len(answers)
    assert len(daily) == 3


async def test_a_failure_tells_nothing_about_how_fast_answers_are(database: Database) -> None:
    failed = seen(at=NOON - HOUR, outcome_class=OutcomeClass.FAILED, total=10.0)
    await written(database, [seen(at=NOON - 2 * HOUR, total=0.1), failed])
    found = (await uptime(database, NOON - DAY, NOON)).total
    assert found.p95 == pytest.approx(0.1, rel=0.02)
    assert (found.probes, found.failures) == (2, 1)


CHANGES = st.lists(
    st.tuples(
        st.sampled_from([State.UP, State.DOWN, State.UNKNOWN, State.MAINTENANCE]),
        st.integers(0, 3 * 86_400 - 1),
    ),
    max_size=12,
    unique_by=lambda change: change[1],
)
ANSWERS = st.lists(
    st.tuples(
        st.integers(0, 3 * 86_400 - 1),
        st.sampled_from([OutcomeClass.OK, OutcomeClass.FAILED]),
        st.floats(0.001, 30),
    ),
    max_size=40,
    unique_by=lambda answer: answer[0],
)


@settings(max_examples=12, deadline=None)
@given(changes=CHANGES, answers=ANSWERS, stops=st.lists(st.integers(1, 72), max_size=3))
def test_a_roll_up_tells_what_counting_everything_tells(
    changes: list[tuple[State, int]],
    answers: list[tuple[int, OutcomeClass, float]],
    stops: list[int],
) -> None:
    changes.sort(key=lambda change: change[1])
    with TemporaryDirectory() as folder:
        found = asyncio.run(rolled(Path(folder) / "k.db", changes, answers, sorted(stops)))
    expected: Counter[State] = Counter()
    for (state, since), (_, until) in pairwise([*changes, (State.UNKNOWN, 3 * 86_400)]):
        expected[state] += until - since
    expected[State.UNKNOWN] += changes[0][1] if changes else 3 * 86_400
    good = sorted(total for _, class_, total in answers if class_ is OutcomeClass.OK)
    assert {state: found.seconds(state) for state in expected} == dict(expected)
    assert found.probes == len(answers)
    assert found.failures == len(answers) - len(good)
    assert found.p50 == (pytest.approx(good[ceil(len(good) / 2) - 1], rel=0.0201) if good else None)


async def rolled(
    file: Path,
    changes: Sequence[tuple[State, int]],
    answers: Sequence[tuple[int, OutcomeClass, float]],
    stops: Sequence[int],
) -> Tally:
    """Three days, written and rolled up with pauses, and asked for in total."""
    begin = NOON - 3 * DAY
    database = await Database.open(f"sqlite:///{file}")
    try:
        for stop in (0, *stops, 72):
            now = begin + stop * HOUR
            await written(
                database,
                [
                    seen(at=begin + timedelta(seconds=second), outcome_class=class_, total=total)
                    for second, class_, total in answers
                ],
                [(state, begin + timedelta(seconds=second)) for state, second in changes]
                if not stop
                else [],
            )
            if changes:
                await last_heard(database, NOON)
            await roll(database, now, LANDSCAPE)
        return (await uptime(database, begin, NOON)).total
    finally:
        await database.close()
