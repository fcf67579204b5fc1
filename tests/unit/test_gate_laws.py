"""What holds of the gate whatever happened: it is never open for lack of data."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from monitor.domain.criterion import CriterionName, CriterionOutcome
from monitor.domain.gate import (
    Answer,
    Decision,
    GateFacts,
    GateQuestion,
    decide,
    has_moved,
    override,
)
from monitor.domain.landscape import CheckId, TargetId
from monitor.domain.sighting import Sighting
from monitor.domain.standing import TargetStanding, conclude
from tests.building import NOON, PRESENTEREN
from tests.unit.answers import answer, quickly
from tests.unit.drifting import OFFSETS, watched

HOUR = timedelta(hours=1)
LANDSCAPE = watched(HOUR)  # stale after 3 hours; the soak of a patch takes 4
QUESTION = GateQuestion(PRESENTEREN, "8.5.1", "prod")
TOLD = ("8.5.1", "8.5.0", "8.6.0", "404", "fail", "maint", "429", "403", "-")
ROWS = st.lists(st.tuples(st.sampled_from(("8.5.1", *TOLD)), st.integers(1, 7)), max_size=6).map(
    lambda runs: [word for word, times in runs for _ in range(times)]
)


@dataclass
class World:
    """LTO and PROD as they were seen, an answer an hour; nothing else is known."""

    standings: dict[str, TargetStanding] = field(default_factory=dict)
    rows: dict[str, dict[datetime, Sighting]] = field(default_factory=dict)
    seen: dict[str, list[tuple[datetime, str]]] = field(
        default_factory=lambda: {"lto": [], "prod": []}
    )
    now: datetime = NOON

    def tell(self, **told: list[str]) -> "World":
        for at, where, word in sorted(_timed(told)):
            target = TargetId(PRESENTEREN, where)
            one = answer(word, CheckId(target, "openapi_document"), at)
            plan, policy = LANDSCAPE.targets[target], LANDSCAPE.policy_of(target)
            conclusion = conclude(self.standings.get(where), one, plan, policy)
            self.standings[where] = conclusion.standing
            runs = self.rows.setdefault(where, {})
            runs.update({run.by: run for run in conclusion.sightings})
            self.seen[where].append((at, word))
            self.now = at
        return self

    @property
    def facts(self) -> GateFacts:
        return GateFacts(
            line=LANDSCAPE.lines[PRESENTEREN],
            origin="lto",
            standings=self.standings,
            runs={where: tuple(runs.values()) for where, runs in self.rows.items()},
        )

    def decision(self, now: datetime | None = None) -> Decision:
        return decide(QUESTION, self.facts, now or self.now)


def _timed(told: dict[str, list[str]]) -> Iterator[tuple[datetime, str, str]]:
    for where, words in told.items():
        for place, word in enumerate(words):
            if word != "-":
                yield NOON + (place + OFFSETS[where]) * HOUR, where, word


def outcome(decision: Decision, name: CriterionName) -> CriterionOutcome:
    return next(one.outcome for one in decision.criteria if one.name is name)


def the_normal_course() -> World:
    return World().tell(lto=["8.5.0"] * 3 + ["8.5.1"] * 6, prod=["8.5.0"] * 9)


def test_the_normal_course_opens_it() -> None:
    assert the_normal_course().decision().decision is Answer.OPEN


@quickly
@given(ROWS, ROWS)
@example(["8.5.0"] * 3 + ["8.5.1"] * 6, ["8.5.0"] * 9)
@example(["8.5.0"] * 3 + ["8.5.1"] * 4 + ["maint", "maint"] + ["8.5.1"] * 3, ["8.5.0"] * 12)
@example(["8.5.0"] * 3 + ["8.5.1"] * 9, ["8.5.0"] * 7 + ["8.5.1"] * 5)
@example(["8.5.0"] * 3 + ["8.5.1"] * 5 + ["fail", "8.5.1"], ["404"] * 3)
@example(["8.5.0"] * 3 + ["8.5.1"] * 4, ["8.5.0"] * 7)  # half of the soak
@example(["8.5.0"] * 3 + ["8.6.0"] * 9, ["8.5.0"] * 12)  # LTO went on
@example(["8.5.0"] * 3 + ["8.5.1"] * 9, ["8.5.0"] * 6)  # nobody looks at PROD any more
@example(["8.5.1"] * 8, ["8.5.0", "8.5.0", "8.5.1", "8.5.0"])  # nor at one that is mixed
def test_open_is_only_what_was_seen_to_be(lto: list[str], prod: list[str]) -> None:
    """Told from the answers themselves, without the rules that the gate goes by."""
    world = World().tell(lto=lto, prod=prod)
    decision = world.decision()
    if decision.decision is not Answer.OPEN:
        return
    read = [(at, word) for at, word in world.seen["lto"] if word not in {"fail", "maint", "429"}]
    at, word = read[-1]
    assert word == "8.5.1"
    assert world.now - at < 3 * HOUR
    there = [one for one in world.seen["prod"] if one[1] in {"8.5.0", "8.6.0", "8.5.1", "404"}]
    having = [word for _, word in there[-5:] if word == "8.5.1"]  # on some of its nodes will do
    assert world.now - there[-1][0] < 3 * HOUR or having  # it stays in order
    since = world.now - timedelta(hours=4)
    lately = [word for at, word in world.seen["lto"] if at > since]
    assert not {"8.5.0", "8.6.0", "404"} & set(lately)  # 403 only stops the clock
    assert "fail fail" not in " ".join(lately)
    first = min(at for at, word in world.seen["lto"] if word == "8.5.1")
    assert world.now - first >= 4 * HOUR


@quickly
@given(ROWS, ROWS, st.integers(0, 500))
def test_silence_never_opens_it(lto: list[str], prod: list[str], hours: int) -> None:
    world = World().tell(lto=lto, prod=prod)
    standing = world.standings.get("lto")
    newest = standing.readings.current if standing else None
    later = (newest.last if newest else world.now) + (3 + hours) * HOUR
    decision = world.decision(later)
    assert decision.decision is not Answer.OPEN
    assert outcome(decision, CriterionName.FRESH) is CriterionOutcome.UNKNOWN


@quickly
@given(ROWS, ROWS, st.sampled_from(["lto", "prod"]))
@example(["8.5.0"] * 3 + ["8.5.1"] * 6, ["8.5.0"] * 9, "lto")
@example(["8.5.0"] * 3 + ["8.5.1"] * 6, ["8.5.0"] * 9, "prod")
def test_what_nobody_ever_looked_at_never_opens_it(
    lto: list[str], prod: list[str], missing: str
) -> None:
    world = World().tell(lto=lto, prod=prod)
    world.standings.pop(missing, None)
    assert world.decision().decision is not Answer.OPEN
    line = world.facts.line
    elsewhere = {where: plan for where, plan in line.targets.items() if where != missing}
    facts = replace(world.facts, line=replace(line, targets=elsewhere))
    assert decide(QUESTION, facts, world.now).decision is not Answer.OPEN


@quickly
@given(ROWS, ROWS)
def test_to_forget_the_history_never_opens_it(lto: list[str], prod: list[str]) -> None:
    world = World().tell(lto=lto, prod=prod)
    forgetful = decide(QUESTION, replace(world.facts, runs={}), world.now)
    if forgetful.decision is Answer.OPEN:
        assert world.decision().decision is Answer.OPEN


@quickly
@given(ROWS, ROWS)
def test_all_six_are_answered_in_order_and_the_worst_decides(
    lto: list[str], prod: list[str]
) -> None:
    decision = World().tell(lto=lto, prod=prod).decision()
    assert [one.name for one in decision.criteria] == [*CriterionName]
    outcomes = {one.outcome for one in decision.criteria}
    if CriterionOutcome.NOT_MET in outcomes:
        assert decision.decision is Answer.CLOSED
    elif CriterionOutcome.UNKNOWN in outcomes:
        assert decision.decision is Answer.UNKNOWN
    else:
        assert decision.decision is Answer.OPEN


@quickly
@given(ROWS, ROWS)
def test_no_evidence_is_of_later_than_now(lto: list[str], prod: list[str]) -> None:
    world = World().tell(lto=lto, prod=prod)
    for one in world.decision().criteria:
        assert one.evidence_at is None or one.evidence_at <= world.now


@quickly
@given(ROWS, ROWS, ROWS, st.text(min_size=1))
def test_an_override_changes_no_computed_answer_and_keeps_what_stood_against_it(
    lto: list[str], prod: list[str], later: list[str], reason: str
) -> None:
    world = World().tell(lto=lto, prod=prod)
    computed = world.decision()
    made = override(computed, "release manager", reason, world.now)
    assert world.decision() == computed
    assert (made.question, made.decision) == (QUESTION, computed.decision)
    assert (made.objections == ()) is (computed.decision is Answer.OPEN)
    assert not has_moved(made, computed)
    after = World().tell(lto=lto + later, prod=prod).decision()
    answers = [one.outcome for one in computed.criteria], [one.outcome for one in after.criteria]
    if (computed.decision is Answer.OPEN) is not (after.decision is Answer.OPEN):
        assert has_moved(made, after)
    elif answers[0] == answers[1]:
        assert not has_moved(made, after)


@pytest.mark.parametrize("minutes", [0, 1, 59])
def test_an_outage_within_the_soak_closes_it_until_the_whole_soak_is_over_again(
    minutes: int,
) -> None:
    broken = the_normal_course().tell(lto=["-"] * 9 + ["fail", "fail", "8.5.1", "8.5.1"])
    moment = broken.now + timedelta(minutes=minutes)
    assert broken.decision(moment).decision is Answer.CLOSED
    healed = broken.tell(lto=["-"] * 13 + ["8.5.1"] * 4, prod=["-"] * 9 + ["8.5.0"] * 8)
    assert healed.decision().decision is Answer.OPEN
