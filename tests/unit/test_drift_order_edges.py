"""Where the order of arrival hangs by one moment, one contract or one answer without a version."""

import pytest

from monitor.domain.finding import FindingKind
from tests.unit import drifting
from tests.unit.drifting import Story

ORDER = FindingKind.ORDER_BROKEN
BROKEN = "order-broken lto prod"


@pytest.fixture
def together(monkeypatch: pytest.MonkeyPatch) -> None:
    """LTO and PROD are asked at the very same moments."""
    monkeypatch.setitem(drifting.OFFSETS, "prod", drifting.OFFSETS["lto"])


@pytest.mark.usefixtures("together")
def test_lto_read_without_it_at_the_very_moment_it_was_seen_on_prod_lacked_it() -> None:
    assert Story().tell(lto="1 1 1 - -", prod="1 1 2 - 2").kinds == [BROKEN]


@pytest.mark.usefixtures("together")
def test_so_it_did_where_it_has_it_by_the_time_that_prod_is_sure() -> None:
    story = Story().tell(lto="1 1 1 2 2", prod="1 1 2 - 2")
    assert BROKEN in story.ever
    assert story.because(ORDER) == "caughtUp"


@pytest.mark.parametrize("lto", ["1/x*6 1/y*6", "0*2 1/x*4 1/y*6"])
def test_a_new_contract_of_the_old_version_excuses_no_later_arrival_on_prod(lto: str) -> None:
    assert BROKEN in Story().tell(lto=lto, prod="1*8 2*4").kinds


def test_a_line_that_prod_had_first_and_gave_up_is_taken_back() -> None:
    story = Story().tell(lto="404*10", prod="404*2 1*4 404*4")
    assert story.because(ORDER) == "takenBack"


@pytest.mark.parametrize(("lto", "prod"), [("ok", "ok"), ("ok", "2"), ("2", "ok")])
def test_where_no_version_is_told_a_line_that_lto_serves_too_has_caught_up(
    lto: str, prod: str
) -> None:
    story = Story().tell(lto=f"404*6 {lto}*4", prod=f"404*2 {prod}*8")
    assert story.because(ORDER) == "caughtUp"
