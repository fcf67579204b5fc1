"""The clock was wrong and is set back: what we conclude goes on at once, and shows no future."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from monitor.domain.health import State, StateSpan
from monitor.domain.incident import Incident
from monitor.domain.isolation import was_silent
from monitor.domain.landscape import CheckId, Policy
from monitor.domain.observation import Observation
from monitor.domain.sighting import Mood
from monitor.domain.standing import Conclusion, TargetStanding, conclude, conclude_nothing
from monitor.domain.verdict import Court
from tests.building import MINUTE, NOON, PROD, landscape, plan
from tests.unit.answers import answer, answers

PLAN = plan(PROD)
OPENAPI = CheckId(PROD, "openapi_document")
AHEAD = NOON + timedelta(hours=1)
"""What our clock told before it was set to noon."""


def told(*seen: Observation) -> list[Conclusion]:
    all_of_it: list[Conclusion] = []
    for one in seen:
        before = all_of_it[-1].standing if all_of_it else None
        all_of_it.append(conclude(before, one, PLAN, Policy()))
    return all_of_it


def ahead(row: str, check: CheckId = OPENAPI) -> tuple[Observation, ...]:
    return tuple(answers(row, check, AHEAD))


def after(row: str, check: CheckId = OPENAPI) -> tuple[Observation, ...]:
    return tuple(answers(row, check, NOON))


def at(minute: float) -> datetime:
    return NOON + minute * MINUTE


def test_a_target_goes_down_and_up_while_its_past_lies_ahead() -> None:
    states = [one.standing.state for one in told(*ahead("ok ok"), *after("ok fail fail ok ok"))]
    assert states[2:] == [State.UP, State.UP, State.DOWN, State.DOWN, State.UP]


def test_no_moment_of_the_state_lies_ahead_any_more() -> None:
    last = told(*ahead("fail fail ok ok"), *after("ok"))[-1]
    assert (last.standing.since, last.standing.last_at) == (NOON, NOON)
    check = last.standing.checks["openapi_document"]
    assert (check.since, check.last_at) == (NOON, NOON)
    assert last.spans == (StateSpan(State.UP, NOON),)


def test_a_state_from_before_the_wrong_time_goes_on_as_it_was() -> None:
    early = answers("ok ok", OPENAPI, NOON - 2 * MINUTE)
    last = told(*early, *answers("ok " * 61, OPENAPI, NOON), answer("ok", OPENAPI, at(3)))[-1]
    assert (last.standing.since, last.spans) == (NOON - 2 * MINUTE, ())


def test_a_version_settles_while_its_past_lies_ahead() -> None:
    readings = told(*ahead("1.0 1.0"), *after("1.0 1.1 1.1"))[-1].standing.readings
    assert readings.mood is Mood.SETTLED
    assert readings.settled
    assert readings.settled.seen.version == "1.1"


def test_what_was_read_is_not_fresh_for_all_the_time_that_lies_ahead() -> None:
    first = answer("1.0", OPENAPI, NOON - MINUTE)
    readings = told(first, *ahead("1.0 1.0"), *after("1.0"))[-1].standing.readings
    assert readings.current
    assert (readings.current.last, readings.source_at) == (NOON, NOON)


def test_an_answer_that_is_late_by_less_than_an_interval_is_no_clock_set_back() -> None:
    before = told(*ahead("ok ok"))[-1].standing
    late = answer("fail", OPENAPI, AHEAD + 0.5 * MINUTE)
    assert conclude(before, late, PLAN, Policy()) == Conclusion(before)


def test_an_old_report_is_no_clock_set_back() -> None:
    reported = replace(PLAN, probes=tuple(replace(one, asked=False) for one in PLAN.probes))
    before = conclude(None, answer("ok", OPENAPI, AHEAD), reported, Policy()).standing
    old = answer("fail", OPENAPI, NOON)
    assert conclude(before, old, reported, Policy()) == Conclusion(before)


def test_silence_of_our_own_network_is_taken_in_too() -> None:
    before = told(*ahead("ok ok"))[-1].standing
    seen = answer("mute", OPENAPI, NOON)
    assert conclude_nothing(before, seen, PLAN, "isolated").standing.state is State.UNKNOWN


def test_a_silence_that_lies_ahead_tells_nothing_of_now() -> None:
    silent = TargetStanding(target=PROD, silent_at=AHEAD)
    assert not was_silent(silent, 2 * MINUTE, NOON)
    assert was_silent(silent, 2 * MINUTE, AHEAD + MINUTE)


def _heard(*seen: Observation) -> tuple[list[str], dict[str, Incident]]:
    court = Court(landscape(), {}, (), sees_all=False)
    for one in seen:
        court.hear(one)
    verdict = court.verdict()
    return [str(one.type) for one in verdict.events], {one.id: one for one in verdict.incidents}


@pytest.mark.parametrize("row", ["fail fail", "fail fail fail"])
def test_an_outage_from_ahead_is_told_and_ends_no_earlier_than_it_began(row: str) -> None:
    events, incidents = _heard(*ahead(row), *after("fail fail ok ok"))
    assert events == ["outage.opened", "outage.resolved"]
    (incident,) = incidents.values()
    assert incident.resolved_at
    assert incident.resolved_at >= incident.opened_at
