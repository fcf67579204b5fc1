"""What the rules of drift cost: every line alike, lagging, or with its order broken."""

import json
import time
from datetime import datetime

from benchmarks.street import ENVIRONMENTS, MINUTE, NOW, answers, line_id, street
from benchmarks.table import percentile
from checks.outcome import Outcome, OutcomeClass, Reading, ReadingKind
from monitor.domain.finding import Finding
from monitor.domain.landscape import CheckId, Landscape, Line, LineId, TargetId
from monitor.domain.observation import Observation
from monitor.domain.sighting import Sighting
from monitor.domain.standing import TargetStanding, conclude
from monitor.drift.atlas import Atlas
from monitor.drift.reconcile import reconcile
from monitor.lookout import Lookout

LINES = 500
ROUNDS = 15
KINDS = {
    "alike": ("8.5.0", "8.5.0", "8.5.0"),
    "lagging": ("8.6.0", "8.6.0", "8.5.0"),
    "broken": ("8.5.0", "8.5.0", "8.6.0"),
}
Standings = dict[TargetId, TargetStanding]
Known = dict[LineId, tuple[Finding, ...]]


def rules() -> dict[str, object]:
    """Milliseconds of CPU by kind: with nothing known, and with what was found.

    Of each the quickest round and the median one: whoever shares the core's caches and clock
    can make a round dearer (1.8 times, seen within a minute), and none cheaper.
    """
    landscape = street(LINES)
    told: dict[str, object] = {}
    for kind, versions in KINDS.items():
        standings = settled(landscape, versions)
        found = {id_: look(landscape, line, standings, ()) for id_, line in landscape.lines.items()}
        nothing: Known = dict.fromkeys(found, ())
        rounds = [
            [timed(landscape, standings, known) for _ in range(ROUNDS)]
            for known in (nothing, found)
        ]
        told[kind] = [(min(took), percentile(took, 0.5)) for took in rounds]
    lookout = Lookout(landscape, Atlas(landscape), {}, {}, ())
    lookout.look(line_id(7), standings)
    return {**told, "looked": len(lookout.watches)}


def timed(landscape: Landscape, standings: Standings, known: Known) -> float:
    begin = time.thread_time()
    atlas = Atlas(landscape)
    for id_, findings in known.items():
        picture = atlas.picture(id_, standings, NOW)
        assert picture
        reconcile(findings, picture, NOW)
    return 1000 * (time.thread_time() - begin)


def look(
    landscape: Landscape, line: Line, standings: Standings, known: tuple[Finding, ...]
) -> tuple[Finding, ...]:
    picture = Atlas(landscape).picture(line.id, standings, NOW)
    assert picture
    return reconcile(known, picture, NOW)


def settled(landscape: Landscape, versions: tuple[str, ...]) -> Standings:
    """Everything on 8.4.0 first, then each environment on its own version."""
    standings: Standings = {}
    for age in range(8, -1, -1):
        for seen in answers(LINES, NOW - age * MINUTE, "8.4.0"):
            target = seen.check.target
            version = versions[ENVIRONMENTS.index(target.environment)]
            one = seen if age > 4 else answer(seen.check, seen.at, version)
            standings[target] = concluded(landscape, standings.get(target), one)[0]
    return standings


def concluded(
    landscape: Landscape, before: TargetStanding | None, seen: Observation
) -> tuple[TargetStanding, tuple[Sighting, ...]]:
    target = seen.check.target
    found = conclude(before, seen, landscape.targets[target], landscape.policy_of(target))
    return found.standing, found.sightings


def answer(check: CheckId, at: datetime, version: str) -> Observation:
    reading = Reading(ReadingKind.SERVED, version, "0" * 64)
    outcome = Outcome(outcome_class=OutcomeClass.OK, status=200, reading=reading)
    return Observation(check, at, at, outcome)


if __name__ == "__main__":
    print(json.dumps(rules()))
