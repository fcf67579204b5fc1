"""When everybody is silent it is us, and what was held against others is taken back."""

from dataclasses import replace

from monitor.domain.event import EventType
from monitor.domain.health import State, StateSpan
from monitor.domain.incident import IncidentKind
from monitor.domain.isolation import REASON
from monitor.domain.landscape import (
    REFERENCE,
    CheckId,
    Probe,
    TargetId,
)
from tests.building import MINUTE
from tests.unit.answers import answer
from tests.unit.histories import LAND, MUTE, History, at, lone_outage, only, rounds


def test_when_everybody_is_silent_it_is_us() -> None:
    history = History(LAND).record(rounds(LAND, 0, "ok", "mute", "mute", "mute"))
    [incident] = history.open()
    assert (incident.kind, incident.opened_at) == (IncidentKind.ISOLATED, at(1))
    assert {one.state for one in history.standings.values()} == {State.UNKNOWN}
    assert history.told() == [(EventType.NOTICE_ISOLATED, "monitor")]


def test_it_is_not_us_while_anybody_answers_even_with_an_error() -> None:
    for word in ("fail", "429", "404", "403", "maint", "ok"):
        history = History(LAND).record(rounds(LAND, 0, "ok", *[{"lto": word, **MUTE}] * 3))
        assert not history.of(IncidentKind.ISOLATED)
        assert history.states("prod") == {State.DOWN}


def test_it_is_not_us_while_anybody_was_not_asked_yet() -> None:
    begin = rounds(LAND, 0, "mute", "mute")[:-1]
    history = History(LAND).record(begin[: len(LAND.targets) - 1])
    assert not history.of(IncidentKind.ISOLATED)


def test_a_silence_of_long_ago_is_no_silence_now() -> None:
    history = History(LAND).record(rounds(LAND, 0, {"lto": "mute", "pre": "ok", "prod": "ok"}))
    history.record(rounds(LAND, 3, {"lto": "", **MUTE}))
    assert not history.of(IncidentKind.ISOLATED)


def test_a_reference_that_answers_says_it_is_them() -> None:
    reference = CheckId(TargetId(REFERENCE, "example.org"), "web_page")
    probe = Probe(reference, "web_page", MINUTE, 3 * MINUTE, "example.org")
    land = replace(LAND, references=(probe,))
    silent = rounds(land, 0, "mute", "mute")
    history = History(land).record([answer("ok", reference), *silent])
    assert not history.of(IncidentKind.ISOLATED)
    history.record([answer("mute", reference, at(1.5))])
    assert history.open(IncidentKind.ISOLATED)
    spans = [target for verdict in history.verdicts for target, _ in verdict.spans]
    assert reference.target not in spans


def test_one_environment_alone_cannot_tell_and_so_shows_the_outage() -> None:
    alone = only(LAND, "prod")
    history = History(alone).record(rounds(alone, 0, "ok", "mute", "mute"))
    assert not history.of(IncidentKind.ISOLATED)
    assert history.open(IncidentKind.ENVIRONMENT)


def test_a_reference_can_tell_even_for_one_environment() -> None:
    alone = only(LAND, "prod")
    reference = CheckId(TargetId(REFERENCE, "example.org"), "web_page")
    probe = Probe(reference, "web_page", MINUTE, 3 * MINUTE, "example.org")
    land = replace(alone, references=(probe,))
    history = History(land).record([answer("mute", reference), *rounds(land, 0, "mute")])
    assert history.open(IncidentKind.ISOLATED)


def slowly_isolated() -> History:
    """Targets fall silent one by one; prod is held for down before the last one does."""
    history = History(LAND).record(rounds(LAND, 0, "ok"))
    seen = rounds(LAND, 1, {"lto": "", **MUTE}, {"lto": "", **MUTE})
    history.record(seen)
    assert history.states("prod") == {State.DOWN}
    return history.record(rounds(LAND, 3, {"lto": "mute", "pre": "", "prod": ""}))


def test_outages_that_were_our_own_are_taken_back() -> None:
    history = slowly_isolated()
    assert [one.kind for one in history.open()] == [IncidentKind.ISOLATED]
    assert {one.state for one in history.standings.values()} == {State.UNKNOWN}
    taken_back = history.of(IncidentKind.TARGET)
    assert {(one.resolved_at, one.reason) for one in taken_back} == {(at(3), REASON)}


def test_an_outage_that_was_our_own_is_unknown_from_its_beginning() -> None:
    spans = [
        span
        for target, span in slowly_isolated().verdicts[-1].spans
        if target.environment == "prod"
    ]
    assert set(spans) == {StateSpan(State.UNKNOWN, at(2))}


def test_what_never_was_down_is_up_with_one_answer() -> None:
    history = slowly_isolated().record(rounds(LAND, 4, "ok"))
    assert history.states("prod") == {State.UP}


def test_what_was_told_before_we_knew_is_resolved_by_telling() -> None:
    told = slowly_isolated().told()
    for environment in ("pre", "prod"):
        assert told.count((EventType.OUTAGE_OPENED, environment)) == 1
        assert told.count((EventType.OUTAGE_RESOLVED, environment)) == 1


def test_a_real_outage_from_before_stays_on_record() -> None:
    history = lone_outage("fail", "fail", "fail", "fail", "fail")
    history.record(rounds(LAND, 5, "mute", "mute"))
    assert [one.subject for one in history.open(IncidentKind.TARGET)] == ["i/l0@prod"]
    assert history.states("prod") == {State.UNKNOWN}


def test_the_first_answer_ends_our_isolation_and_an_outage_takes_two_failures_again() -> None:
    history = History(LAND).record(rounds(LAND, 0, "ok", "mute", "mute"))
    history.record(rounds(LAND, 3, {"prod": "mute"}))
    assert not history.open()
    assert history.states("lto") == {State.UP}
    assert history.states("prod") == {State.UNKNOWN}
    history.record(rounds(LAND, 4, {"prod": "mute"}))
    assert history.states("prod") == {State.DOWN}


def test_nobody_is_asked_again_in_haste_while_we_are_isolated() -> None:
    history = History(LAND).record(rounds(LAND, 0, "ok", "mute"))
    assert history.verdicts[-1].rechecks == frozenset()
