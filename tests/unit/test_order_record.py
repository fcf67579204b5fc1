"""Of every version that PROD ever had: whether LTO had it first, and by how long."""

from datetime import timedelta

import pytest

from monitor.domain.arrivals import arrivals
from monitor.domain.order_record import Arrival, OrderEntry, OrderVerdict, order_of, order_record
from monitor.domain.sighting import Seen, Sighting
from tests.building import NOON, PRESENTEREN
from tests.unit.gating import HOUR, GateStory


def record(lto: str, prod: str) -> tuple[OrderEntry, ...]:
    """An answer an hour: LTO on the hour, PROD 36 minutes later."""
    runs = GateStory(drifts=False).tell(lto=lto, prod=prod).runs
    return order_record(PRESENTEREN, runs.get("lto", ()), runs.get("prod", ()))


def told(lto: str, prod: str) -> list[str]:
    """`8.6 ltoFirst 1.6`, in hours; the newest on PROD first."""
    return [
        f"{one.version} {one.verdict}"
        + (f" {one.lead_time / HOUR:.1f}" if one.lead_time is not None else "")
        for one in record(lto, prod)
    ]


@pytest.mark.parametrize(
    ("lto", "prod", "then"),
    [
        # LTO had 8.6 by 3:00, PROD not yet at 4:36
        ("8.5*3 8.6*6", "8.5*5 8.6*4", ["8.6 ltoFirst 1.6", "8.5 unknown"]),
        ("8.6*9", "8.5*5 8.6*4", ["8.6 ltoFirst 4.6", "8.5 unknown"]),
        # PROD had it by 3:36, LTO not yet at 6:00
        ("8.5*7 8.6*2", "8.5*3 8.6*6", ["8.6 broken -2.4", "8.5 unknown"]),
        ("8.5*9", "8.5*3 8.6*6", ["8.6 broken -4.4", "8.5 unknown"]),
        ("404*9", "404*3 8.6*6", ["8.6 broken -4.4"]),  # the line itself
        ("8.5*7 8.6*2", "8.6*9", ["8.6 broken -5.4"]),
        ("8.5*3 8.6*6", "8.5*3 8.6*6", ["8.6 together", "8.5 unknown"]),
        ("8.6*9", "8.6*9", ["8.6 unknown"]),  # both had it when we first looked
        ("mute*9", "8.5*3 8.6*6", ["8.6 unknown", "8.5 unknown"]),
        ("8.5*3 mute*6", "8.5*5 8.6*4", ["8.6 unknown", "8.5 unknown"]),
        ("8.5*3 mute*4 8.6*2", "8.5*5 8.6*4", ["8.6 together", "8.5 unknown"]),
        ("8.5*3 mute*4 8.5*2", "8.5*5 8.6*4", ["8.6 broken -2.4", "8.5 unknown"]),
    ],
)
def test_the_verdict_is_what_is_certain(lto: str, prod: str, then: list[str]) -> None:
    assert told(lto, prod) == then


def test_a_version_that_lto_skipped_counts_by_the_newer_one_that_it_had() -> None:
    newest = record("8.5*3 8.6.2*6", "8.5*5 8.6.0*4")[0]
    assert (newest.version, newest.lto_version) == ("8.6.0", "8.6.2")
    assert newest.verdict is OrderVerdict.LTO_FIRST
    assert record("8.5*3 8.6.0*6", "8.5*5 8.6.0*4")[0].lto_version is None


def test_one_version_written_differently_is_one_entry() -> None:
    lines = told("8.5*3 v8.6.0*6", "8.5*5 8.6*2 8.6.0+b7*2")
    assert lines == ["8.6.0+b7 ltoFirst 1.6", "8.5 unknown"]  # as it was written last


def test_1_10_on_lto_is_newer_than_1_9_on_prod() -> None:
    assert told("1.8*3 1.10*6", "1.8*5 1.9*4")[0] == "1.9 ltoFirst 1.6"
    assert told("1.8*3 1.9*6", "1.8*5 1.10*4")[0] == "1.10 broken -2.4"


def test_a_version_that_was_rolled_back_and_came_again_is_told_once_by_its_first_arrival() -> None:
    lines = told("8.5*12 8.6*6", "8.5*3 8.6*3 8.5*6 8.6*6")
    assert lines == ["8.6 broken -7.4", "8.5 unknown"]


def test_a_version_that_lto_went_back_from_was_there_first_all_the_same() -> None:
    assert told("8.5*3 8.6*2 8.5*4", "8.5*6 8.6*3")[0] == "8.6 ltoFirst 2.6"


def test_a_changed_contract_is_no_other_version() -> None:
    assert len(record("8.5/a*3 8.5/b*6", "8.5/a*5 8.5/b*4")) == 1


def test_a_flicker_dates_the_arrival_and_is_none_by_itself() -> None:
    newest, _ = record("8.5*3 8.6*9", "8.5*5 8.6 8.5 8.6*5")
    assert newest.prod == Arrival(NOON + 4.6 * HOUR, NOON + 5.6 * HOUR)
    assert told("8.5*9", "8.5*4 8.6 8.5*4") == ["8.5 unknown"]


def test_a_flicker_that_was_over_dates_no_later_arrival() -> None:
    newest, _ = record("8.5*20", "8.5*3 8.6 8.5*6 8.6*3")
    assert newest.prod == Arrival(NOON + 9.6 * HOUR, NOON + 10.6 * HOUR)


def test_a_flicker_of_something_older_is_not_all_that_lto_had() -> None:
    # LTO showed 8.5 at 5:00 on some node only: it may have had 8.6 on the others all along
    assert told("ok*3 8.5 - 8.5", "8.5*2 8.6*6")[0].startswith("8.6 broken")
    assert told("banana*3 8.5", "8.5*1 8.6*2")[0] == "8.6 unknown"


def test_a_story_that_starts_anew_tells_nothing_about_order() -> None:
    """Another check took over, and reads a version where none was read before."""
    newest = record("8.5*3 8.6*9", "ok*5 8.6*4")[0]
    assert newest.prod.after is None
    assert newest.verdict is OrderVerdict.UNKNOWN


def test_a_story_that_starts_anew_forgets_what_was_settled() -> None:
    def run(hour: int, after: int | None) -> Sighting:
        return Sighting(
            seen=Seen(served=True, version="8.6"),
            after=None if after is None else NOON + after * HOUR,
            by=NOON + hour * HOUR,
            last=NOON + hour * HOUR,
            settled=True,
        )

    came = arrivals([run(2, 1), run(4, 3), run(6, None)])
    assert [(one.after, one.by) for one in came] == [
        (NOON + HOUR, NOON + 2 * HOUR),
        (None, NOON + 6 * HOUR),
    ]


def test_versions_that_cannot_be_ordered_are_compared_as_text_only() -> None:
    assert told("8.5*3 banana*6", "8.5*5 banana*4")[0] == "banana ltoFirst 1.6"
    assert told("8.5*3 apple*6", "8.5*5 banana*4")[0] == "banana unknown"


def test_what_tells_no_version_is_left_out() -> None:
    assert record("ok*5", "404*2 ok*3") == ()
    assert record("", "") == ()


def test_an_order_is_certain_at_the_very_moment_too() -> None:
    lto = Arrival(NOON, NOON + HOUR)
    then = Arrival(NOON + HOUR, NOON + 2 * HOUR)
    assert order_of(lto, then) == (OrderVerdict.LTO_FIRST, timedelta())
    assert order_of(then, lto) == (OrderVerdict.BROKEN, timedelta())
    assert order_of(lto, lto) == (OrderVerdict.TOGETHER, None)
