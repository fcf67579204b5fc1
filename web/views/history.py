"""What was answered, and which versions were seen."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from checks.outcome import OutcomeClass
from monitor.domain.deprecation import SIGNALS
from monitor.domain.landscape import TargetId
from monitor.domain.observation import Observation
from monitor.domain.sighting import Sighting
from web.views.model import View


class ObservationView(View):
    line: str
    environment: str
    check: str
    slot: datetime
    at: datetime
    outcome_class: OutcomeClass
    reason: str
    status: int | None
    version: str | None
    fingerprint: str | None
    seconds: float | None
    evidence: Mapping[str, str]


class ObservationPage(View):
    items: tuple[ObservationView, ...]
    next: str | None = None


class SightingView(View):
    """A run of equal readings: it arrived after `arrivedAfter`, by `arrivedBy`."""

    line: str
    environment: str
    served: bool
    version: str | None
    fingerprint: str | None
    settled: bool
    arrived_after: datetime | None
    arrived_by: datetime
    last_seen_at: datetime
    readings: int


class SightingPage(View):
    items: tuple[SightingView, ...]
    next: str | None = None


class Signal(View):
    """A sign that the supplier will end this version, in the supplier's own words."""

    name: str
    text: str
    seen_at: datetime


def observation_view(one: Observation) -> ObservationView:
    outcome, target = one.outcome, one.check.target
    return ObservationView(
        line=str(target.line),
        environment=target.environment,
        check=one.check.name,
        slot=one.slot,
        at=one.at,
        outcome_class=outcome.outcome_class,
        reason=outcome.reason,
        status=outcome.status,
        version=outcome.reading.version,
        fingerprint=outcome.reading.fingerprint,
        seconds=outcome.phases.total,
        evidence=outcome.evidence,
    )


def sighting_view(target: TargetId, one: Sighting) -> SightingView:
    return SightingView(
        line=str(target.line),
        environment=target.environment,
        served=one.seen.served,
        version=one.seen.version,
        fingerprint=one.seen.fingerprint,
        settled=one.settled,
        arrived_after=one.after,
        arrived_by=one.by,
        last_seen_at=one.last,
        readings=one.readings,
    )


def signals(newest_first: Iterable[Observation]) -> tuple[Signal, ...]:
    """Every different sign once, as it was seen last."""
    found: dict[tuple[str, str], Signal] = {}
    for one in newest_first:
        for name in SIGNALS:
            if text := one.outcome.evidence.get(name):
                found.setdefault((name, text), Signal(name=name, text=text, seen_at=one.at))
    return tuple(found.values())
