"""What is said of a target from each location, and which locations say nothing any more.

A location of ours that fell silent is trouble of ours: it is shown and told to operators, and
is no outage of anyone.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from monitor.domain.ageing import voiced
from monitor.domain.event import EVERYWHERE, Event, EventType
from monitor.domain.health import BADNESS, State
from monitor.domain.landscape import STALE_INTERVALS, Landscape, TargetId, TargetPlan
from monitor.domain.standing import TargetStanding


@dataclass(frozen=True, slots=True)
class Sight:
    """How a target looks from one location: the worst of the checks that ask it from there."""

    location: str
    state: State
    since: datetime | None
    reason: str


def sights(standing: TargetStanding | None, plan: TargetPlan, now: datetime) -> Iterator[Sight]:
    """In the order of the catalogue; unknown where nothing was ever heard."""
    for location in plan.locations:
        probes = [probe for probe in plan.probes if probe.location == location]
        voices = voiced(standing.checks if standing else {}, probes, now)
        if not voices:
            yield Sight(location, State.UNKNOWN, None, "")
            continue
        worst = max(voices, key=lambda voice: BADNESS[voice.state])
        since = worst.check.since
        if worst.state is State.UNKNOWN and worst.check.state is not State.UNKNOWN:
            since = worst.check.last_at and worst.check.last_at + worst.probe.stale_after
        yield Sight(location, worst.state, since, worst.check.last_reason)


def silences(
    landscape: Landscape, standings: Mapping[TargetId, TargetStanding], now: datetime
) -> Mapping[str, datetime]:
    """The named locations of which nothing is heard, and when each was heard last.

    Silent is a location without an observation for 3 intervals (of its most asked check) while
    another is heard; where all are silent it is the record that stands still. One that was
    never heard is not in the answer: nothing tells since when it should have been.
    """
    heard = last_heard(landscape, standings)
    limits = {
        location: STALE_INTERVALS * min(targets.values())
        for location, targets in landscape.asked_from.items()
    }
    silent = {place: at for place, at in heard.items() if now - at >= limits[place]}
    if len(silent) == len(heard):
        return {}
    return {place: at for place, at in silent.items() if place}


def tidings_of(
    before: Mapping[str, datetime], silent: Mapping[str, datetime], now: datetime
) -> Iterator[Event]:
    """One event for each location that fell silent since, and one for each heard again.

    The same silence has the same key, whoever tells it: told twice it is one event.
    """
    for location, last in silent.items():
        if location not in before:
            yield _event(EventType.NOTICE_LOCATION_SILENT, location, last, now)
    for location, last in before.items():
        if location not in silent:
            yield _event(EventType.NOTICE_LOCATION_HEARD, location, last, now)


def _event(kind: EventType, location: str, last: datetime, now: datetime) -> Event:
    story = f"location:{location}:{last.isoformat()}"
    return Event(
        type=kind,
        subject=EVERYWHERE,
        at=now,
        key=f"{kind}:{story}",
        facts={"location": location, "lastHeard": last.isoformat()},
        story=story,
    )


def last_heard(
    landscape: Landscape, standings: Mapping[TargetId, TargetStanding]
) -> dict[str, datetime]:
    """When something was last observed from each location, of those that ask."""
    heard: dict[str, datetime] = {}
    for target, plan in landscape.targets.items():
        standing = standings.get(target)
        for probe in plan.probes if standing else ():
            check = standing.checks.get(probe.id.name) if standing else None
            if probe.asked and check and check.last_at:
                last = heard.get(probe.location, check.last_at)
                heard[probe.location] = max(last, check.last_at)
    return heard
