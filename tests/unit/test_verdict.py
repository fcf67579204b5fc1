"""What rows of answers of many targets come to: incidents, their alerts, and isolation."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.event import EventType
from monitor.domain.health import State, StateSpan
from monitor.domain.incident import Incident, IncidentKind
from monitor.domain.isolation import REASON
from monitor.domain.landscape import (
    REFERENCE,
    CheckId,
    Interface,
    Landscape,
    Line,
    LineId,
    Probe,
    TargetId,
)
from monitor.domain.observation import Observation
from monitor.domain.standing import TargetStanding
from monitor.domain.verdict import Court, Verdict, awaiting
from tests.building import MINUTE, NOON, landscape, plan
from tests.unit.answers import WORDS, answer, quickly


def wide(lines: int) -> Landscape:
    """`lines` lines (l0, l1, ...), each in lto, pre and prod."""
    model = landscape()
    copies = []
    for number in range(lines):
        id_ = LineId("i", f"l{number}")
        targets = {env.id: plan(TargetId(id_, env.id)) for env in model.environments}
        copies.append(replace(model.interfaces[0].lines[0], id=id_, targets=targets))
    return replace(model, interfaces=(replace(model.interfaces[0], lines=tuple(copies)),))


def only(land: Landscape, *environments: str) -> Landscape:
    """What is left when nothing else is configured."""

    def line(one: Line) -> Line:
        return replace(one, targets={name: one.targets[name] for name in environments})

    def interface(one: Interface) -> Interface:
        return replace(one, lines=tuple(line(each) for each in one.lines))

    return replace(land, interfaces=tuple(interface(one) for one in land.interfaces))


def at(minute: float) -> datetime:
    return NOON + minute * MINUTE


def health(line: int, environment: str) -> CheckId:
    return CheckId(TargetId(LineId("i", f"l{line}"), environment), "health")


def rounds(land: Landscape, begin: int, *words: dict[str, str] | str) -> list[Observation]:
    """One round a minute: a word for all, or one per environment, `""` for nobody asked."""
    seen = []
    for minute, word in enumerate(words, begin):
        for target in land.targets:
            said = word if isinstance(word, str) else word.get(target.environment, "ok")
            if said:
                seen.append(answer(said, CheckId(target, "health"), at(minute)))
    return seen


class History:
    """What a monitor remembers between its batches."""

    def __init__(self, land: Landscape) -> None:
        self.land = land
        self.standings: dict[TargetId, TargetStanding] = {}
        self.incidents: dict[str, Incident] = {}
        self.verdicts: list[Verdict] = []

    def record(self, batch: Iterable[Observation]) -> "History":
        court = Court(self.land, self.standings, self.open(), sees_all=True)
        for seen in batch:
            court.hear(seen)
        verdict = court.verdict()
        self.standings.update({one.target: one for one in verdict.standings})
        self.incidents.update({one.id: one for one in verdict.incidents})
        self.verdicts.append(verdict)
        return self

    def open(self, kind: IncidentKind | None = None) -> list[Incident]:
        return [
            one
            for one in self.incidents.values()
            if one.resolved_at is None and kind in {None, one.kind}
        ]

    def of(self, kind: IncidentKind) -> list[Incident]:
        return [one for one in self.incidents.values() if one.kind is kind]

    def told(self) -> list[tuple[EventType, str]]:
        return [(one.type, one.subject) for verdict in self.verdicts for one in verdict.events]

    def states(self, environment: str) -> set[State]:
        return {
            one.state for target, one in self.standings.items() if target.environment == environment
        }


LAND = wide(6)
HOLD = timedelta(seconds=60)


def lone_outage(*words: str) -> History:
    """l0@prod says `words` from 12:00, one a minute; all the others are well."""
    history = History(LAND)
    for minute, word in enumerate(words):
        batch = rounds(LAND, minute, "ok")
        batch[2] = answer(word, health(0, "prod"), at(minute))
        history.record(batch)
    return history


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


MUTE = {"pre": "mute", "prod": "mute"}


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
