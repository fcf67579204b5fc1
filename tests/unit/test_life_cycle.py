"""Where a line is on its way, day by day."""

from datetime import date

import pytest

from monitor.domain.landscape import (
    Chain,
    Environment,
    Interface,
    Landscape,
    LifeCycle,
    Line,
    LineId,
    Policy,
    Standard,
    TargetId,
    TargetPlan,
    Words,
)
from monitor.domain.life_cycle import Phase, days_left, expected, newest_first, phases

TITLE = Words("titel", "title")
TODAY = date(2026, 6, 15)


def line(name: str, life: LifeCycle, *configured: str) -> Line:
    id_ = LineId("stam", name)
    targets = {one: TargetPlan(TargetId(id_, one), "https://x.example", ()) for one in configured}
    return Line(id_, None, life, Policy(), targets)


def landscape(*lines: Line) -> Landscape:
    return Landscape(
        environments=tuple(Environment(one, TITLE) for one in ("lto", "pre", "prod")),
        interfaces=(Interface("stam", TITLE, Chain.VTH, Standard.STAM, lines),),
        must_precede=(("lto", "prod"),),
    )


def phase(life: LifeCycle, *configured: str, today: date = TODAY) -> Phase:
    return phases(landscape(line("5", life, *configured)), today)[LineId("stam", "5")]


EVERYWHERE = {"lto": date(2026, 1, 1), "pre": date(2026, 2, 1), "prod": date(2026, 3, 1)}
WHOLE_LIFE = LifeCycle(EVERYWHERE, until=date(2026, 7, 1), gone=date(2026, 9, 30))


@pytest.mark.parametrize(
    ("today", "then"),
    [
        (date(2025, 12, 31), Phase.PLANNED),
        (date(2026, 1, 1), Phase.NEXT),
        (date(2026, 2, 28), Phase.NEXT),
        (date(2026, 3, 1), Phase.LATEST),
        (date(2026, 7, 1), Phase.LATEST),
        (date(2026, 7, 2), Phase.UNSUPPORTED),
        (date(2026, 9, 30), Phase.UNSUPPORTED),
        (date(2026, 10, 1), Phase.RETIRED),
    ],
)
def test_a_line_passes_through_every_phase_on_its_day(today: date, then: Phase) -> None:
    assert phase(WHOLE_LIFE, today=today) is then


def test_the_newest_supported_line_is_the_latest_and_the_others_are_previous() -> None:
    of = phases(
        landscape(*(line(name, LifeCycle({}), "prod") for name in ("4.0", "10", "5"))), TODAY
    )
    assert of == {
        LineId("stam", "10"): Phase.LATEST,
        LineId("stam", "5"): Phase.PREVIOUS,
        LineId("stam", "4.0"): Phase.PREVIOUS,
    }


def test_a_line_that_is_next_makes_no_other_previous() -> None:
    ahead = LifeCycle({"lto": date(2026, 5, 1)})
    of = phases(landscape(line("5", LifeCycle({}), "prod"), line("6", ahead, "lto")), TODAY)
    assert of == {LineId("stam", "5"): Phase.LATEST, LineId("stam", "6"): Phase.NEXT}


def test_names_that_tell_no_order_are_newest_last_in_the_catalogue() -> None:
    names = [LineId("loket", name) for name in ("oud", "nieuw")]
    assert newest_first(names) == [LineId("loket", "nieuw"), LineId("loket", "oud")]


def test_a_line_without_days_is_supported_where_it_is_watched_and_where_not() -> None:
    assert phase(LifeCycle({})) is Phase.LATEST
    assert phase(LifeCycle({}), "prod") is Phase.LATEST


def test_without_an_end_of_run_out_a_line_past_support_is_unsupported_for_good() -> None:
    assert phase(LifeCycle({}, until=date(2020, 1, 1)), "prod") is Phase.UNSUPPORTED


def test_a_line_is_expected_from_its_first_day_to_the_end_of_its_run_out() -> None:
    land = landscape(line("5", WHOLE_LIFE, "prod"))
    answers = {
        day: expected(land, LineId("stam", "5"), "prod", day)
        for day in (date(2026, 2, 28), date(2026, 3, 1), date(2026, 9, 30), date(2026, 10, 1))
    }
    assert list(answers.values()) == [False, True, True, False]


def test_without_a_first_day_a_line_is_expected_where_it_is_configured() -> None:
    land = landscape(line("5", LifeCycle({"lto": date(2026, 1, 1)}), "lto", "pre"))
    stam = LineId("stam", "5")
    assert expected(land, stam, "pre", TODAY)
    assert not expected(land, stam, "prod", TODAY)
    assert not expected(land, LineId("stam", "6"), "pre", TODAY)


@pytest.mark.parametrize(("until", "left"), [(None, None), (TODAY, 0), (date(2026, 6, 14), -1)])
def test_days_left_count_to_the_last_supported_day(until: date | None, left: int | None) -> None:
    assert days_left(line("5", LifeCycle({}, until=until)), TODAY) == left
