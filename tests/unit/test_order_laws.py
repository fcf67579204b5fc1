"""The order record never guesses: what it calls certain is so, whatever happened unseen."""

from bisect import bisect_right
from datetime import datetime, timedelta
from itertools import accumulate

from hypothesis import example, given
from hypothesis import strategies as st

from monitor.domain.landscape import CheckId, Policy
from monitor.domain.order_record import Arrival, OrderVerdict, order_of, order_record
from monitor.domain.sighting import Sighting
from monitor.domain.standing import conclude
from tests.building import MINUTE, NOON, PRESENTEREN, PROD, plan
from tests.unit.answers import answer, quickly

VERSIONS = ("8.5.0", "8.5.1", "8.6.0", "8.10.0")
LATEST = 300  # minutes
PLAN, CHECK = plan(PROD), CheckId(PROD, "openapi_document")

DEPLOYED = st.lists(st.integers(-50, 200), min_size=3, max_size=3).map(sorted)
"""At which minutes the second, third and fourth version came; never two at one minute."""
LOOKS = st.lists(
    st.tuples(st.sampled_from([1, 1, 2, 5, 40]), st.sampled_from(["look", "look", "fail"])),
    min_size=2,
    max_size=40,
)


def runs(deployed: list[int], looks: list[tuple[int, str]], begin: int) -> list[Sighting]:
    """What is seen of such a truth by looking after these pauses, sometimes in vain."""
    rows: dict[datetime, Sighting] = {}
    standing = None
    minutes = accumulate((pause for pause, _ in looks), initial=begin)
    for minute, (_, luck) in zip(minutes, looks, strict=False):
        word = VERSIONS[bisect_right(deployed, minute)] if luck == "look" else luck
        seen = answer(word, CHECK, NOON + minute * MINUTE)
        conclusion = conclude(standing, seen, PLAN, Policy())
        standing = conclusion.standing
        rows.update({run.by: run for run in conclusion.sightings})
    if standing and standing.readings.current:
        rows[standing.readings.current.by] = standing.readings.current
    return list(rows.values())


def had_it(deployed: list[int], version: str) -> float:
    """The minute at which the version or a newer one was there in truth."""
    place = VERSIONS.index(version)
    return deployed[place - 1] if place else float("-inf")


@quickly
@given(DEPLOYED, DEPLOYED, LOOKS, LOOKS, st.integers(0, 20))
@example([10, 100, 200], [50, 120, 210], [(1, "look")] * 250, [(1, "look")] * 250, 0)
@example([50, 120, 210], [10, 100, 200], [(1, "look")] * 250, [(1, "look")] * 250, 0)
@example([0, 0, 1], [0, 0, 2], [(1, "look")] * 3, [(1, "look")] * 2, 0)  # read once, and skipped
@example([10, 11, 12], [50, 51, 52], [(1, "look")] * 99, [(1, "look")] * 99, 0)
def test_what_is_certain_is_so(
    lto: list[int],
    prod: list[int],
    looks_at_lto: list[tuple[int, str]],
    looks_at_prod: list[tuple[int, str]],
    later: int,
) -> None:
    record = order_record(PRESENTEREN, runs(lto, looks_at_lto, 0), runs(prod, looks_at_prod, later))
    for entry in record:
        first, then = had_it(lto, entry.version), had_it(prod, entry.version)
        match entry.verdict:
            case OrderVerdict.LTO_FIRST:
                assert first < then
                assert entry.lead_time is not None
                assert timedelta() <= entry.lead_time
                assert entry.lead_time / MINUTE <= then - first
            case OrderVerdict.BROKEN:
                assert then < first
                assert entry.lead_time is not None
                assert then - first <= entry.lead_time / MINUTE <= 0
            case OrderVerdict.TOGETHER | OrderVerdict.UNKNOWN:
                assert entry.lead_time is None


@quickly
@given(DEPLOYED, DEPLOYED, LOOKS, LOOKS)
def test_every_version_that_settled_on_prod_is_there_once_the_newest_first(
    lto: list[int],
    prod: list[int],
    looks_at_lto: list[tuple[int, str]],
    looks_at_prod: list[tuple[int, str]],
) -> None:
    there = runs(prod, looks_at_prod, 0)
    record = order_record(PRESENTEREN, runs(lto, looks_at_lto, 0), there)
    settled = {run.seen.version for run in there if run.settled}
    assert sorted(str(entry.version) for entry in record) == sorted(map(str, settled))
    places = [VERSIONS.index(entry.version) for entry in record]
    assert places == sorted(places, reverse=True)


def test_what_both_had_before_we_looked_is_of_no_order() -> None:
    looks = [(1, "look")] * 20
    [entry] = order_record(PRESENTEREN, runs([-3, -2, -1], looks, 0), runs([-3, -2, -1], looks, 0))
    assert (entry.verdict, entry.lead_time) == (OrderVerdict.UNKNOWN, None)


MOMENTS = st.none() | st.integers(0, 8).map(lambda minute: NOON + minute * MINUTE)


@st.composite
def intervals(draw: st.DrawFn) -> Arrival:
    after, by = draw(MOMENTS), draw(MOMENTS)
    if after and by:
        return Arrival(min(after, by), max(after, by) + MINUTE)
    return Arrival(after, by)


@quickly
@given(intervals(), intervals())
def test_the_verdict_is_what_the_intervals_are_certain_of(lto: Arrival, prod: Arrival) -> None:
    """By every pair of moments at which they may have arrived, as it is in truth."""
    verdict, lead = order_of(lto, prod)
    if prod.by is None:
        return
    orders = {one <= other for one in _within(lto) for other in _within(prod)}
    if verdict is OrderVerdict.LTO_FIRST:
        assert orders == {True}
    elif verdict is OrderVerdict.BROKEN:
        assert orders == {False}
    else:
        assert len(orders) == 2 or not (lto.after or lto.by)
    bounded = None not in (lto.after, lto.by, prod.after)
    assert (verdict is OrderVerdict.TOGETHER) is (bounded and len(orders) == 2)
    assert (lead is None) is (verdict in {OrderVerdict.TOGETHER, OrderVerdict.UNKNOWN})


def _within(arrival: Arrival) -> list[float]:
    """Moments in (after, by], in minutes; an open end reaches beyond all others."""
    low = (arrival.after - NOON) / MINUTE if arrival.after else -10.0
    high = (arrival.by - NOON) / MINUTE if arrival.by else 20.0
    return [low + (high - low) * share / 50 for share in range(1, 51)] if high > low else [high]
