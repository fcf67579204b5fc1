"""What answers say of the end, beside the promise: the same, sooner, later, or not promised."""

from dataclasses import replace
from datetime import date

import pytest

from monitor.domain.deprecation import Disagreement, disagreement
from monitor.domain.landscape import LifeCycle
from tests.building import MINUTE, PRESENTEREN, landscape

LAST = date(2027, 6, 30)
SOONER, LATER = Disagreement.ENDS_SOONER, Disagreement.ENDS_LATER


@pytest.mark.parametrize(
    ("sunset", "said"),
    [
        ("Wed, 30 Jun 2027 23:59:59 GMT", None),
        ("Wed, 30 Jun 2027 21:59:59 GMT", None),  # the last second of it in Amsterdam
        ("Thu, 01 Jul 2027 00:00:00 GMT", None),  # the end of the day before
        ("Wed, 30 Jun 2027 00:00:00 GMT", None),
        ("Mon, 28 Jun 2027 12:00:00 GMT", SOONER),
        ("Fri, 02 Jul 2027 12:00:00 GMT", LATER),
        ("Fri, 31 Dec 9999 23:59:59 GMT", None),  # no day of any calendar in Amsterdam
        ("soon", None),
        ("", None),
    ],
)
def test_a_sunset_is_held_against_the_last_day(sunset: str, said: Disagreement | None) -> None:
    line = replace(
        landscape(MINUTE).lines[PRESENTEREN], life_cycle=LifeCycle({}, date(2026, 7, 1), LAST)
    )
    assert disagreement(line, "sunset", sunset) is said
    assert disagreement(line, "warning", f'299 - "{sunset}"') is None


@pytest.mark.parametrize("name", ["deprecation", "sunset", "warning"])
def test_every_signal_of_a_line_without_an_end_has_no_promise_beside_it(name: str) -> None:
    line = replace(landscape(MINUTE).lines[PRESENTEREN], life_cycle=LifeCycle({}))
    assert disagreement(line, name, "true") is Disagreement.NO_END_PROMISED
