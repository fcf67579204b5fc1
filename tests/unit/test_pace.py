"""The same landscape, watched at a calmer pace."""

from datetime import timedelta

from monitor.domain.pace import paced
from tests.building import MINUTE, landscape

HOURS = timedelta(hours=2)


def test_a_slower_look_takes_longer_to_become_stale() -> None:
    slow = paced(landscape(MINUTE), HOURS)
    assert {probe.interval for probe in slow.probes.values()} == {HOURS}
    assert {probe.stale_after for probe in slow.probes.values()} == {3 * HOURS}
    assert set(slow.intervals.values()) == {HOURS}


def test_what_is_slower_already_stays_as_it_is() -> None:
    slow = landscape(timedelta(days=1))
    assert paced(slow, HOURS) == slow
