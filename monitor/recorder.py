"""Observations in; sightings, states, incidents and events out. One transaction."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from checks.outcome import Contract
from monitor.domain.event import Event
from monitor.domain.finding import Finding
from monitor.domain.incident import Incident
from monitor.domain.isolation import is_tellable, window
from monitor.domain.landscape import REFERENCE, CheckId, Landscape, TargetId
from monitor.domain.maintenance import Roster
from monitor.domain.observation import Missed, Observation
from monitor.domain.rollout import Rollout
from monitor.domain.sighting import same_version
from monitor.domain.standing import TargetStanding
from monitor.domain.verdict import Court, Verdict, awaiting
from monitor.logbook import Logbook
from monitor.lookout import Lookout
from monitor.storage.engine import Database
from monitor.storage.ledger import Ledger

TRIED_WITNESSES = 16
"""Targets asked whether they spoke lately, before all standings are looked at."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a committed batch changed, and which checks had better be asked again soon."""

    standings: tuple[TargetStanding, ...] = ()
    incidents: tuple[Incident, ...] = ()
    rechecks: frozenset[CheckId] = frozenset()
    findings: tuple[Finding, ...] = ()  # as each stands now
    rollouts: tuple[Rollout, ...] = ()
    arrivals: frozenset[TargetId] = frozenset()  # where another version settled
    editions: tuple[int, int] | None = None  # of findings and rollouts: before, and after it
    events: tuple[Event, ...] = ()  # all that it tells, also what was told before


class Recorder:
    """Records one batch at a time. The same batch twice changes nothing the second time.

    Raises `StorageError`; then nothing of the batch was recorded.
    """

    def __init__(self, database: Database, landscape_of: Callable[[], Landscape]) -> None:
        self._database = database
        self._landscape_of = landscape_of
        self._spoke: dict[str, dict[TargetId, datetime]] = {}  # by location: oldest first
        self._logbook = Logbook()

    async def record(self, batch: Sequence[Observation]) -> Recorded:
        """Keep a batch and conclude from what is new in it, in the order of its slots."""
        landscape = self._landscape_of()
        async with self._database.begin() as tx:
            ledger = Ledger(tx)
            new = sorted(await ledger.observe(batch), key=_order)
            if not new:
                return Recorded()
            for contract, at in _contracts(new):
                await ledger.contract(contract, at)
            everyone = self._might_be_isolated(new, landscape)
            targets = set(landscape.watched) if everyone else _of_lines(new, landscape)
            standings, edition = await ledger.survey(targets | _observed(new))
            await self._logbook.open(ledger, landscape, edition)
            scene = _Scene(landscape, standings, (), self._logbook.roster, sees_all=everyone)
            scene = await _with_incidents(ledger, scene, await ledger.open_incidents())
            verdict, lookout = await self._heard(ledger, new, scene)
            if verdict.incidents:  # another process may have changed them since
                known = await ledger.incidents_in_turn()
                if known != scene.incidents:
                    scene = await _with_incidents(ledger, scene, known)
                    verdict, lookout = await self._heard(ledger, new, scene)
            await _write(ledger, verdict, lookout)
            written = await self._logbook.write(ledger, lookout)
        self._logbook.turn(lookout, written)
        self._remember(new)
        return Recorded(
            tuple(one for one in verdict.standings if one.target.line != REFERENCE),
            verdict.incidents,
            verdict.rechecks,
            findings=tuple({one.id: one for one in lookout.findings}.values()),
            rollouts=tuple(lookout.rollouts.values()),
            arrivals=frozenset(_arrivals(standings, verdict.standings)),
            editions=(edition, written) if written != edition else None,
            events=(*verdict.events, *lookout.events),
        )

    async def miss(self, missed: Sequence[Missed]) -> None:
        """Keep that nothing was asked in these slots."""
        async with self._database.begin() as tx:
            await Ledger(tx).miss(missed)

    async def _heard(
        self, ledger: Ledger, new: Sequence[Observation], scene: "_Scene"
    ) -> tuple[Verdict, Lookout]:
        """What a batch comes to, beside the lookout that looked after each of it."""
        court = _hear(new, scene, lookout := self._logbook.lookout())
        while lookout.wanted:
            await self._logbook.compare(ledger, lookout.wanted)
            court = _hear(new, scene, lookout := self._logbook.lookout())
        return court.verdict(), lookout

    def _might_be_isolated(self, new: Sequence[Observation], landscape: Landscape) -> bool:
        """Whether nobody is known who spoke lately and is not silent in this batch.

        A shortcut: it spares looking at every standing whenever some target is down.
        """
        silent: dict[str, set[TargetId]] = {}
        for seen in new:
            if seen.is_silence:
                silent.setdefault(seen.check.location, set()).add(seen.check.target)
        now = max(seen.at for seen in new)
        return any(
            is_tellable(landscape, location)
            and not self._is_spoken_for(location, targets, landscape, now)
            for location, targets in silent.items()
        )

    def _is_spoken_for(
        self, location: str, silent: set[TargetId], landscape: Landscape, now: datetime
    ) -> bool:
        spoke = self._spoke.get(location, {})
        return any(
            target in landscape.intervals
            and target not in silent
            and abs(now - at) <= window(landscape, target)
            for target, at in islice(reversed(spoke.items()), TRIED_WITNESSES)
        )

    def _remember(self, new: Iterable[Observation]) -> None:
        for seen in new:
            spoke = self._spoke.setdefault(seen.check.location, {})
            if seen.is_silence:
                spoke.pop(seen.check.target, None)
            elif seen.is_sign_of_life:
                spoke.pop(seen.check.target, None)  # to stand last
                spoke[seen.check.target] = seen.at


@dataclass(frozen=True, slots=True)
class _Scene:
    """What was known before a batch was heard."""

    landscape: Landscape
    standings: Mapping[TargetId, TargetStanding]
    incidents: Sequence[Incident]
    roster: Roster
    sees_all: bool


async def _with_incidents(ledger: Ledger, scene: _Scene, incidents: list[Incident]) -> _Scene:
    """The scene with these open ones, and how those stand who wait for theirs to be told.

    These are looked at only: a batch changes no standing that it did not lock. Standings are
    locked before incidents are read, so that who sees a target's incident sees the newest.
    """
    strangers = awaiting(incidents) - scene.standings.keys()
    more = await ledger.glance(strangers) if strangers else {}
    return replace(scene, incidents=incidents, standings={**scene.standings, **more})


def _hear(new: Sequence[Observation], scene: _Scene, lookout: Lookout) -> Court:
    """A court that heard a batch, beside a lookout that looked after each of it."""
    known = (scene.landscape, scene.standings, scene.incidents, scene.roster)
    court = Court(*known, sees_all=scene.sees_all)
    lookout.drop_unwatched(new[0].at)
    for seen in new:
        line = seen.check.target.line
        if line in scene.landscape.lines:
            lookout.pass_time(line, seen.at, court.standings)
            court.hear(seen)
            lookout.look(line, court.standings)
        else:
            court.hear(seen)
    return court


async def _write(ledger: Ledger, verdict: Verdict, lookout: Lookout) -> None:
    await ledger.change_states(verdict.spans)
    await ledger.sight(verdict.sightings)
    await ledger.keep_incidents(verdict.incidents)
    await ledger.tell([*lookout.named(verdict.events)])
    await ledger.keep(verdict.standings)


def _of_lines(new: Iterable[Observation], landscape: Landscape) -> set[TargetId]:
    """All targets of the lines that were observed."""
    lines = {seen.check.target.line for seen in new}
    return {
        plan.id
        for line in lines
        if line in landscape.lines
        for plan in landscape.lines[line].targets.values()
    }


def _arrivals(
    before: Mapping[TargetId, TargetStanding], after: Iterable[TargetStanding]
) -> Iterator[TargetId]:
    """Where a version settled that was not there; what we met there first did not arrive."""
    for standing in after:
        now = standing.readings.settled
        if now is None or not now.seen.served or now.after is None:
            continue
        known = before.get(standing.target)
        was = known.readings.settled if known else None
        if was is None or not same_version(was.seen, now.seen):
            yield standing.target


def _order(seen: Observation) -> tuple[datetime, datetime, CheckId]:
    return seen.slot, seen.at, seen.check


def _observed(new: Iterable[Observation]) -> set[TargetId]:
    return {seen.check.target for seen in new}


def _contracts(new: Iterable[Observation]) -> list[tuple[Contract, datetime]]:
    """Each contract document once, with the moment of its first reading in the batch.

    In one order whoever writes them, so that two transactions cannot wait for each other.
    """
    first: dict[str, tuple[Contract, datetime]] = {}
    for seen in new:
        if contract := seen.outcome.contract:
            first.setdefault(contract.fingerprint, (contract, seen.at))
    return [first[fingerprint] for fingerprint in sorted(first)]
