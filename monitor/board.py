"""What is known right now, in memory: what the pages are drawn from."""

import asyncio
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from monitor.domain.incident import Incident
from monitor.domain.landscape import Landscape, TargetId
from monitor.domain.standing import TargetStanding

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
        self.revision = 0
        self.recorded_at: datetime | None = None  # when something was last recorded
        self.trouble: str | None = None  # why nothing is recorded just now
        self.catalogue_trouble: str | None = None  # why a changed catalogue is not in force
        self.progress: Progress | None = None
        self._changes: deque[tuple[int, frozenset[TargetId]]] = deque(maxlen=REMEMBERED_CHANGES)
        self._grown = asyncio.Event()

    def apply(
        self,
        standings: Iterable[TargetStanding],
        incidents: Iterable[Incident],
        at: datetime,
    ) -> None:
        """Take over what a committed transaction concluded."""
        changed = frozenset(self._take(standings))
        for incident in incidents:
            if incident.resolved_at:
                self.incidents.pop(incident.id, None)
            else:
                self.incidents[incident.id] = incident
        self.recorded_at = at
        self.trouble = None
        self.touch(changed)

    def replan(self, landscape: Landscape) -> None:
        """A new catalogue is in force."""
        self.landscape = landscape
        self.catalogue_trouble = None
        self.touch(frozenset(landscape.targets))

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

    def _take(self, standings: Iterable[TargetStanding]) -> Iterable[TargetId]:
        for standing in standings:
            self.standings[standing.target] = standing
            yield standing.target
