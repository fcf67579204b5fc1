"""First looks of other locations are a round, not a burst."""

from dataclasses import replace
from datetime import timedelta

from monitor.domain.landscape import CheckId
from monitor.scheduling.newcomers import A_SECOND, Newcomers
from monitor.scheduling.plan import plan
from tests.building import NOON, PROD, landscape

SECOND = timedelta(seconds=1)


def test_where_many_are_new_the_round_takes_longer() -> None:
    (probe, *_) = landscape().probes.values()
    many = 20 * A_SECOND
    new = Newcomers()
    new.welcome(
        plan(
            replace(probe, id=CheckId(PROD, f"c{number}"), interval=timedelta(hours=1))
            for number in range(many)
        ).values()
    )
    looks = new.looks(NOON, NOON + timedelta(hours=1))
    assert len(looks) > 0.99 * many, "but for those whose slot comes sooner"
    for second in range(20):
        begin = NOON + second * SECOND
        due = new.looks(begin, begin + SECOND)
        assert 0.7 * A_SECOND < len(due) < 1.3 * A_SECOND
    assert max(slot for _, slot in looks) < NOON + 20 * SECOND
    new.forget(NOON + 20 * SECOND)
    assert not new.looks(NOON, NOON + timedelta(hours=1))
