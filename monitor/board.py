"""What is known right now, in memory: what the pages are drawn from."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from monitor.domain.bulletin import Bulletin
from monitor.domain.finding import Finding
from monitor.domain.freeze import Freeze
from monitor.domain.health import State
from monitor.domain.incident import Incident
from monitor.domain.landscape import Landscape, LineId, TargetId
from monitor.domain.maintenance import Maintenance
from monitor.domain.rollout import Rollout
from monitor.domain.standing import TargetStanding, state_at
from monitor.releases import Releases

T = TypeVar("T")

REMEMBERED_CHANGES = 1_000
"""How many revisions back an open page may ask what changed; older ones reload."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the making of a demonstration's history is."""

    begin: datetime
    now: datetime
    end: datetime


class Board:
    """The newest standing of every target, and who waits for the next one.

    Single-threaded by design: the event loop writes and reads it. `revision` grows
    with every change that a page could show; a page is redrawn only when it grew.
    """

    def __init__(self, landscape: Landscape) -> None:
        self.landscape = landscape
        self.standings: dict[TargetId, TargetStanding] = {}
        self.incidents: dict[str, Incident] = {}  # open ones
        self.findings: dict[str, Finding] = {}  # open ones
        self.rollouts: dict[str, Rollout] = {}  # of which something is awaited
        self.freezes: tuple[Freeze, ...] = ()  # not withdrawn; past and coming ones too
        self.maintenance: tuple[Maintenance, ...] = ()  # all ever planned, withdrawn ones too
        self.bulletins: tuple[Bulletin, ...] = ()  # open ones
        self.edition: int | None = None  # of these five, as the database counts
        self.revision = 0
        self.recorded_at: datetime | None = None  # when something was last recorded
        self.trouble: str | None = None  # why nothing is recorded just now
        self.catalogue_trouble: str | None = None  # why a changed catalogue is not in force
        self.progress: Progress | None = None
        self.coming: Callable[[], datetime | None] = _nothing_coming  # the soonest slot
        self._aged: dict[TargetId, State] = {}  # what each was shown to be at the last look
        self._changes: deque[tuple[int, frozenset[TargetId]]] = deque(maxlen=REMEMBERED_CHANGES)
        self._grown = asyncio.Event()

    @property
    def next_look(self) -> datetime | None:
        """When something is asked next; None: nothing is planned."""
        return self.coming()

    def recall(self, standings: Iterable[TargetStanding], incidents: Iterable[Incident]) -> None:
        """Take over what was concluded before a restart, of what the catalogue still has."""
        known = self.landscape.targets
        self.standings = {one.target: one for one in standings if one.target in known}
        self.incidents = {one.id: one for one in incidents if not one.resolved_at}
        seen = [one.last_at for one in self.standings.values() if one.last_at]
        self.recorded_at = max(seen, default=None)
        self.touch(frozenset(self.standings))

    def take_over(
        self, standings: Iterable[TargetStanding], incidents: Iterable[Incident] | None
    ) -> None:
        """Take over what other processes concluded since; what is older is no news.

        `incidents`: all that are open; None: those that were.
        """
        changed = {one.target: one for one in standings if self._is_news(one)}
        open_ones = self.incidents if incidents is None else {one.id: one for one in incidents}
        if changed:
            self._aged |= {target: one.state for target, one in changed.items()}
            self.standings |= changed
            newest = max(one.last_at for one in changed.values() if one.last_at)
            self.recorded_at = max(newest, self.recorded_at or newest)
        if changed or open_ones != self.incidents:
            self.incidents = open_ones
            self.touch(frozenset(changed))

    def recall_releases(self, releases: Releases) -> None:
        """Take over what is known of releases, whoever wrote it; what is older is no news."""
        if self.edition is not None and releases.edition < self.edition:
            return
        self.edition = releases.edition
        findings = {one.id: one for one in releases.findings}
        rollouts = {one.id: one for one in releases.rollouts}
        told = (releases.freezes, releases.maintenance, releases.bulletins)
        known = (self.freezes, self.maintenance, self.bulletins)
        if (findings, rollouts, told) == (self.findings, self.rollouts, known):
            return
        held = (self.findings, self.rollouts, findings, rollouts)
        lines = {one.line for kind in held for one in kind.values()}
        self.findings, self.rollouts = findings, rollouts
        self.freezes, self.maintenance, self.bulletins = told
        self.touch(self._targets(lines))

    def apply(
        self,
        standings: Iterable[TargetStanding],
        incidents: Iterable[Incident],
        at: datetime,
        *,
        findings: Iterable[Finding] = (),
        rollouts: Iterable[Rollout] = (),
        editions: tuple[int, int] | None = None,
    ) -> None:
        """Take over what a committed transaction concluded.

        `editions`: from which it made which. Where we have another one, somebody else wrote
        too, and our edition stays what it was until all is recalled.
        """
        changed = frozenset(self._take(standings)) | self._follow(findings, rollouts)
        for incident in incidents:
            if incident.resolved_at:
                self.incidents.pop(incident.id, None)
            else:
                self.incidents[incident.id] = incident
        if editions and editions[0] == self.edition:
            self.edition = editions[1]
        self.recorded_at = at
        self.trouble = None
        self.touch(changed)

    def replan(self, landscape: Landscape) -> None:
        """A new catalogue is in force."""
        self.landscape = landscape
        self.standings = {
            target: one for target, one in self.standings.items() if target in landscape.targets
        }
        self.catalogue_trouble = None
        self.touch(frozenset(landscape.targets))

    def age(self, now: datetime, among: Iterable[TargetId] | None = None) -> None:
        """Touch the targets, all or some, that show something else only because time went by."""
        shown = dict(self._shown(now, self.standings if among is None else among))
        if changed := {one for one, state in shown.items() if self._aged.get(one) is not state}:
            self._aged |= shown
            self.touch(frozenset(changed))

    def complain(self, trouble: str) -> None:
        """Nothing can be recorded, and the page must say so; the next commit takes it back."""
        if trouble != self.trouble:
            self.trouble = trouble
            self.touch()

    def relieve(self) -> None:
        """The database answers again."""
        if self.trouble is not None:
            self.trouble = None
            self.touch()

    def touch(self, targets: frozenset[TargetId] = frozenset()) -> None:
        """Something that a page shows has changed."""
        self.revision += 1
        self._changes.append((self.revision, targets))
        self._grown.set()
        self._grown = asyncio.Event()

    def changed_since(self, revision: int) -> frozenset[TargetId] | None:
        """The targets that changed after `revision`; None: too long ago to tell."""
        if revision == self.revision:
            return frozenset()
        if not self._changes or self._changes[0][0] > revision + 1:
            return None
        return frozenset().union(*(who for when, who in self._changes if when > revision))

    async def beyond(self, revision: int) -> int:
        """Wait until there is something newer than `revision`, and say which that is."""
        while self.revision <= revision:
            await self._grown.wait()
        return self.revision

    def _is_news(self, standing: TargetStanding) -> bool:
        known = self.standings.get(standing.target)
        if standing is known or standing.last_at is None:
            return False
        if standing.target not in self.landscape.targets:
            return False
        return known is None or known.last_at is None or known.last_at <= standing.last_at

    def _shown(self, now: datetime, among: Iterable[TargetId]) -> Iterable[tuple[TargetId, State]]:
        for target in among:
            standing, plan = self.standings.get(target), self.landscape.targets.get(target)
            if standing and plan and (span := state_at(standing, plan, now)):
                yield target, span.state

    def _follow(
        self, findings: Iterable[Finding], rollouts: Iterable[Rollout]
    ) -> frozenset[TargetId]:
        """Take over releases, and tell which targets show them."""
        lines: set[LineId] = set()
        for finding in findings:
            lines.add(finding.line)
            _hold(self.findings, finding.id, finding, over=not finding.is_open)
        for rollout in rollouts:
            lines.add(rollout.line)
            _hold(self.rollouts, rollout.id, rollout, over=rollout.done_at is not None)
        return self._targets(lines) if lines else frozenset()

    def _targets(self, lines: Iterable[LineId]) -> frozenset[TargetId]:
        known = self.landscape.lines
        return frozenset(
            plan.id for line in lines if line in known for plan in known[line].targets.values()
        )

    def _take(self, standings: Iterable[TargetStanding]) -> Iterable[TargetId]:
        for standing in standings:
            self.standings[standing.target] = standing
            self._aged[standing.target] = standing.state
            yield standing.target


def _hold(held: dict[str, T], id_: str, one: T, *, over: bool) -> None:
    if over:
        held.pop(id_, None)
    else:
        held[id_] = one


def _nothing_coming() -> datetime | None:
    return None
