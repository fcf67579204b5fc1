"""What holds for every history: nothing is guessed, told twice, or told by when we looked."""

from collections import Counter
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typing_extensions import override

from monitor.domain.finding import Finding, FindingKind
from monitor.domain.landscape import CheckId, TargetId
from monitor.domain.observation import Observation
from monitor.drift.picture import Blind, LinePicture
from monitor.drift.reconcile import deadline, reconcile
from tests.building import ENVIRONMENTS, MINUTE, NOON, PRESENTEREN
from tests.unit.answers import answer, quickly
from tests.unit.drifting import Story, watched

HOUR = timedelta(hours=1)
WORDS = ("1/a", "1/b", "1.1/a", "1.1/b", "2", "404", "fail", "-", "zomer", "403")
ROWS = st.fixed_dictionaries(
    {
        environment: st.lists(
            st.tuples(st.sampled_from(WORDS), st.integers(1, 6)), min_size=1, max_size=8
        ).map(lambda runs: " ".join(f"{word}*{times}" for word, times in runs))
        for environment in ENVIRONMENTS
    }
)
UNORDERED = st.fixed_dictionaries(
    {
        environment: st.lists(
            st.sampled_from(["zomer*3", "herfst*3", "404*3", "fail*2"]), min_size=1, max_size=6
        ).map(" ".join)
        for environment in ENVIRONMENTS
    }
)
BY_TIME = {FindingKind.ROLLED_BACK}


def told(rows: dict[str, str], interval: timedelta = MINUTE) -> Story:
    return Story(watched(interval)).tell(**rows)


def blinded(picture: LinePicture, environments: tuple[str, ...]) -> LinePicture:
    here = (
        one._replace(blind=Blind.STALE, sure=None) if one.environment in environments else one
        for one in picture.here
    )
    return picture._replace(here=tuple(here))


@quickly
@given(ROWS, st.sets(st.sampled_from(ENVIRONMENTS), min_size=1))
def test_blind_opens_nothing_and_resolves_nothing(rows: dict[str, str], blind: set[str]) -> None:
    story = told(rows)
    before = {one.id: one for one in story.open}
    picture = blinded(story.picture(story.now), tuple(blind))
    for change in reconcile(story.open, picture, story.now):
        if not change.is_open or change.id not in before:
            assert not blind.intersection(change.environments)


@quickly
@given(ROWS, st.integers(0, 200))
def test_in_the_dark_only_time_ends_what_only_time_may_end(
    rows: dict[str, str], later: int
) -> None:
    story = told(rows)
    now = story.now + later * HOUR
    open_ = {one.id for one in story.open}
    for change in reconcile(story.open, blinded(story.picture(now), ENVIRONMENTS), now):
        assert change.id in open_
        assert change.is_open or change.kind in BY_TIME


@quickly
@given(ROWS)
def test_looking_twice_says_nothing_new(rows: dict[str, str]) -> None:
    story = told(rows)
    assert reconcile(tuple(story.findings.values()), story.picture(story.now), story.now) == ()


@quickly
@given(ROWS, st.sampled_from([MINUTE, HOUR]))
def test_a_finding_opens_once_and_resolves_once(rows: dict[str, str], every: timedelta) -> None:
    story = told(rows, every)
    ends = Counter(one.id for one in story.changes if not one.is_open)
    assert all(times == 1 for times in ends.values())
    open_: dict[str, Finding] = {}
    for change in story.changes:
        known = open_.get(change.key)
        if known is None:
            assert change.opened_at == change.changed_at
            assert change.is_open
        else:
            assert change.id == known.id
            assert change != known
        open_[change.key] = change
        if not change.is_open:
            del open_[change.key]
    assert len({one.id for one in story.changes}) == len(story.findings)


@quickly
@given(UNORDERED)
def test_versions_that_cannot_be_ordered_never_give_a_direction(rows: dict[str, str]) -> None:
    story = told(rows)
    for finding in story.findings.values():
        assert finding.kind not in {FindingKind.LAG, FindingKind.ROLLED_BACK}
        if finding.kind is FindingKind.ORDER_BROKEN:
            assert finding.evidence["wholeLine"]


ARRIVALS = st.floats(1, 30, allow_nan=False)
ASKED = st.lists(st.floats(0.3, 4, allow_nan=False), min_size=15, max_size=60)


def moments(pauses: list[float]) -> list[datetime]:
    at, all_ = NOON, []
    for pause in pauses:
        all_.append(at)
        at += pause * MINUTE
    return all_


@quickly
@given(ARRIVALS, ARRIVALS, ASKED, ASKED, st.sets(st.integers(0, 60)))
def test_an_order_is_called_broken_only_where_it_was(
    lto: float, prod: float, ask_lto: list[float], ask_prod: list[float], failing: set[int]
) -> None:
    """Whatever the moments at which we asked, and whichever of them failed."""
    arrivals = {"lto": NOON + lto * MINUTE, "prod": NOON + prod * MINUTE}
    asked = sorted(
        (at, environment, place)
        for environment, pauses in (("lto", ask_lto), ("prod", ask_prod))
        for place, at in enumerate(moments(pauses))
    )
    story = Story()
    for at, environment, place in asked:
        version = "2" if at >= arrivals[environment] else "1"
        word = "fail" if place in failing else version
        check = CheckId(TargetId(PRESENTEREN, environment), "openapi_document")
        story.hear(answer(word, check, at))
    if any(one.kind is FindingKind.ORDER_BROKEN for one in story.findings.values()):
        assert arrivals["prod"] < arrivals["lto"]


@quickly
@given(st.integers(2, 12), st.integers(2, 12))
def test_an_order_that_was_broken_by_two_readings_or_more_is_found(prod: int, lag: int) -> None:
    story = Story().tell(lto=f"1*{prod + lag} 2*4", prod=f"1*{prod} 2*{lag + 4}")
    assert story.ever == ["order-broken lto prod"]


@quickly
@given(ROWS, st.lists(st.integers(0, 3000), max_size=30))
def test_looking_more_often_makes_no_difference(rows: dict[str, str], looks: list[int]) -> None:
    """Deadlines are the moments at which time alone changes something, and the only ones."""
    calm, restless = Story(watched(HOUR)), Restless(watched(HOUR))
    restless.ticks = sorted(NOON + look * MINUTE for look in looks)
    for story in (calm, restless):
        story.tell(**rows).wait(NOON + 100 * HOUR)
    assert restless.changes == calm.changes


@quickly
@given(ROWS, st.sampled_from([MINUTE, HOUR]))
def test_an_equal_picture_needs_no_second_look(rows: dict[str, str], every: timedelta) -> None:
    """The recorder may skip a line while its key is the same and no deadline went by."""
    story, lazy = told(rows, every), Lazy(watched(every)).tell(**rows)
    assert lazy.changes == story.changes


def test_what_opened_and_was_over_at_once_is_not_told_again() -> None:
    story = Story().tell(lto="1 1 1 1 2 2 2", prod="1 1 2 fail - - 2")
    told_already = tuple(story.findings.values())
    assert [one.is_open for one in told_already] == [False]
    assert reconcile(told_already, story.picture(story.now), story.now) == ()


@pytest.mark.parametrize(
    ("before", "then"),
    [
        ({"lto": "1 1 fail*5", "prod": "1*7"}, {"lto": "1 1"}),  # to be seen again
        ({"lto": "1 1 - - -", "prod": "1 1 2 2 2"}, {"lto": "1"}),  # read after PROD got it
        ({"lto": "1/a*3", "pre": "1/a - -", "prod": "1/a 1/b 1/b"}, {"pre": "1/a"}),
        ({"lto": "1 1 1 1 2 2 2", "prod": "1 1 2 fail - -"}, {"prod": "2"}),  # PROD settles
    ],
)
def test_a_key_changes_with_all_that_the_rules_look_at(
    before: dict[str, str], then: dict[str, str]
) -> None:
    story = told(before)
    key = story.picture(story.now).key
    story.tell(**then)
    assert story.picture(story.now).key != key


class Restless(Story):
    """Looks at other moments too."""

    ticks: list[datetime]

    @override
    def hear(self, seen: Observation) -> None:
        while self.ticks and self.ticks[0] < seen.at:
            tick = self.ticks.pop(0)
            if tick > self.now:
                self.wait(tick)
                assert self.look(tick) == ()
        super().hear(seen)


class Lazy(Story):
    """Looks only where the key changed, or time is up."""

    last: object = None

    @override
    def look(self, now: datetime) -> tuple[Finding, ...]:
        picture = self.picture(now)
        is_due = deadline(picture, self.open, now - timedelta(microseconds=1)) == now
        if picture.key == self.last and not is_due:
            self.now = now
            return ()
        self.last = picture.key
        return super().look(now)
