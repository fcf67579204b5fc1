"""Looks at a line after each observation of it, and at each moment between that counts.

What a look says depends on what was seen until then and on nothing else: not on how
observations came in batches, nor on when this process started.
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.domain.day import day_of, end_of
from monitor.domain.event import Event
from monitor.domain.finding import Finding, Json
from monitor.domain.landscape import Landscape, LineId, TargetId
from monitor.domain.standing import TargetStanding
from monitor.domain.tidings import of_finding
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
    ) -> None:
        self._landscape = landscape
        self._atlas = atlas
        self._known = known
        self._paths = paths
        self.watches: dict[LineId, LineWatch] = {}
        self.findings: list[Finding] = []  # each change, in the order in which it came to be
        self.events: list[Event] = []
        self.wanted: set[tuple[str, str]] = set()

    def pass_time(self, line: LineId, until: datetime, standings: Standings) -> None:
        """Look at the line at every moment before `until` at which time alone counts.

        To be called before an observation of `until` is heard, and `look` after it.
        """
        watch = self.watches.get(line) or self._known.get(line) or LineWatch()
        if watch.key is None and (left_at := self._left_at(line, standings)):
            watch = self._waiting(line, watch, standings, left_at)
        while watch.deadline and watch.deadline < until:
            now = watch.deadline
            picture = self._atlas.picture(line, standings, now)
            if picture is None:
                return
            watch = self._look(watch, picture, now)

    def look(self, line: LineId, standings: Standings) -> None:
        """Look at the line as its newest observation left it."""
        now = self._left_at(line, standings)
        watch = self.watches.get(line) or self._known.get(line) or LineWatch()
        if now is None or (time_left(watch, now) and self._rests(line, watch, standings, now)):
            return
        if picture := self._atlas.picture(line, standings, now):
            if watch.key != (picture.key, day_of(now)) or not time_left(watch, now):
                watch = self._look(watch, picture, now)
            at_rest = rest(picture.line, standings, now)
            self.watches[line] = replace(watch, rest=at_rest, day_ends=end_of(day_of(now)))

    def _rests(self, line: LineId, watch: LineWatch, standings: Standings, now: datetime) -> bool:
        """Whether a line at rest goes on resting."""
        return watch.rest is not None and watch.rest == rest(
            self._landscape.lines[line], standings, now
        )

    def drop_unwatched(self, at: datetime) -> None:
        """Resolve what is open of lines that left the catalogue: nobody else can any more."""
        for line, watch in self._known.items():
            if watch.findings and line not in self._landscape.lines:
                self._take(line, watch, withdraw(watch.findings, at), at)

    def _waiting(
        self, line: LineId, watch: LineWatch, standings: Standings, left_at: datetime
    ) -> LineWatch:
        """The line as it was left before we began, with what time alone may change about it."""
        picture = self._atlas.picture(line, standings, left_at)
        if picture is None:
            return watch
        return replace(watch, deadline=deadline(picture, watch.findings, left_at))

    def _left_at(self, line: LineId, standings: Standings) -> datetime | None:
        """When the line was observed last."""
        one = self._landscape.lines.get(line)
        found = (standings.get(plan.id) for plan in one.targets.values()) if one else ()
        return max((one.last_at for one in found if one and one.last_at), default=None)

    def _look(self, watch: LineWatch, picture: LinePicture, now: datetime) -> LineWatch:
        changes = tuple(map(self._completed, reconcile(watch.findings, picture, now)))
        line = picture.line.id
        watch = self._take(line, watch, changes, now)
        self.watches[line] = watch = replace(
            watch,
            key=(picture.key, day_of(now)),
            deadline=deadline(picture, watch.findings, now),
            rest=None,
        )
        return watch

    def _take(
        self, line: LineId, watch: LineWatch, changes: Iterable[Finding], now: datetime
    ) -> LineWatch:
        findings = {one.id: one for one in watch.findings if one.is_open or one.resolved_at == now}
        for one in changes:
            self.findings.append(one)
            self.events.extend(of_finding(one, findings.get(one.id)))
            findings[one.id] = one
        self.watches[line] = after = replace(watch, findings=tuple(findings.values()))
        return after

    def _completed(self, finding: Finding) -> Finding:
        pair = finding.contracts
        if pair is None:
            return finding
        if pair not in self._paths:
            self.wanted.add(pair)
        paths = self._paths.get(pair)
        return finding.with_paths(paths) if paths else finding
