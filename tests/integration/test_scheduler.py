"""The scheduler and its APScheduler by clockwork: every slot is asked or accounted for."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from checks.outcome import Outcome, OutcomeClass
from monitor.domain.landscape import (
    Chain,
    CheckId,
    Interface,
    Landscape,
    LifeCycle,
    Line,
    LineId,
    Policy,
    Probe,
    Standard,
    TargetId,
    TargetPlan,
    Words,
)
from monitor.domain.observation import Missed, Observation
from monitor.scheduling.plan import plan, slot_at
from monitor.scheduling.scheduler import BEHIND, BUSY, NOT_RUNNING, Scheduler
from monitor.scheduling.watchdog import Upset
from tests.clockwork import by_clockwork, clockwork, now

FAST = timedelta(milliseconds=200)
HOUR = timedelta(hours=1)
OK = Outcome(outcome_class=OutcomeClass.OK)
CHECK = CheckId.parse("presenteren/v8@prod#health")


def landscape(
    *checks: CheckId, interval: timedelta = FAST, host: str = "one:80", per_host: int = 4
) -> Landscape:
    policy = Policy(interval=interval, per_host=per_host)
    lines = []
    for check in checks or (CHECK,):
        probe = Probe(check, "health", interval, 3 * interval, host)
        target = TargetPlan(check.target, "http://one", (probe,))
        lines.append(
            Line(check.target.line, None, LifeCycle({}), policy, {target.id.environment: target})
        )
    words = Words("p", "p")
    interface = Interface("presenteren", words, Chain.PLAN, Standard.OTHER, tuple(lines))
    return Landscape((), (interface,), policy=policy)


def many(count: int) -> tuple[CheckId, ...]:
    return tuple(
        CheckId(TargetId(LineId("presenteren", f"v{n}"), "prod"), "health") for n in range(count)
    )


async def at_once(_check: CheckId) -> Outcome:
    return OK


@dataclass
class Logbook:
    """What a scheduler did, and a way to wait for it."""

    seen: list[Observation] = field(default_factory=list)
    missed: list[Missed] = field(default_factory=list)
    more: asyncio.Event = field(default_factory=asyncio.Event)

    def see(self, one: Observation) -> None:
        self.seen.append(one)
        self.more.set()

    def miss(self, one: Missed) -> None:
        self.missed.append(one)
        self.more.set()

    async def until(self, enough: Callable[[], bool]) -> None:
        async with asyncio.timeout(10):
            while not enough():
                self.more.clear()
                await self.more.wait()


@asynccontextmanager
async def scheduling(
    log: Logbook, of: Landscape, ask: Callable[[CheckId], object] = at_once, **more: object
) -> AsyncIterator[Scheduler]:
    behind = more.pop("behind", lambda: False)
    scheduler = Scheduler(now, ask, log.see, log.miss, behind)  # type: ignore[arg-type]  # loose on purpose
    scheduler.start(of, more.pop("last_slots", {}))  # type: ignore[arg-type]  # loose on purpose
    try:
        yield scheduler
    finally:
        await scheduler.stop(timedelta(seconds=0.1))


@by_clockwork
async def test_every_slot_of_the_grid_is_asked_once_and_in_time() -> None:
    log = Logbook()
    async with scheduling(log, landscape()):
        await log.until(lambda: len(log.seen) >= 5)
    schedule = plan(landscape().probes.values())[CHECK]
    slots = [one.slot for one in log.seen]
    assert slots == [slots[0] + n * FAST for n in range(len(slots))]
    assert slots[0] == slot_at(schedule, slots[0])
    assert all(one.at >= one.slot for one in log.seen)
    assert log.missed == []


@by_clockwork
async def test_a_check_with_a_long_interval_is_asked_soon_after_the_start() -> None:
    log = Logbook()
    before = now()
    async with scheduling(log, landscape(*many(20), interval=HOUR)):
        await log.until(lambda: len(log.seen) >= 20)
    assert {one.check for one in log.seen} == set(many(20))
    assert len({one.slot for one in log.seen}) > 15  # spread, not at once
    assert all(one.slot - before < timedelta(seconds=6) for one in log.seen)


@by_clockwork
async def test_slots_that_a_slow_answer_ran_over_are_missed_and_not_forgotten() -> None:
    async def slow(_check: CheckId) -> Outcome:
        await asyncio.sleep(0.5)
        return OK

    log = Logbook()
    async with scheduling(log, landscape(), slow):
        await log.until(lambda: len(log.seen) >= 3)
    begun = [one.slot for one in log.seen]
    between = (begun[-1] - begun[0]) // FAST - (len(begun) - 1)
    assert between > 0
    assert sum(one.count for one in log.missed) >= between
    assert {one.reason for one in log.missed} == {BUSY}


@by_clockwork
async def test_while_the_record_is_behind_nothing_is_asked_and_it_counts_as_missed() -> None:
    log = Logbook()
    behind = [False]
    async with scheduling(log, landscape(), behind=lambda: behind[0]):
        await log.until(lambda: len(log.seen) >= 2)
        behind[0] = True
        before = len(log.seen)
        await asyncio.sleep(5 * FAST.total_seconds())
        assert len(log.seen) <= before + 1  # one may have been under way
        behind[0] = False
        await log.until(lambda: len(log.seen) >= before + 2)
    (gap,) = log.missed
    assert gap.reason == BEHIND
    assert gap.count >= 3
    slots = {one.slot for one in log.seen}
    first, last = min(slots), max(slots)
    assert len(slots) + gap.count == (last - first) // FAST + 1


@by_clockwork
async def test_no_host_is_asked_more_at_a_time_than_the_policy_allows() -> None:
    under_way = Counter[str]()
    most = 0

    async def ask(_check: CheckId) -> Outcome:
        nonlocal most
        under_way["now"] += 1
        most = max(most, under_way["now"])
        await asyncio.sleep(0.05)
        under_way["now"] -= 1
        return OK

    log = Logbook()
    async with scheduling(log, landscape(*many(8), per_host=2), ask):
        await log.until(lambda: len(log.seen) >= 16)
    assert most == 2


@by_clockwork
async def test_a_first_failure_is_asked_again_a_quarter_of_the_interval_later() -> None:
    second = timedelta(seconds=1)
    log = Logbook()
    async with scheduling(log, landscape(interval=second)) as scheduler:
        await log.until(lambda: len(log.seen) >= 1)
        scheduler.recheck([CHECK])
        await log.until(lambda: len(log.seen) >= 3)
    first, again, following = (one.slot for one in log.seen[:3])
    assert again - first == second / 4
    assert following - first == second
    assert log.missed == []


@by_clockwork
async def test_a_server_that_asks_us_to_wait_is_left_alone_and_the_slots_are_accounted_for() -> (
    None
):
    async def ask(_check: CheckId) -> Outcome:
        if log.seen:
            return OK
        return Outcome(outcome_class=OutcomeClass.THROTTLED, retry_after=0.7)

    log = Logbook()
    async with scheduling(log, landscape(), ask):
        await log.until(lambda: len(log.seen) >= 2)
    refused, following = log.seen[:2]
    assert following.at - refused.at >= timedelta(seconds=0.7)
    (gap,) = log.missed
    assert gap.count == (following.slot - refused.slot) // FAST - 1
    assert "asked us to wait" in gap.reason


@by_clockwork
async def test_what_arrived_is_asked_at_once_and_then_twice_as_often() -> None:
    calm = timedelta(seconds=0.8)
    log = Logbook()
    async with scheduling(log, of := landscape(interval=calm)) as scheduler:
        await log.until(lambda: len(log.seen) >= 1)
        arrived = now()
        scheduler.hasten([CHECK, CheckId.parse("gone/v1@prod#health")], arrived + 3 * calm)
        await log.until(lambda: now() >= arrived + 3 * calm)
        hasty, log.seen = log.seen[1:], []
        await log.until(lambda: len(log.seen) >= 2)
    assert hasty[0].at - arrived < calm / 4
    assert len(hasty) >= 5
    schedule = plan(of.probes.values())[CHECK]
    assert [one.slot for one in log.seen] == [slot_at(schedule, one.at) for one in log.seen]
    assert log.missed == []


@by_clockwork
async def test_haste_does_not_ask_what_is_being_asked() -> None:
    under_way: Counter[CheckId] = Counter()

    async def ask(check: CheckId) -> Outcome:
        under_way[check] += 1
        assert under_way[check] == 1
        await asyncio.sleep(0.15)
        under_way[check] -= 1
        return OK

    log = Logbook()
    async with scheduling(log, landscape(), ask) as scheduler:
        while len(log.seen) < 5:
            scheduler.hasten([CHECK], now() + HOUR)
            await asyncio.sleep(0.02)
    assert len({one.slot for one in log.seen}) == len(log.seen)


@by_clockwork
async def test_haste_is_asked_no_oftener_than_every_30_seconds() -> None:
    async with scheduling(Logbook(), landscape(interval=HOUR)) as scheduler:
        assert scheduler._watches[CHECK].pace == timedelta(seconds=30)


@by_clockwork
async def test_haste_waits_as_long_as_the_server_asks() -> None:
    async def ask(_check: CheckId) -> Outcome:
        return Outcome(outcome_class=OutcomeClass.THROTTLED, retry_after=60)

    log = Logbook()
    async with scheduling(log, landscape(), ask) as scheduler:
        await log.until(lambda: len(log.seen) >= 1)
        await asyncio.sleep(0)
        scheduler.hasten([CHECK], now() + HOUR)
        await asyncio.sleep(2 * FAST.total_seconds())
    assert len(log.seen) == 1


@by_clockwork
async def test_a_server_cannot_silence_us_for_long() -> None:
    async with scheduling(Logbook(), landscape(interval=HOUR)) as scheduler:
        scheduler.postpone(CHECK, now() + timedelta(days=1))
        silent_until = scheduler._watches[CHECK].silent_until
    assert silent_until is not None
    assert silent_until - now() <= timedelta(minutes=15)


@by_clockwork
async def test_the_time_in_which_we_did_not_run_is_missed() -> None:
    minute = timedelta(minutes=1)
    of = landscape(interval=minute)
    last = slot_at(plan(of.probes.values())[CHECK], now()) - 60 * minute
    log = Logbook()
    async with scheduling(log, of, last_slots={CHECK: last}):
        await asyncio.sleep(0)
    (gap,) = log.missed
    assert gap.first == last + minute
    assert gap.count in {59, 60}
    assert gap.reason == NOT_RUNNING


@by_clockwork
async def test_another_catalogue_is_followed_at_once() -> None:
    gone, stays, comes = many(3)
    log = Logbook()
    async with scheduling(log, landscape(gone, stays)) as scheduler:
        await log.until(lambda: {one.check for one in log.seen} == {gone, stays})
        scheduler.follow(landscape(stays, comes))
        log.seen.clear()
        await log.until(lambda: Counter(one.check for one in log.seen)[comes] >= 2)
    assert {one.check for one in log.seen} == {stays, comes}
    assert log.missed == []


@by_clockwork
async def test_a_clock_set_back_before_a_start_uses_no_slot_twice() -> None:
    log = Logbook()
    schedule = plan(landscape().probes.values())[CHECK]
    async with scheduling(log, landscape(), last_slots={CHECK: now() + HOUR}):
        await log.until(lambda: len(log.seen) >= 2)
    assert all(slot_at(schedule, one.slot) < one.slot for one in log.seen)
    assert not log.missed


@by_clockwork
async def test_a_clock_set_back_silences_nobody_and_no_slot_is_used_twice() -> None:
    log = Logbook()
    async with scheduling(log, landscape()) as scheduler:
        await log.until(lambda: len(log.seen) >= 3)
        clockwork().step = -2 * FAST
        scheduler.recover(Upset(-HOUR, timedelta()))
        await log.until(lambda: len(log.seen) >= 8)
        clockwork().step = -HOUR
        scheduler.recover(Upset(-HOUR, timedelta()))
        await log.until(lambda: len(log.seen) >= 10)
    slots = [one.slot for one in log.seen]
    assert len(set(slots)) == len(slots)
    assert slots[-1] < slots[0] - HOUR / 2
    assert log.missed == []


@by_clockwork
async def test_a_clock_set_forward_is_accounted_for_with_its_reason() -> None:
    log = Logbook()
    async with scheduling(log, landscape()) as scheduler:
        await log.until(lambda: len(log.seen) >= 2)
        clockwork().step = HOUR
        scheduler.recover(upset := Upset(HOUR, timedelta()))
        await log.until(lambda: len(log.missed) >= 1)
    (gap,) = log.missed
    assert gap.count * FAST == pytest.approx(HOUR, abs=timedelta(seconds=2))
    assert gap.reason == str(upset) == "the clock was set forward by 3600 s"


@by_clockwork
async def test_a_stall_of_the_loop_is_accounted_for_and_work_goes_on() -> None:
    log = Logbook()
    async with scheduling(log, landscape()):
        await log.until(lambda: len(log.seen) >= 2)
        clockwork().stand_still(0.9)
        await log.until(lambda: len(log.seen) >= 5)
    slots = {one.slot for one in log.seen}
    span = (max(slots) - min(slots)) // FAST + 1
    assert span == len(slots) + sum(one.count for one in log.missed)
    assert log.missed


@by_clockwork
async def test_what_is_under_way_at_the_end_may_finish() -> None:
    async def slow(_check: CheckId) -> Outcome:
        begun.set()
        await asyncio.sleep(0.2)
        return OK

    begun = asyncio.Event()
    log = Logbook()
    scheduler = Scheduler(now, slow, log.see, log.miss)
    scheduler.start(landscape(), {})
    await begun.wait()
    await scheduler.stop(timedelta(seconds=5))
    assert len(log.seen) == 1


@by_clockwork
async def test_the_next_look_is_the_soonest_slot() -> None:
    of = landscape(*many(5), interval=HOUR)
    async with scheduling(Logbook(), of) as scheduler:
        soonest = min(slot_at(one, now()) + HOUR for one in plan(of.probes.values()).values())
        assert scheduler.next_look() == soonest
