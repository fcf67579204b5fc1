"""What an event is about, and which events belong together."""

from dataclasses import replace

import pytest

from monitor.domain.event import EVERYWHERE, OPENS, Event, EventType, Reach, reach
from monitor.domain.landscape import LineId
from tests.building import NOON, PRESENTEREN, STAM

EVENT = Event(type=EventType.INCIDENT_OPENED, subject="prod", at=NOON, key="k")


def test_an_event_of_which_nothing_else_is_told_is_its_own_story() -> None:
    assert EVENT.story == "k"
    assert replace(EVENT, story="s").story == "s"


def test_what_resolves_opens_nothing() -> None:
    assert not set(OPENS) & set(OPENS.values())


@pytest.mark.parametrize(
    ("about", "subject"),
    [
        (Reach(), EVERYWHERE),
        (Reach(environments=("prod",)), "prod"),
        (Reach(environments=("pre", "prod")), EVERYWHERE),
        (Reach(lines=(PRESENTEREN,)), "presenteren/v8"),
        (Reach(environments=("prod",), lines=(PRESENTEREN,)), "presenteren/v8@prod"),
        (Reach(environments=("pre", "prod"), lines=(PRESENTEREN, STAM)), EVERYWHERE),
        (Reach(environments=("prod",), interfaces=("stam",)), EVERYWHERE),
        (Reach(interfaces=("stam",), lines=(LineId("sttr", "3.0"),)), EVERYWHERE),
    ],
)
def test_an_event_tells_what_it_is_about(about: Reach, subject: str) -> None:
    assert about.subject == subject
    assert reach(replace(EVENT, subject=subject, facts=about.facts)) == about


def test_a_line_may_be_told_with_its_environments() -> None:
    told = replace(EVENT, subject="presenteren/v8", facts={"environments": "lto,prod"})
    assert reach(told) == Reach(environments=("lto", "prod"), lines=(PRESENTEREN,))
