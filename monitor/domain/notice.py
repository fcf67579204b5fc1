"""What one observation gives reason to tell, apart from incidents."""

from collections.abc import Iterator
from datetime import datetime

from checks.outcome import OutcomeClass
from monitor.domain.event import Event, EventType
from monitor.domain.observation import Observation

EXPIRY = (30, 14, 3)
"""Days before the end of a certificate at which it is told (semantics.md, section 7)."""
NOT_AFTER = "notAfter"
"""In the evidence of a check that saw a certificate."""


def unrest(seen: Observation, *, was: bool, now: bool) -> Iterator[Event]:
    """One event when a target begins to flap, and one when it has settled."""
    if was is now:
        return
    kind = EventType.UNSTABLE_STARTED if now else EventType.UNSTABLE_ENDED
    subject = str(seen.check.target)
    yield Event(
        type=kind,
        subject=subject,
        at=seen.at,
        key=f"{kind}:{seen.check}:{seen.at.isoformat()}",
        facts={"check": seen.check.name},
        story=f"unstable:{subject}",
    )


def refusal(seen: Observation, before: OutcomeClass | None) -> Iterator[Event]:
    """Tell the operator once that our key or certificate is refused; never the public."""
    if seen.outcome.outcome_class is not OutcomeClass.REFUSED or before is OutcomeClass.REFUSED:
        return
    kind = EventType.NOTICE_REFUSED
    yield Event(
        type=kind,
        subject=str(seen.check.target),
        at=seen.at,
        key=f"{kind}:{seen.check}:{seen.at.isoformat()}",
        facts={"check": seen.check.name, "reason": seen.outcome.reason},
        story=f"{kind}:{seen.check}",
    )


def expiry(seen: Observation) -> Iterator[Event]:
    """A certificate that ends soon: once for each threshold, the nearest only."""
    told = seen.outcome.evidence.get(NOT_AFTER)
    if told is None:
        return
    not_after = datetime.fromisoformat(told)
    left = (not_after - seen.at).days
    threshold = min((days for days in EXPIRY if left <= days), default=None)
    if threshold is None:
        return
    subject = str(seen.check.target)
    yield Event(
        type=EventType.CERTIFICATE_EXPIRING,
        subject=subject,
        at=seen.at,
        key=f"{EventType.CERTIFICATE_EXPIRING}:{subject}:{told}:{threshold}",
        facts={"check": seen.check.name, "notAfter": told, "daysLeft": str(left)},
        story=f"certificate:{subject}:{told}",
    )


def parting(
    seen: Observation, reason: str, *, was: tuple[str, ...], now: tuple[str, ...]
) -> Iterator[Event]:
    """Tell the operator once that a target fails from some locations, too few for an outage."""
    if was or not now:
        return
    kind = EventType.NOTICE_LOCATION_DOWN
    yield Event(
        type=kind,
        subject=str(seen.check.target),
        at=seen.at,
        key=f"{kind}:{seen.check.target}:{seen.at.isoformat()}",
        facts={"locations": ",".join(now), "reason": reason},
    )
