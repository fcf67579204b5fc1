"""Looks at a line after each observation of it, and at each moment between that counts.

What a look says depends on what was seen until then and on nothing else: not on how
observations came in batches, nor on when this process started.
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.domain.day import day_of, end_of
from monitor.domain.event import Event
from monitor.domain.finding import Finding, Json
from monitor.domain.journey import advance, infer, next_moment
from monitor.domain.landscape import Landscape, Line, LineId, TargetId
from monitor.domain.rollout import Rollout
from monitor.domain.standing import TargetStanding
from monitor.domain.tidings import named, of_finding, of_rollout
from monitor.drift.atlas import Atlas
from monitor.drift.picture import LinePicture
from monitor.drift.reconcile import deadline, reconcile, withdraw
from monitor.drift.rest import rest

Standings = Mapping[TargetId, TargetStanding]
Paths = Mapping[tuple[str, str], Mapping[str, Json] | None]
"""What differs between two contracts, by their fingerprints; None: it cannot be told."""


@dataclass(frozen=True, slots=True)
class LineWatch:
    """What is remembered of a line from one look to the next."""

    findings: tuple[Finding, ...] = ()  # open ones, and those resolved at the last look
    rollouts: tuple[Rollout, ...] = ()  # all, also those of which nothing is awaited any more
    key: Hashable = None  # of the picture at the last look; None: not looked at yet
    deadline: datetime | None = None  # when time alone may change something
    rest: Hashable = None  # what it rested on then, see rest.py; None: it did not
    day_ends: datetime | None = None


def time_left(watch: LineWatch, now: datetime) -> bool:
    """Whether time alone cannot have changed anything yet."""
    if watch.deadline and watch.deadline <= now:
        return False
    return watch.day_ends is None or now < watch.day_ends


class Lookout:
    """For one batch. What it learns is in `watches`, to be remembered once it is committed.

    `wanted` are contracts whose difference should have been told and is not in `paths`: find
    it, and hear the batch again.
    """

    def __init__(
        self,
        landscape: Landscape,
        atlas: Atlas,
        known: Mapping[LineId, LineWatch],
        paths: Paths,
        gone: Iterable[LineId],
    ) -> None:
        """`gone`: the known lines that are not in the landscape; to find them takes a while."""
        self._landscape = landscape
        self._atlas = atlas
        self._known = known
        self._paths = paths
        self._gone = gone
        self.watches: dict[LineId, LineWatch] = {}
        self.findings: list[Finding] = []  # each change, in the order in which it came to be
        self.rollouts: dict[str, Rollout] = {}  # as those that changed stand now
        self.events: list[Event] = []
        self.wanted: set[tuple[str, str]] = set()

    def pass_time(self, line: LineId, until: datetime, standings: Standings) -> None:
        """Look at the line at every moment before `until` at which time alone counts.

        To be called before an observation of `until` is heard, and `look` after it.
        """
        watch = self._remembered(line)
        if watch.key is None and (left_at := self._left_at(line, standings)):
            watch = self._waiting(line, watch, standings, left_at)
        while watch.deadline and watch.deadline < until:
            now = watch.deadline
            picture = self._picture(line, watch, standings, now)
            if picture is None:
                return
            watch = self._look(watch, picture, standings, now)

    def look(self, line: LineId, standings: Standings) -> None:
        """Look at the line as its newest observation left it."""
        now = self._left_at(line, standings)
        watch = self._remembered(line)
        if now is None or (time_left(watch, now) and self._rests(line, watch, standings, now)):
            return
        if picture := self._picture(line, watch, standings, now):
            key = _key(picture, standings, now)
            if watch.key != key or not time_left(watch, now):
                watch = self._look(watch, picture, standings, now)
            at_rest = rest(picture.line, standings, now)
            self.watches[line] = replace(watch, rest=at_rest, day_ends=end_of(day_of(now)))

    def _rests(self, line: LineId, watch: LineWatch, standings: Standings, now: datetime) -> bool:
        """Whether a line at rest goes on resting."""
        return watch.rest is not None and watch.rest == rest(
            self._landscape.lines[line], standings, now
        )

    def drop_unwatched(self, at: datetime) -> None:
        """Resolve what is open of lines that left the catalogue: nobody else can any more."""
        for line in self._gone:
            if line not in self.watches:
                watch = self._known[line]
                after = self._take(line, watch, withdraw(watch.findings, at), at)
                ended = [one if one.done_at else replace(one, done_at=at) for one in watch.rollouts]
                self._take_rollouts(line, after, ended)

    def _waiting(
        self, line: LineId, watch: LineWatch, standings: Standings, left_at: datetime
    ) -> LineWatch:
        """The line as it was left before we began, with what time alone may change about it."""
        picture = self._picture(line, watch, standings, left_at)
        if picture is None:
            return watch
        return replace(watch, deadline=_deadline(picture, watch, standings, left_at))

    def _picture(
        self, line: LineId, watch: LineWatch, standings: Standings, now: datetime
    ) -> LinePicture | None:
        planned = {
            one.version: one.announced.planned
            for one in watch.rollouts
            if one.announced and not one.done_at
        }
        return self._atlas.picture(line, standings, now, planned)

    def _left_at(self, line: LineId, standings: Standings) -> datetime | None:
        """When the line was observed last."""
        one = self._landscape.lines.get(line)
        found = (standings.get(plan.id) for plan in one.targets.values()) if one else ()
        return max((one.last_at for one in found if one and one.last_at), default=None)

    def _look(
        self, watch: LineWatch, picture: LinePicture, standings: Standings, now: datetime
    ) -> LineWatch:
        line = picture.line.id
        watch = self._take_rollouts(line, watch, _advanced(watch, picture.line, standings, now))
        changes = map(self._completed, reconcile(watch.findings, picture, now))
        watch = self._take(line, watch, changes, now)
        self.watches[line] = watch = replace(
            watch,
            key=_key(picture, standings, now),
            deadline=_deadline(picture, watch, standings, now),
            rest=None,
        )
        return watch

    def _take_rollouts(
        self, line: LineId, watch: LineWatch, rollouts: Iterable[Rollout]
    ) -> LineWatch:
        before = {one.id: one for one in watch.rollouts}
        for one in (rollouts := tuple(rollouts)):
            was = before.get(one.id)
            if one is not was:
                self.rollouts[one.id] = one
                self.events.extend(of_rollout(one, was))
        self.watches[line] = after = replace(watch, rollouts=rollouts)
        return after

    def _take(
        self, line: LineId, watch: LineWatch, changes: Iterable[Finding], now: datetime
    ) -> LineWatch:
        findings = {one.id: one for one in watch.findings if one.is_open or one.resolved_at == now}
        for one in changes:
            self.findings.append(one)
            told = of_finding(one, findings.get(one.id))
            self.events.extend(named(told, watch.rollouts))
            findings[one.id] = one
        self.watches[line] = after = replace(watch, findings=tuple(findings.values()))
        return after

    def named(self, events: Iterable[Event]) -> Iterator[Event]:
        """Events of targets; what went wrong where a version just arrived names its rollout."""
        for event in events:
            line, _, _ = event.subject.rpartition("@")
            watch = self._remembered(LineId.parse(line)) if line else LineWatch()
            yield from named([event], watch.rollouts)

    def _remembered(self, line: LineId) -> LineWatch:
        return self.watches.get(line) or self._known.get(line) or LineWatch()

    def _completed(self, finding: Finding) -> Finding:
        pair = finding.contracts
        if pair is None:
            return finding
        if pair not in self._paths:
            self.wanted.add(pair)
        paths = self._paths.get(pair)
        return finding.with_paths(paths) if paths else finding


def _advanced(
    watch: LineWatch, line: Line, standings: Standings, now: datetime
) -> Iterator[Rollout]:
    """All rollouts of the line as they stand now, and one more where one is seen to begin.

    What was done may be undone: a version that was verified may be rolled back.
    """
    sides = _sides(line, standings)
    begun = infer(line, sides, watch.rollouts, now)
    for one in (*watch.rollouts, begun) if begun else watch.rollouts:
        yield advance(one, line, sides, now)


def _deadline(
    picture: LinePicture, watch: LineWatch, standings: Standings, now: datetime
) -> datetime | None:
    sides = _sides(picture.line, standings)
    awaited = (one for one in watch.rollouts if not one.done_at)
    moments = (
        deadline(picture, watch.findings, now),
        *(next_moment(one, picture.line, sides, now) for one in awaited),
    )
    return min((one for one in moments if one and one > now), default=None)


def _key(picture: LinePicture, standings: Standings, now: datetime) -> Hashable:
    """What a look depends on, beside the time."""
    soaks = tuple(one.soak for one in _sides(picture.line, standings).values())
    return picture.key, day_of(now), soaks


def _sides(line: Line, standings: Standings) -> dict[str, TargetStanding]:
    return {
        environment: standing
        for environment, plan in line.targets.items()
        if (standing := standings.get(plan.id))
    }
