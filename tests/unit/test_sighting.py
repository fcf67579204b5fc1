"""Which version runs where, since when, and how sure that is (semantics.md, section 3)."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.landscape import CheckId, Probe, TargetPlan
from monitor.domain.sighting import (
    Mood,
    Readings,
    Seen,
    Sighting,
    follow,
    same_version,
    seen_in,
    stale,
)
from monitor.domain.source import is_heard
from tests.building import MINUTE, NOON, PROD, plan
from tests.unit.answers import outcome, quickly

PLAN = plan(PROD)  # openapi_document tells the version, health does not
VERSIONS = st.lists(st.sampled_from(["1", "2/x", "2/y", "404", "fail"]), max_size=30).map(" ".join)


def at(minute: int) -> datetime:
    return NOON + minute * MINUTE


def read(
    row: str, check: str = "openapi_document", before: Readings | None = None, begin: int = 0
) -> tuple[Readings, dict[datetime, Sighting]]:
    """Hear a row of answers of one check; the memory and the rows that were written."""
    readings, rows = before or Readings(), {}
    for place, word in enumerate(row.split()):
        reading, moment = outcome(word).reading, at(begin + place)
        if is_heard(readings, check, reading, PLAN, moment):
            followed = follow(readings, check, reading, moment, confirm_after=2)
            readings = followed.readings
            rows.update({sighting.by: sighting for sighting in followed.sightings})
    return readings, rows


def settled_on(row: str) -> str | None:
    settled = read(row)[0].settled
    return settled.seen.version if settled else None


@pytest.mark.parametrize(
    ("row", "mood"),
    [
        ("", Mood.NEVER),
        ("fail", Mood.NEVER),
        ("1", Mood.SWITCHING),
        ("1 1", Mood.SETTLED),
        ("1 1 2", Mood.SWITCHING),
        ("1 1 2 2", Mood.SETTLED),
        ("1 1 2 1", Mood.MIXED),
        ("1 1 2 1 1", Mood.MIXED),
        ("1 1 2 1 1 1", Mood.MIXED),
        ("1 1 2 1 1 1 1", Mood.SETTLED),
        ("1 2 1 2 1 2", Mood.MIXED),
        ("1 1 404", Mood.SWITCHING),
        ("1 1 404 404", Mood.SETTLED),
        ("404 404", Mood.SETTLED),
        ("1 fail 1", Mood.SETTLED),
        ("1/x 1/x 1/y", Mood.SWITCHING),
    ],
)
def test_a_row_of_readings_has_its_mood(row: str, mood: Mood) -> None:
    assert read(row)[0].mood is mood


def test_a_mixed_target_settles_only_with_one_change_in_the_last_five() -> None:
    assert read("1 2 1 2 2")[0].mood is Mood.MIXED
    assert read("1 2 1 2 2 2")[0].mood is Mood.MIXED
    assert read("1 2 1 2 2 2 2")[0].mood is Mood.SETTLED


def test_the_last_settled_version_is_remembered_while_it_switches() -> None:
    assert settled_on("1 1 2") == "1"
    assert settled_on("1 1 2 1 2") == "1"
    assert settled_on("1 1 2 2") == "2"


def test_mixed_has_a_beginning_and_an_end() -> None:
    assert read("1 1 2 1 2")[0].mixed_since == at(3)
    assert read("1 1 2 1 1 1 1")[0].mixed_since is None


def test_the_first_sighting_tells_nothing_about_order() -> None:
    current = read("fail 1 1")[0].current
    assert current
    assert (current.after, current.by) == (None, at(1))


def test_an_arrival_lies_between_the_last_other_and_the_first_new_reading() -> None:
    settled = read("1 1 fail fail 2 2")[0].settled
    assert settled
    assert (settled.after, settled.by) == (at(1), at(4))


def test_an_arrival_from_nothing_is_bounded_by_the_last_not_served() -> None:
    settled = read("404 404 1 1")[0].settled
    assert settled
    assert (settled.after, settled.by) == (at(1), at(2))


def test_a_flicker_does_not_make_a_version_arrive_again() -> None:
    settled = read("404 1 1 2 1 1 1 1")[0].settled
    assert settled
    assert (settled.seen.version, settled.after, settled.by) == ("1", at(0), at(1))


def test_a_mixed_rollout_arrives_with_its_first_reading() -> None:
    settled = read("1 1 2 1 2 2 2 2")[0].settled
    assert settled
    assert (settled.seen.version, settled.after, settled.by) == ("2", at(1), at(2))


def test_a_version_that_comes_back_after_another_was_settled_arrives_again() -> None:
    settled = read("1 1 2 2 2 2 1 1")[0].settled
    assert settled
    assert (settled.after, settled.by) == (at(5), at(6))


def test_another_contract_is_another_sighting_of_the_version_that_was_there() -> None:
    readings, rows = read("404 1/x 1/x 1/x 1/y 1/y")
    assert readings.settled
    assert readings.settled.seen == Seen(served=True, version="1", fingerprint="y")
    assert readings.settled.by == at(1)
    assert [row.seen.fingerprint for row in rows.values()] == [None, "x", "y"]


def test_every_run_is_a_row_with_its_length_once_it_is_over() -> None:
    _, rows = read("1 1 1 2 2 404")
    assert [(row.seen.version, row.readings, row.last) for row in rows.values()] == [
        ("1", 3, at(2)),
        ("2", 2, at(4)),
        (None, 1, at(5)),
    ]


def test_a_row_is_written_when_it_says_something_new_and_not_for_every_reading() -> None:
    written = 0
    readings = Readings()
    for minute in range(100):
        followed = follow(readings, "openapi_document", outcome("1").reading, at(minute), 2)
        readings, written = followed.readings, written + len(followed.sightings)
    assert written == 2  # seen, and settled


@pytest.mark.parametrize(
    ("a", "b"), [("8.5.2", "v8.5.2"), ("5", "5.0.0"), ("8.5.2+b1", "8.5.2+b2"), ("stam", "stam")]
)
def test_versions_of_one_precedence_are_one_version_shown_as_last_read(a: str, b: str) -> None:
    readings, _ = read(f"{a} {b}")
    assert readings.mood is Mood.SETTLED
    assert readings.settled
    assert readings.settled.seen.version == b


def test_what_cannot_be_parsed_can_still_be_different() -> None:
    assert not same_version(seen_in(outcome("zomer").reading), seen_in(outcome("herfst").reading))
    assert not same_version(Seen(served=True), Seen(served=True, version="1"))
    assert not same_version(Seen(served=True), Seen(served=False))


def test_a_reading_older_than_three_intervals_is_stale() -> None:
    readings, _ = read("1 1")
    assert not stale(readings, PLAN, at(1) + 3 * MINUTE)
    assert stale(readings, PLAN, at(1) + 3 * MINUTE + timedelta(seconds=1))
    assert not stale(Readings(), PLAN, NOON)


def test_what_no_check_reads_any_more_is_stale() -> None:
    readings, _ = read("1 1")
    assert stale(replace(readings, source="gone"), PLAN, at(1))


def test_a_reading_that_was_overtaken_ends_no_run_before_its_last() -> None:
    before, _ = read("1 1")
    late = at(1) - timedelta(seconds=1)
    run = follow(before, "openapi_document", outcome("2").reading, late, 2).readings.current
    assert run
    assert (run.after, run.by) == (at(1), at(1))


def test_a_check_that_told_a_version_is_known_to_but_another_is_not() -> None:
    told, _ = read("1 1")
    silent = outcome("ok").reading
    assert follow(told, "openapi_document", silent, at(2), 2).readings.versioned
    assert not follow(told, "health", silent, at(2), 2).readings.versioned


def test_a_check_that_tells_no_version_is_not_heard_where_another_can() -> None:
    readings, _ = read("ok ok", check="health")
    assert readings.mood is Mood.NEVER


def test_it_is_heard_where_none_can() -> None:
    blind = replace(PLAN, probes=tuple(replace(one, reads_version=False) for one in PLAN.probes))
    assert is_heard(Readings(), "health", outcome("ok").reading, blind, NOON)


def test_not_served_is_believed_of_any_check_until_a_version_is_read() -> None:
    readings, _ = read("404 404", check="health")
    assert readings.settled
    assert readings.settled.seen == Seen(served=False)
    readings, _ = read("1 1", before=readings, begin=2)
    assert readings.settled
    assert (readings.settled.after, readings.settled.by) == (at(1), at(2))
    assert read("404 404", check="health", before=readings, begin=4)[0] == readings


def test_an_answer_without_a_version_does_not_unlearn_it() -> None:
    readings, _ = read("1 1")
    assert read("ok ok ok", before=readings, begin=2)[0] == readings


FIRST, SECOND = PLAN.probes[0].id, CheckId(PROD, "app_info")
TWO = TargetPlan(PROD, "", (PLAN.probes[0], replace(PLAN.probes[0], id=SECOND)))


def hear(plan_: TargetPlan, told: str) -> Readings:
    """`openapi_document:1 app_info:2`, one a minute."""
    readings = Readings()
    for minute, part in enumerate(told.split()):
        check, _, word = part.partition(":")
        reading = outcome(word).reading
        if is_heard(readings, check, reading, plan_, at(minute)):
            readings = follow(readings, check, reading, at(minute), 2).readings
    return readings


def source(told: str) -> tuple[str | None, str | None, Mood]:
    readings = hear(TWO, told)
    return (
        readings.source,
        readings.current.seen.version if readings.current else None,
        readings.mood,
    )


OPENAPI, APP = "openapi_document", "app_info"


def test_two_checks_that_disagree_do_not_make_a_target_mixed() -> None:
    told = f"{OPENAPI}:1 {APP}:1.0.3 " * 6
    assert source(told) == (OPENAPI, "1", Mood.SETTLED)


def test_an_earlier_check_takes_over_and_that_is_no_arrival() -> None:
    readings = hear(TWO, f"{APP}:1.0.3 {APP}:1.0.3 {OPENAPI}:1 {APP}:1.0.3 {OPENAPI}:1")
    assert readings.source == OPENAPI
    assert readings.settled
    assert (readings.settled.seen.version, readings.settled.after) == ("1", None)


def test_a_take_over_that_shows_the_same_changes_nothing() -> None:
    readings = hear(TWO, f"{APP}:1.0.0 {APP}:1.0.0 {OPENAPI}:1/x {OPENAPI}:1/x")
    assert readings.settled
    assert (readings.settled.by, readings.settled.readings) == (at(0), 4)
    assert readings.settled.seen.fingerprint == "x"


def test_a_later_check_takes_over_only_when_the_source_is_silent_for_too_long() -> None:
    begin = f"{OPENAPI}:1 {OPENAPI}:1 {OPENAPI}:fail"
    assert source(f"{begin} {APP}:2 {APP}:2")[0] == OPENAPI
    assert source(f"{begin} {APP}:2 {APP}:2 {APP}:2 {APP}:2") == (APP, "2", Mood.SETTLED)


def test_a_path_that_is_gone_yields_to_the_check_that_still_reads_a_version() -> None:
    told = f"{OPENAPI}:404 {APP}:2 "
    assert source(told * 4) == (APP, "2", Mood.SETTLED)


def test_so_it_does_when_the_path_told_the_version_before() -> None:
    told = f"{OPENAPI}:1 {OPENAPI}:1 " + f"{OPENAPI}:404 {APP}:2 " * 4
    assert source(told) == (APP, "2", Mood.SETTLED)


def test_not_served_by_the_source_is_a_reading_like_any_other() -> None:
    assert source(f"{OPENAPI}:1 {OPENAPI}:1 {OPENAPI}:404 {OPENAPI}:404") == (
        OPENAPI,
        None,
        Mood.SETTLED,
    )


@quickly
@given(VERSIONS)
def test_the_rows_tell_the_readings_in_order_and_without_gaps(row: str) -> None:
    words = [word for word in row.split() if word != "fail"]
    readings, rows = read(row)
    runs = list(rows.values())
    assert sum(run.readings for run in runs[:-1]) + (
        readings.current.readings if readings.current else 0
    ) == len(words)
    assert all(before.seen != after.seen for before, after in pairwise(runs))
    assert all(after.after == before.last for before, after in pairwise(runs))
    assert all(run.by <= run.last for run in runs)


@quickly
@given(VERSIONS)
def test_the_mood_follows_from_the_last_five_readings(row: str) -> None:
    words = [word for word in row.split() if word != "fail"]
    changes = sum(a != b for a, b in pairwise(words[-5:]))
    repeated = len(words) >= 2 and words[-1] == words[-2]
    match read(row)[0].mood:
        case Mood.NEVER:
            assert not words
        case Mood.MIXED:
            assert changes >= 2
        case Mood.SWITCHING:
            assert changes < 2
            assert not repeated
        case Mood.SETTLED:
            assert changes < 2
            assert repeated


@quickly
@given(VERSIONS)
def test_what_could_not_be_read_changes_nothing_but_age(row: str) -> None:
    def told(readings: Readings) -> tuple[object, ...]:
        return readings.mood, readings.recent, readings.current and readings.current.readings

    def bare(text: str) -> str:
        return " ".join(word for word in text.split() if word != "fail")

    assert told(read(row)[0]) == told(read(bare(row))[0])


def test_the_order_of_discovery_is_that_of_the_plan() -> None:
    probes: tuple[Probe, ...] = TWO.probes
    assert [TWO.rank(probe.id.name) for probe in probes] == [0, 1]
    assert TWO.rank("gone") == 2
    assert TWO.probe("gone") is None
