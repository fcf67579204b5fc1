"""What rows of answers of many targets come to: incidents, their alerts, and isolation."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.event import EventType
from monitor.domain.incident import IncidentKind
from monitor.domain.landscape import (
    CheckId,
    LineId,
    TargetId,
)
from monitor.domain.verdict import awaiting
from tests.building import NOON
from tests.unit.answers import WORDS, answer, quickly
from tests.unit.histories import LAND, History, at, health, lone_outage, only, rounds, wide

HOLD = timedelta(seconds=60)


def test_a_target_that_goes_down_has_an_incident_until_it_is_up_again() -> None:
    incident = lone_outage("ok", "fail", "fail", "fail").open()[0]
    assert (incident.kind, incident.subject) == (IncidentKind.TARGET, "i/l0@prod")
    assert (incident.opened_at, incident.reason) == (at(2), "answered 500")
    ended = lone_outage("ok", "fail", "fail", "ok", "ok").of(IncidentKind.TARGET)
    assert [one.resolved_at for one in ended] == [at(4)]


def test_one_failure_opens_nothing() -> None:
    assert not lone_outage("ok", "fail", "ok", "fail").incidents


def test_an_outage_is_not_over_because_we_cannot_see_it_or_it_is_maintained() -> None:
    assert len(lone_outage("fail", "fail", "429", "maint", "403").open()) == 1


def test_an_outage_is_told_after_the_hold_and_then_its_end() -> None:
    opened, resolved = EventType.OUTAGE_OPENED, EventType.OUTAGE_RESOLVED
    assert lone_outage("fail", "fail").told() == []
    assert lone_outage("fail", "fail", "fail").told() == [(opened, "i/l0@prod")]
    whole = lone_outage("fail", "fail", "fail", "ok", "ok", "ok").told()
    assert whole == [(opened, "i/l0@prod"), (resolved, "i/l0@prod")]


def test_an_outage_shorter_than_the_hold_is_told_to_nobody() -> None:
    history = lone_outage("fail", "fail")
    for second in (10, 20):
        history.record([answer("ok", health(0, "prod"), at(1) + timedelta(seconds=second))])
    history.record(rounds(LAND, 3, "ok"))
    assert history.of(IncidentKind.TARGET)[0].resolved_at == at(1) + timedelta(seconds=20)
    assert history.told() == []


def test_an_answer_of_any_target_is_enough_for_what_is_due() -> None:
    history = lone_outage("fail", "fail").record([answer("ok", health(3, "lto"), at(1) + HOLD)])
    assert history.told() == [(EventType.OUTAGE_OPENED, "i/l0@prod")]


def test_what_flaps_is_called_unstable_and_its_outages_are_not_told() -> None:
    words = ("fail fail ok ok " * 6).split() + ["ok"] * 25
    told = [kind for kind, _ in lone_outage(*words).told()]
    begin, end = told.index(EventType.UNSTABLE_STARTED), told.index(EventType.UNSTABLE_ENDED)
    assert EventType.OUTAGE_OPENED not in told[begin:end]
    assert told.count(EventType.OUTAGE_OPENED) == told.count(EventType.OUTAGE_RESOLVED)


def test_half_of_an_environment_going_down_together_is_one_outage() -> None:
    history = History(LAND).record(rounds(LAND, 0, "ok", *[{"prod": "fail"}] * 4))
    [incident] = history.open(IncidentKind.ENVIRONMENT)
    assert (incident.subject, incident.opened_at) == ("prod", at(2))
    assert {one.parent for one in history.open(IncidentKind.TARGET)} == {incident.id}
    assert history.told() == [(EventType.OUTAGE_OPENED, "prod")]


def test_the_end_of_an_environments_outage_is_told_once() -> None:
    history = History(LAND).record(
        rounds(LAND, 0, "ok", *[{"prod": "fail"}] * 5, *["ok"] * 4),
    )
    assert not history.open()
    assert history.told() == [
        (EventType.OUTAGE_OPENED, "prod"),
        (EventType.OUTAGE_RESOLVED, "prod"),
    ]


def fall(*minutes: float) -> History:
    """Targets of prod that go down at these minutes, one after the other."""
    seen = [
        answer("fail", health(line, "prod"), at(minute - back))
        for line, minute in enumerate(minutes)
        for back in (1, 0)
    ]
    well = rounds(LAND, -2, {"lto": "ok", "pre": "ok", "prod": ""})
    return History(LAND).record([*well, *sorted(seen, key=lambda one: one.at)])


def test_less_than_half_is_no_outage_of_the_environment() -> None:
    assert not fall(1, 1).of(IncidentKind.ENVIRONMENT)
    assert fall(1, 1, 1).of(IncidentKind.ENVIRONMENT)


def test_half_of_a_small_environment_is_too_few() -> None:
    small = wide(4)
    two = [answer("fail", health(line, "prod"), at(m)) for m in (0, 1) for line in (0, 1)]
    assert not History(small).record(two).of(IncidentKind.ENVIRONMENT)


def test_half_within_two_intervals_is_together_and_later_is_not() -> None:
    assert fall(1, 2, 3).of(IncidentKind.ENVIRONMENT)
    assert not fall(1, 2, 3.1).of(IncidentKind.ENVIRONMENT)


def test_who_goes_down_later_joins_the_outage_of_its_environment() -> None:
    history = fall(1, 1, 1, 20)
    [parent] = history.open(IncidentKind.ENVIRONMENT)
    assert {one.parent for one in history.open(IncidentKind.TARGET)} == {parent.id}


def test_who_was_down_long_before_does_not() -> None:
    history = fall(-20, 1, 1, 1)
    [parent] = history.open(IncidentKind.ENVIRONMENT)
    parents = {one.subject: one.parent for one in history.open(IncidentKind.TARGET)}
    assert parents["i/l0@prod"] is None
    assert parents["i/l1@prod"] == parent.id


def test_an_environment_that_falls_again_has_another_outage() -> None:
    history = fall(1, 1, 1)
    seen = [answer("ok", health(0, "prod"), at(1) + timedelta(seconds=s)) for s in (10, 20)]
    seen += [answer("fail", health(0, "prod"), at(1) + timedelta(seconds=s)) for s in (30, 40)]
    history.record(seen)
    assert len(history.of(IncidentKind.ENVIRONMENT)) == 2
    assert [kind for kind, _ in history.told()] == [
        EventType.OUTAGE_OPENED,
        EventType.OUTAGE_RESOLVED,
        EventType.OUTAGE_OPENED,
    ]


def test_who_stays_down_after_its_environment_speaks_for_itself_after_a_hold() -> None:
    history = fall(1, 1, 1)
    history.record([answer("ok", health(0, "prod"), at(minute)) for minute in (10, 11)])
    assert not history.open(IncidentKind.ENVIRONMENT)
    assert history.told()[-1] == (EventType.OUTAGE_RESOLVED, "prod")
    history.record([answer("fail", health(1, "prod"), at(11.5))])
    assert history.told()[-1] == (EventType.OUTAGE_RESOLVED, "prod")
    history.record([answer("fail", health(1, "prod"), at(12))])
    assert set(history.told()[-2:]) == {
        (EventType.OUTAGE_OPENED, "i/l1@prod"),
        (EventType.OUTAGE_OPENED, "i/l2@prod"),
    }


def test_an_outage_of_what_left_the_catalogue_is_over() -> None:
    history = lone_outage("fail", "fail", "fail")
    history.land = only(LAND, "lto", "pre")
    history.record(rounds(history.land, 5, "ok"))
    assert not history.open()


def test_what_left_the_catalogue_is_not_judged() -> None:
    gone = CheckId(TargetId(LineId("old", "v1"), "prod"), "health")
    verdict = History(LAND).record([answer("ok", gone)]).verdicts[0]
    assert (verdict.standings, verdict.spans) == ((), ())


def test_a_court_needs_the_standings_of_those_whose_alert_waits() -> None:
    waiting = lone_outage("fail", "fail").open()
    assert {str(target) for target in awaiting(waiting)} == {"i/l0@prod"}
    assert not awaiting(replace(one, told=True) for one in waiting)


STEP = st.tuples(
    st.sampled_from(sorted([*WORDS, "1.0", "2.0"])),
    st.integers(0, 5),
    st.sampled_from(["openapi_document", "health"]),
    st.integers(0, 40),
)


@quickly
@given(st.lists(STEP, max_size=40), st.lists(st.integers(0, 40), max_size=6))
def test_the_borders_between_batches_make_no_difference(
    steps: Sequence[tuple[str, int, str, int]], cuts: list[int]
) -> None:
    land = wide(2)
    targets = sorted(land.targets)
    moment, seen = NOON, []
    for word, target, check, pause in steps:
        moment += timedelta(seconds=pause)
        seen.append(answer(word, CheckId(targets[target], check), moment))
    whole, parts = History(land).record(seen), History(land)
    edges = [0, *sorted(cuts), len(seen)]
    for begin, end in pairwise(edges):
        parts.record(seen[begin:end])
    assert whole.standings == parts.standings
    assert whole.incidents == parts.incidents
    assert whole.verdicts[0].spans == tuple(s for v in parts.verdicts for s in v.spans)
    assert [s.by for _, s in whole.verdicts[0].sightings] == [
        s.by for v in parts.verdicts for _, s in v.sightings
    ]
    assert sorted(e.key for e in whole.verdicts[0].events) == sorted(
        e.key for v in parts.verdicts for e in v.events
    )
