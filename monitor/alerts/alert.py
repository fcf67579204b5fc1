"""What happened, as Alertmanager knows it: alerts that fire, and end."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from monitor.alerts.links import Links
from monitor.alerts.wording.telling import SAME, passage, vocabulary
from monitor.domain.event import OPENS, Event, EventType, reach
from monitor.domain.finding import OF_THE_LINE, FindingKind, FindingPhase, Severity
from monitor.domain.landscape import Words

HOLD = timedelta(minutes=30)
"""For so long an alert fires after we said so last: should we fall silent, it ends by itself."""
MOMENTARY = timedelta(hours=1)
"""For so long fires what nothing resolves."""

Alert = Mapping[str, str | Mapping[str, str]]

NAMES: Mapping[EventType, tuple[str, Severity]] = {
    EventType.OUTAGE_OPENED: ("KetenwachtOutage", Severity.CRITICAL),
    EventType.OUTAGE_RESOLVED: ("KetenwachtOutage", Severity.CRITICAL),
    EventType.UNSTABLE_STARTED: ("KetenwachtUnstable", Severity.WARNING),
    EventType.UNSTABLE_ENDED: ("KetenwachtUnstable", Severity.WARNING),
    EventType.DRIFT_OPENED: ("KetenwachtDrift", Severity.WARNING),
    EventType.DRIFT_OVERDUE: ("KetenwachtDrift", Severity.WARNING),
    EventType.DRIFT_RESOLVED: ("KetenwachtDrift", Severity.WARNING),
    EventType.INCIDENT_OPENED: ("KetenwachtIncident", Severity.CRITICAL),
    EventType.INCIDENT_RESOLVED: ("KetenwachtIncident", Severity.CRITICAL),
    EventType.ROLLOUT_OVERDUE: ("KetenwachtRolloutOverdue", Severity.WARNING),
    EventType.ROLLOUT_ROLLED_BACK: ("KetenwachtRolledBack", Severity.WARNING),
    EventType.SUPPORT_ENDING: ("KetenwachtSupportEnding", Severity.INFO),
    EventType.SUPPORT_ENDED: ("KetenwachtSupportEnded", Severity.INFO),
    EventType.CERTIFICATE_EXPIRING: ("KetenwachtCertificateExpiring", Severity.WARNING),
    EventType.NOTICE_REFUSED: ("KetenwachtRefused", Severity.WARNING),
    EventType.NOTICE_ISOLATED: ("KetenwachtIsolated", Severity.CRITICAL),
    EventType.NOTICE_DELIVERY_FAILING: ("KetenwachtDeliveryFailing", Severity.WARNING),
    EventType.NOTICE_LOCATION_DOWN: ("KetenwachtDownFromLocation", Severity.WARNING),
    EventType.NOTICE_LOCATION_SILENT: ("KetenwachtLocationSilent", Severity.WARNING),
    EventType.NOTICE_LOCATION_HEARD: ("KetenwachtLocationSilent", Severity.WARNING),
}
"""What is an alert. News and plans are none: nobody has to come out of bed for them."""

_SEVERITIES = {
    FindingKind.ORDER_BROKEN: Severity.CRITICAL,
    FindingKind.MISSING: Severity.CRITICAL,
    FindingKind.NOT_RETIRED: Severity.INFO,
    FindingKind.EARLY: Severity.INFO,
}
_WANDERING = frozenset(kind.value for kind in OF_THE_LINE)
"""Kinds of finding whose environments may change while they are open."""
_CALM = frozenset({FindingPhase.ROLLING_OUT.value})


def alert(
    event: Event,
    now: datetime,
    links: Links,
    language: str,
    titles: Mapping[str, Words] = SAME,
) -> Alert | None:
    """None: it is no alert. An ending one has `endsAt` in the past.

    Labels are what an alert is known by, so they hold only what stays the same from the opening
    of a story to its end.
    """
    if event.type not in NAMES or _is_expected(event):
        return None
    told = passage(event, vocabulary(language), titles)
    return {
        "labels": _labels(event),
        "annotations": {
            "summary": told.headline,
            "description": " ".join(one for one in (told.says, told.means) if one),
            "environments": ", ".join(reach(event).environments),
        },
        "startsAt": _written(_since(event)),
        "endsAt": _written(_until(event, now)),
        "generatorURL": links.of(event),
    }


def _labels(event: Event) -> Mapping[str, str]:
    name, severity = NAMES[event.type]
    kind = event.facts.get("kind", "")
    labels = {"alertname": name, "service": "ketenwacht", "story": event.story}
    if name == "KetenwachtDrift":
        severity = next((_SEVERITIES[one] for one in _SEVERITIES if one.value == kind), severity)
        labels["kind"] = kind
    labels["severity"] = severity.value
    if name == "KetenwachtIncident":  # an operator may change what it is about
        return labels
    about = reach(event)
    if len(about.lines) == 1:
        labels |= {"interface": about.lines[0].interface, "line": str(about.lines[0])}
    if len(about.environments) == 1 and kind not in _WANDERING:
        labels["environment"] = about.environments[0]
    return labels


def _is_expected(event: Event) -> bool:
    """A version on its way, within its time: the normal course (semantics.md, section 4)."""
    return event.type is EventType.DRIFT_OPENED and event.facts.get("phase") in _CALM


def _since(event: Event) -> datetime:
    try:
        opened = datetime.fromisoformat(event.facts.get("openedAt", ""))
    except ValueError:
        return event.at
    return min(opened, event.at) if opened.tzinfo else event.at


def _until(event: Event, now: datetime) -> datetime:
    if event.type in OPENS:
        return now + HOLD
    if event.type in OPENS.values():
        return min(event.at, now)
    return now + MOMENTARY


def _written(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
