"""Whatever the batches and the restarts, the same was seen, so the same is found."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import NamedTuple

from hypothesis import example, given, settings
from hypothesis import strategies as st

from monitor.domain.event import Event, EventType
from monitor.domain.finding import Finding, FindingKind, Json
from monitor.domain.landscape import CheckId, Landscape, LineId, TargetId
from monitor.domain.observation import Observation
from monitor.domain.rollout import Rollout
from monitor.domain.standing import TargetStanding
from monitor.domain.verdict import Court
from monitor.drift.atlas import Atlas
from monitor.drift.rest import rest
from monitor.lookout import LineWatch, Lookout
from monitor.storage.codec import standing_of, standing_text
from monitor.storage.forms import finding_fields, rollout_fields, rollout_of
from tests.building import ENVIRONMENTS, MINUTE, NOON, PRESENTEREN, landscape
from tests.unit.answers import answer

LAND = landscape()
DAY = timedelta(days=1)
PATHS: Mapping[str, Json] = {"added": ["GET /new: added"], "removed": [], "changed": []}
ANY_PATHS = {(a, b): PATHS for a in "abc" for b in "abc"}


class Kept(NamedTuple):
    memory: str


def again(rollout: Rollout) -> Rollout:
    """As it comes back from the database."""
    return rollout_of(Kept(rollout_fields(rollout)["memory"]))  # type: ignore[arg-type]  # as a row


@dataclass
class Watching:
    """A monitor without a database: what it was told, and what came of it."""

    land: Landscape = LAND
    standings: dict[TargetId, TargetStanding] = field(default_factory=dict)
    watches: dict[LineId, LineWatch] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    rollouts: dict[str, Rollout] = field(default_factory=dict)
    told: list[Event] = field(default_factory=list)
    atlas: Atlas | None = None
    now: datetime = NOON

    def hear(self, batch: Sequence[Observation]) -> None:
        self.atlas = self.atlas or Atlas(self.land)
        court = Court(self.land, self.standings, [], sees_all=False)
        gone = [line for line in self.watches if line not in self.land.lines]
        lookout = Lookout(self.land, self.atlas, self.watches, ANY_PATHS, gone)
        lookout.drop_unwatched(batch[0].at)
        for seen in batch:
            line = seen.check.target.line
            lookout.pass_time(line, seen.at, court.standings)
            court.hear(seen)
            lookout.look(line, court.standings)
        self.standings = {**court.standings}
        self.watches |= lookout.watches
        self.findings += lookout.findings
        self.rollouts |= lookout.rollouts
        self.told += lookout.events

    def see(self, words: str, minutes: int = 3, pause: timedelta = MINUTE) -> None:
        """After a pause, what lto, pre and prod answer in each of some minutes."""
        rounds = [(pause if n == 0 else MINUTE, tuple(words.split())) for n in range(minutes)]
        self.hear(history(rounds, self.now))
        self.now += pause + (minutes - 1) * MINUTE

    def restart(self, land: Landscape | None = None) -> None:
        """Forget all that is not kept, and read what is."""
        self.land, self.atlas = land or self.land, None
        kept = (standing_of(standing_text(one)) for one in self.standings.values())
        self.standings = {one.target: one for one in kept if one}
        self.watches = {
            line: LineWatch(
                tuple(one for one in watch.findings if one.is_open),
                tuple(map(again, watch.rollouts)),
            )
            for line, watch in self.watches.items()
        }

    @property
    def bytes(self) -> list[object]:
        """Every change of every finding, and every rollout, as they are kept."""
        rollouts = [rollout_fields(one) for one in self.rollouts.values()]
        return [*(finding_fields(one) for one in self.findings), *rollouts]

    @property
    def open(self) -> list[FindingKind]:
        last = {one.id: one for one in self.findings}
        return [one.kind for one in last.values() if one.is_open]


def history(
    rounds: Iterable[tuple[timedelta, tuple[str, ...]]], now: datetime = NOON
) -> list[Observation]:
    """After each pause, what lto, pre and prod answer; "-": nobody asks."""
    seen = []
    for pause, words in rounds:
        now += pause
        for place, (environment, word) in enumerate(zip(ENVIRONMENTS, words, strict=True)):
            check = CheckId(TargetId(PRESENTEREN, environment), "openapi_document")
            if word != "-":
                seen.append(answer(word, check, now + place * timedelta(seconds=1)))
    return seen


WORDS = st.sampled_from(
    ["1.0.0/a", "1.0.0/a", "1.0.0/b", "1.1.0/a", "1.1.0/c", "2.0.0/a", "x/a", "404", "fail", "-"]
)
PAUSES = st.sampled_from([MINUTE, MINUTE, MINUTE, 10 * MINUTE, DAY / 4, 2 * DAY, 6 * DAY])
ROUNDS = st.lists(
    st.tuples(PAUSES, st.tuples(WORDS, WORDS, WORDS), st.integers(1, 4)), min_size=1, max_size=12
)


def lasting(
    rounds: list[tuple[timedelta, tuple[str, str, str], int]],
) -> list[Observation]:
    """Each round is seen a few times, so that versions settle."""
    every = [
        (pause if first == 0 else MINUTE, words)
        for pause, words, times in rounds
        for first in range(times)
    ]
    return history(every)


@settings(max_examples=150, deadline=None)
@given(rounds=ROUNDS, cuts=st.lists(st.tuples(st.integers(1, 150), st.booleans()), max_size=8))
def test_the_same_history_gives_the_same_findings_byte_for_byte_in_whatever_batches(
    rounds: list[tuple[timedelta, tuple[str, str, str], int]], cuts: list[tuple[int, bool]]
) -> None:
    seen = lasting(rounds)
    if not seen:
        return
    at_once, in_parts = Watching(), Watching()
    at_once.hear(seen)
    begin = 0
    for cut, is_restart in sorted(set(cuts)):
        if begin < cut < len(seen):
            in_parts.hear(seen[begin:cut])
            begin = cut
            if is_restart:
                in_parts.restart()
    in_parts.hear(seen[begin:])
    assert in_parts.bytes == at_once.bytes
    assert in_parts.told == at_once.told


def test_a_finding_that_is_open_over_a_restart_is_resolved_once() -> None:
    watching = Watching()
    watching.see("1.0.0 1.0.0 1.0.0")
    watching.see("1.1.0 1.0.0 1.0.0", pause=DAY)
    watching.restart()
    watching.see("1.1.0 1.1.0 1.1.0", pause=2 * DAY)
    told = [one for one in watching.told if one.type.startswith("drift.")]
    assert [one.type for one in told] == [EventType.DRIFT_OPENED, EventType.DRIFT_RESOLVED]
    assert {one.facts["finding"] for one in told} == {watching.findings[0].id}


def test_what_becomes_overdue_does_so_at_its_time_whenever_somebody_looks_next() -> None:
    watching = Watching()
    watching.see("1.0.0 1.0.0 1.0.0")
    watching.see("1.1.0 1.0.0 1.0.0", pause=DAY)
    [opened] = watching.findings
    watching.restart()
    watching.see("1.1.0 1.0.0 1.0.0", pause=8 * DAY, minutes=1)
    overdue = [one.at for one in watching.told if one.type is EventType.DRIFT_OVERDUE]
    assert overdue == [opened.tolerated_until]


def test_the_paths_of_a_contract_are_told_from_its_opening_to_its_end() -> None:
    watching = Watching()
    watching.see("1.0.0/a 1.0.0/a 1.0.0/a")
    watching.see("1.1.0/b 1.1.0/a 1.1.0/a")
    watching.restart()
    watching.see("1.1.0/b 1.1.0/b 1.1.0/b")
    differs = [one for one in watching.findings if one.kind is FindingKind.CONTRACT_DIFFERS]
    assert [one.evidence["paths"] for one in differs] == [PATHS] * len(differs)
    assert differs[-1].resolved_at


def test_what_differs_is_looked_at_again_when_the_catalogue_changed() -> None:
    watching = Watching()
    watching.see("1.0.0 1.0.0 1.0.0")
    watching.see("1.1.0 1.0.0 1.0.0", pause=DAY)
    assert watching.open == [FindingKind.LAG]
    line = LAND.lines[PRESENTEREN]
    elsewhere = replace(line, targets={"lto": line.targets["lto"]})
    interface = replace(LAND.interfaces[0], lines=(elsewhere,))
    watching.restart(replace(LAND, interfaces=(interface, *LAND.interfaces[1:])))
    watching.see("1.1.0 - -", pause=2 * DAY)
    assert watching.open == []


def test_a_line_that_leaves_the_catalogue_leaves_no_finding_open() -> None:
    watching = Watching()
    watching.see("1.0.0 1.0.0 1.0.0")
    watching.see("1.1.0 1.0.0 1.0.0", pause=DAY)
    watching.restart(replace(LAND, interfaces=LAND.interfaces[1:]))
    stam = CheckId(TargetId(LineId("stam", "5"), "lto"), "openapi_document")
    watching.hear([answer("5", stam, NOON + 3 * DAY)])
    assert watching.open == []
    assert watching.told[-1].type is EventType.DRIFT_RESOLVED
    assert all(one.done_at for one in watching.rollouts.values())
    told = len(watching.told)
    watching.hear([answer("5", stam, NOON + 4 * DAY)])
    assert len(watching.told) == told


NOT_READ_SINCE = [
    (MINUTE, ("1.0.0/a", "1.0.0/a", "1.0.0/a"), 4),
    (MINUTE, ("1.1.0/a", "1.0.0/a", "-"), 2),
    (MINUTE, ("1.1.0/a", "1.0.0/a", "1.0.0/a"), 2),
]


@settings(max_examples=150, deadline=None)
@given(rounds=ROUNDS)
@example(rounds=NOT_READ_SINCE)
def test_while_a_line_rests_its_picture_says_nothing_new(
    rounds: list[tuple[timedelta, tuple[str, str, str], int]],
) -> None:
    court, atlas, line = Court(LAND, {}, [], sees_all=False), Atlas(LAND), LAND.lines[PRESENTEREN]
    before: tuple[object, object] | None = None
    for seen in lasting(rounds):
        court.hear(seen)
        picture = atlas.picture(PRESENTEREN, court.standings, seen.at)
        assert picture
        now = (rest(line, court.standings, seen.at), picture.key)
        if before and now[0] is not None and now[0] == before[0]:
            assert now[1] == before[1]
        before = now


def test_a_healthy_line_comes_to_rest() -> None:
    watching = Watching()
    watching.see("1.0.0 1.0.0 1.0.0", minutes=4)
    assert watching.watches[PRESENTEREN].rest is not None
    watching.see("1.1.0 1.0.0 1.0.0", minutes=1)
    assert watching.watches[PRESENTEREN].rest is None


def test_a_version_that_settles_first_on_lto_begins_a_rollout_that_ends_on_prod() -> None:
    watching = Watching()
    watching.see("1.0.0 1.0.0 1.0.0")
    watching.see("1.1.0 1.0.0 1.0.0", pause=DAY)
    watching.restart()
    [rollout] = watching.rollouts.values()
    assert (rollout.version, rollout.done_at) == ("1.1.0", None)
    watching.see("1.1.0 1.1.0 1.0.0", pause=DAY)
    watching.see("1.1.0 1.1.0 1.1.0", pause=DAY)
    arrived = [one.subject for one in watching.told if one.type is EventType.ROLLOUT_ARRIVED]
    assert arrived == [f"{PRESENTEREN}@{one}" for one in ENVIRONMENTS]


def test_what_goes_wrong_after_an_arrival_names_the_rollout() -> None:
    watching = Watching()
    watching.see("1.0.0/a 1.0.0/a 1.0.0/a")
    watching.see("1.1.0/a 1.1.0/b 1.0.0/a", pause=DAY)
    [rollout] = watching.rollouts
    outage = Event(
        type=EventType.OUTAGE_OPENED, subject=f"{PRESENTEREN}@lto", at=watching.now, key="k"
    )
    lookout = Lookout(LAND, Atlas(LAND), watching.watches, {}, ())
    late = replace(outage, at=watching.now + DAY)
    elsewhere = replace(outage, subject=f"{PRESENTEREN}@prod")
    over = replace(outage, type=EventType.OUTAGE_RESOLVED)
    of_environment = replace(outage, subject="lto")
    named = lookout.named([outage, late, elsewhere, over, of_environment])
    assert [one.facts.get("rollout") for one in named] == [rollout, None, None, None, None]
