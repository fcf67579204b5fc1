"""What is remembered between two batches of the lines and of maintenance, and read anew."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from checks.contract import difference
from monitor.domain.finding import Finding, Json
from monitor.domain.landscape import Landscape, LineId
from monitor.domain.maintenance import Roster
from monitor.domain.rollout import Rollout
from monitor.drift.atlas import Atlas
from monitor.lookout import LineWatch, Lookout
from monitor.storage.ledger import Ledger

REMEMBERED = 200
"""Differences between contracts that are not worked out again."""


@dataclass(frozen=True, slots=True)
class _Page:
    """True as long as nobody else changes any of it: then the edition is another one."""

    edition: int
    landscape: Landscape
    atlas: Atlas
    watches: dict[LineId, LineWatch]
    roster: Roster
    gone: tuple[LineId, ...]  # of the watched lines, those that left the landscape


class Logbook:
    """One writer at a time; what a batch changed is taken over when it is committed."""

    def __init__(self) -> None:
        self._page: _Page | None = None
        self._paths: dict[tuple[str, str], Mapping[str, Json] | None] = {}

    async def open(self, ledger: Ledger, landscape: Landscape, edition: int) -> None:
        """Make sure that what is remembered is what the database says, whoever wrote it."""
        page = self._page
        if page is None or page.edition != edition:
            watches = _by_line(await ledger.open_findings(), await ledger.every_rollout())
            roster = Roster(await ledger.planned_maintenance())
        elif page.landscape is not landscape:  # every line is to be looked at again
            watches = {
                line: LineWatch(one.findings, one.rollouts) for line, one in page.watches.items()
            }
            roster = page.roster
        else:
            return
        gone = tuple(line for line in watches if line not in landscape.lines)
        self._page = _Page(edition, landscape, Atlas(landscape), watches, roster, gone)

    @property
    def roster(self) -> Roster:
        """Which maintenance is planned, as it is remembered."""
        return self._opened.roster

    def lookout(self) -> Lookout:
        """Somebody who looks at the lines as they are remembered."""
        page = self._opened
        return Lookout(page.landscape, page.atlas, page.watches, self._paths, page.gone)

    async def compare(self, ledger: Ledger, wanted: Iterable[tuple[str, str]]) -> None:
        """Find out what differs between contracts, for who looks next."""
        for before, after in sorted(wanted):
            documents = await ledger.document(before), await ledger.document(after)
            self._paths[before, after] = await asyncio.to_thread(_paths, *documents)

    async def write(self, ledger: Ledger, lookout: Lookout) -> int:
        """Keep what was found, and tell it; the answer is the edition that this makes."""
        changed = lookout.findings or lookout.rollouts
        if changed:
            await ledger.next_edition(self._opened.edition)
            await ledger.keep_findings(lookout.findings)
            await ledger.keep_rollouts([*lookout.rollouts.values()])
            await ledger.tell(lookout.events)
        return await ledger.edition() if changed else self._opened.edition

    def turn(self, lookout: Lookout, edition: int) -> None:
        """Take over what was committed."""
        page = self._opened
        page.watches.update(lookout.watches)
        if edition != page.edition:
            self._page = replace(page, edition=edition)
        while len(self._paths) > REMEMBERED:  # not sooner: a batch may need them all
            del self._paths[next(iter(self._paths))]

    @property
    def _opened(self) -> _Page:
        assert self._page is not None, "a logbook is opened before it is read"
        return self._page


def _by_line(findings: Iterable[Finding], rollouts: Iterable[Rollout]) -> dict[LineId, LineWatch]:
    found: defaultdict[LineId, list[Finding]] = defaultdict(list)
    begun: defaultdict[LineId, list[Rollout]] = defaultdict(list)
    for finding in findings:
        found[finding.line].append(finding)
    for rollout in rollouts:
        begun[rollout.line].append(rollout)
    return {line: LineWatch(tuple(found[line]), tuple(begun[line])) for line in {*found, *begun}}


def _paths(before: str | None, after: str | None) -> Mapping[str, Json] | None:
    """None where a document is not known, as of a check that tells a fingerprint only."""
    if before is None or after is None:
        return None
    found = difference(before, after)
    return {
        "added": [*found.added],
        "removed": [*found.removed],
        "changed": [*found.changed],
    }
