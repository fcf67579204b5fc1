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
from monitor.domain.life_cycle import (
    Breach,
    BreachKind,
    Phase,
    breaches,
    days_left,
    expected,
    newest_first,
    phases,
)

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


def begun(year: int, month: int = 1, day: int = 1, until: date | None = None) -> LifeCycle:
    first = date(year, month, day)
    return LifeCycle({"lto": first, "pre": first, "prod": first}, until=until)


def broken(*lines: Line, today: date = TODAY) -> list[tuple[str, tuple[str, ...], date | None]]:
    found = breaches(landscape(*lines), today)
    return [(one.kind.value, tuple(id_.line for id_ in one.lines), one.since) for one in found]


def test_two_supported_lines_for_a_year_break_no_promise() -> None:
    assert broken(line("5", begun(2020)), line("6", begun(2025, 6, 15))) == []


def test_a_third_supported_line_is_one_too_many_from_its_first_day() -> None:
    lines = (line("4", begun(2025, 12)), line("5", begun(2026)), line("6", begun(2026, 6, 10)))
    assert broken(*lines) == [("tooMany", ("6", "5", "4"), date(2026, 6, 10))]
    assert broken(*lines, today=date(2026, 6, 9)) == []
    assert broken(*lines, today=date(2026, 6, 10)) != []


def test_a_line_that_is_out_of_support_is_not_one_too_many() -> None:
    ended = begun(2025, 12, until=date(2026, 6, 14))
    assert broken(line("4", ended), line("5", begun(2026)), line("6", begun(2026, 2))) == []


def test_a_line_that_is_next_is_not_one_too_many() -> None:
    ahead = LifeCycle({"lto": date(2026, 5, 1), "prod": date(2026, 9, 1)})
    assert broken(line("5", begun(2026)), line("6", begun(2026, 2)), line("7", ahead, "lto")) == []


def test_the_days_on_which_there_were_too_many_are_those_without_a_break() -> None:
    lines = (
        line("3", begun(2025, 7, until=date(2026, 2, 28))),
        line("4", begun(2025, 8)),
        line("5", begun(2025, 9)),
        line("6", begun(2026, 3, 15)),
    )
    # three until the end of February, two until the middle of March, three again since
    assert broken(*lines) == [("tooMany", ("6", "5", "4"), date(2026, 3, 15))]
    closed = (lines[0], *lines[1:3], line("6", begun(2026, 3, 1)))
    assert broken(*closed) == [("tooMany", ("6", "5", "4"), date(2025, 9, 1))]


def test_lines_that_began_together_are_too_many_from_that_day() -> None:
    lines = [line(name, begun(2026), "prod") for name in ("1.5", "2.0", "3.0")]
    assert broken(*lines) == [("tooMany", ("3.0", "2.0", "1.5"), date(2026, 1, 1))]


def test_lines_without_a_first_day_are_too_many_since_nobody_knows_when() -> None:
    lines = [line(name, LifeCycle({}), "prod") for name in ("1.5", "2.0", "3.0")]
    assert broken(*lines) == [("tooMany", ("3.0", "2.0", "1.5"), None)]


def test_the_last_but_one_is_supported_for_a_year_at_most() -> None:
    lines = (line("5", begun(2020)), line("6", begun(2025, 6, 14)))
    assert broken(*lines, today=date(2026, 6, 14)) == []
    assert broken(*lines, today=date(2026, 6, 15)) == [("tooLong", ("5",), date(2026, 6, 15))]


def test_a_year_from_the_day_that_comes_once_in_four_ends_on_the_first_of_march() -> None:
    lines = (line("5", begun(2020)), line("6", begun(2024, 2, 29)))
    assert broken(*lines, today=date(2025, 3, 1)) == []
    assert broken(*lines, today=date(2025, 3, 2)) == [("tooLong", ("5",), date(2025, 3, 2))]


def test_what_is_out_of_support_is_not_supported_for_too_long() -> None:
    ended = begun(2020, until=date(2026, 6, 14))
    assert broken(line("5", ended), line("6", begun(2024))) == []


def test_breaches_name_their_interface_and_lines() -> None:
    (one,) = breaches(landscape(line("5", begun(2020)), line("6", begun(2025))), TODAY)
    assert one == Breach(BreachKind.TOO_LONG, "stam", (LineId("stam", "5"),), date(2026, 1, 2))
