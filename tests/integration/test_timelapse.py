"""History is made by asking, step by step, and nothing of it is lost."""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from time import perf_counter

import pytest
from httpx2 import AsyncClient

from checks.outcome import Outcome, OutcomeClass
from checks.simulator.course import Course
from checks.simulator.server import Simulator, running
from monitor.domain.landscape import CheckId, TargetId
from monitor.domain.observation import Observation
from monitor.scheduling.timelapse import (
    BATCH,
    Journey,
    Pace,
    Remote,
    SettableClock,
    Timelapse,
)
from tests.building import NOON, STAM

STEP = timedelta(hours=2)
CHECKS = [CheckId(TargetId(STAM, "prod"), f"check{number}") for number in range(7)]
ALL = 100  # steps: more than one batch


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    async with running(Course(1, NOON)) as simulator:
        yield simulator


class Diary:
    """What became of a journey; each answer tells what time it was over there."""

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator
        self.batches: list[Sequence[Observation]] = []
        self.passed: list[tuple[datetime, int]] = []

    async def ask(self, _check: CheckId) -> Outcome:
        return Outcome(outcome_class=OutcomeClass.OK, reason=str(self.simulator.clock.told))

    async def record(self, batch: Sequence[Observation]) -> None:
        self.batches.append(batch)

    async def hear(self, now: datetime) -> None:
        self.passed.append((now, sum(map(len, self.batches))))

    async def travel(self, steps: int, breath: timedelta = timedelta()) -> None:
        async with AsyncClient(trust_env=False, timeout=60) as http:
            travelling = Timelapse(
                clock=SettableClock(lambda: datetime.now(UTC)),
                pace=Pace(perf_counter),
                remote=Remote(http, self.simulator.addresses.control),
                ask=self.ask,
                record=self.record,
                passed=self.hear,
            )
            end = NOON + (steps - 1) * STEP
            await travelling.travel(Journey(NOON, end, STEP, 10.0, breath), CHECKS)


async def test_every_check_is_asked_once_per_step_at_its_time(simulator: Simulator) -> None:
    diary = Diary(simulator)
    await diary.travel(ALL)
    seen = [one for batch in diary.batches for one in batch]
    slots = [NOON + step * STEP for step in range(ALL)]
    assert [(one.slot, one.check) for one in seen] == [
        (slot, check) for slot in slots for check in CHECKS
    ]
    assert all(one.outcome.reason == str(one.at) == str(one.slot) for one in seen)


async def test_steps_are_written_together_and_told_only_when_they_are(
    simulator: Simulator,
) -> None:
    diary = Diary(simulator)
    await diary.travel(ALL)
    assert len(diary.batches) == 2
    assert max(map(len, diary.batches)) <= BATCH
    for now, recorded in diary.passed:
        assert recorded == ((now - NOON) // STEP + 1) * len(CHECKS)
    assert diary.passed[-1] == (NOON + (ALL - 1) * STEP, ALL * len(CHECKS))


async def test_with_a_breath_every_step_is_written_at_once(simulator: Simulator) -> None:
    diary = Diary(simulator)
    await diary.travel(3, breath=timedelta(milliseconds=1))
    assert [len(batch) for batch in diary.batches] == [len(CHECKS)] * 3
