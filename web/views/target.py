"""What is said of one line in one environment."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import StrEnum

from checks.outcome import OutcomeClass
from monitor.domain.health import State
from monitor.domain.landscape import TargetId, TargetPlan
from monitor.domain.location import sights
from monitor.domain.sighting import Mood, Readings, Sighting
from monitor.domain.standing import TargetStanding, state_at
from web.views.model import View
from web.views.titles import Titles
from web.words.moments import span_holds_until

FAR = timedelta(days=1)
"""How long something stays true at most before it is judged again."""


class LocationView(View):
    """How a target looks from one location of ours."""

    location: str
    title: str
    state: State
    since: datetime | None
    reason: str


class TargetView(View):
    """The names and values are the API's (api.md); `mood`, `expected` and `ended` are added.

    `ended`: the last day of its run-out has passed. `down_from`: the locations from which it
    is down or absent while too few agree for an outage.
    """

    environment: str
    state: State
    since: datetime | None = None
    version: str | None = None
    settled: bool = False
    arrived_after: datetime | None = None
    arrived_by: datetime | None = None
    fingerprint: str | None = None
    last_observation_at: datetime | None = None
    outcome_class: OutcomeClass | None = None
    reason: str = ""
    mood: Mood = Mood.NEVER
    expected: bool = True
    ended: bool = False
    locations: tuple[LocationView, ...] = ()
    down_from: tuple[str, ...] = ()


class Look(StrEnum):
    """How a target is drawn: its state, told a little finer."""

    UP = "up"
    REACHABLE = "reachable"
    MIXED = "mixed"
    DEGRADED = "degraded"
    DOWN = "down"
    MAINTENANCE = "maintenance"
    UNKNOWN = "unknown"
    ABSENT = "absent"
    NOT_YET = "notYet"
    GONE = "gone"
    NOT_CONFIGURED = "notConfigured"


CALM = frozenset({Look.UP, Look.REACHABLE, Look.NOT_YET, Look.GONE, Look.NOT_CONFIGURED})
"""What "only trouble" leaves out."""


def in_trouble(target: TargetView) -> bool:
    return look_of(target) not in CALM


def look_of(target: TargetView) -> Look:
    match target.state:
        case State.UP if target.mood is Mood.MIXED:
            return Look.MIXED
        case State.UP if target.version is None and _unasked(target):
            return Look.REACHABLE
        case State.ABSENT | State.NOT_CONFIGURED if not target.expected:
            return Look.GONE if target.ended else Look.NOT_YET
        case state:
            return Look(state.value)


def target_view(
    target: TargetId,
    plan: TargetPlan | None,
    standing: TargetStanding | None,
    now: datetime,
    *,
    titles: Titles,
    expected: bool,
    ended: bool,
) -> TargetView:
    if plan is None or standing is None:
        return TargetView(
            environment=target.environment,
            state=State.UNKNOWN if plan else State.NOT_CONFIGURED,
            expected=expected,
            ended=ended,
        )
    shown = state_at(standing, plan, now)
    sighting = shown_sighting(standing.readings)
    return TargetView(
        environment=target.environment,
        state=shown.state if shown else State.UNKNOWN,
        since=shown.since if shown else None,
        version=sighting.seen.version if sighting else None,
        settled=standing.readings.mood is Mood.SETTLED,
        arrived_after=sighting.after if sighting else None,
        arrived_by=sighting.by if sighting else None,
        fingerprint=sighting.seen.fingerprint if sighting else None,
        last_observation_at=standing.last_at,
        outcome_class=standing.outcome_class,
        reason=standing.reason,
        mood=standing.readings.mood,
        expected=expected,
        ended=ended,
        locations=tuple(_locations(standing, plan, titles, now)),
        down_from=standing.apart if shown and shown.state is State.DEGRADED else (),
    )


def _locations(
    standing: TargetStanding, plan: TargetPlan, titles: Titles, now: datetime
) -> Iterator[LocationView]:
    for sight in sights(standing, plan, now):
        yield LocationView(
            location=sight.location,
            title=titles.of_location(sight.location),
            state=sight.state,
            since=sight.since,
            reason=sight.reason,
        )


def shown_sighting(readings: Readings) -> Sighting | None:
    """The settled run while it holds; else what was read last."""
    return readings.settled if readings.mood is Mood.SETTLED else readings.current


def _unasked(target: TargetView) -> bool:
    return target.outcome_class is OutcomeClass.UNAUTHENTICATED


def target_holds_until(
    plan: TargetPlan | None, standing: TargetStanding | None, now: datetime
) -> datetime:
    """When this says something else although nothing is measured: an age, or staleness."""
    if plan is None or standing is None:
        return now + FAR
    sighting = shown_sighting(standing.readings)
    ages = (standing.since, sighting.by if sighting else None)
    moments = [span_holds_until(since, now) for since in ages if since is not None]
    for probe in plan.probes:
        check = standing.checks.get(probe.id.name)
        last = check.last_at if check else None
        if last is not None and last + probe.stale_after > now:
            moments.append(last + probe.stale_after)
    return min(moments, default=now + FAR)
