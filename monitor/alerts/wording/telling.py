"""What is said of one event."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from monitor.alerts.wording.dutch import DUTCH
from monitor.alerts.wording.english import ENGLISH
from monitor.alerts.wording.facts import Facts
from monitor.alerts.wording.vocabulary import Told, Vocabulary
from monitor.domain.event import Event, EventType
from monitor.domain.finding import FindingPhase, Severity
from monitor.domain.landscape import Words

ROLLING_OUT = FindingPhase.ROLLING_OUT.value
SAME: Mapping[str, Words] = {}
"""No titles: interfaces are called by their names in the catalogue."""


class Tone(StrEnum):
    """How it sounds. Never told by colour alone: the headline says it too."""

    TROUBLE = "trouble"
    CAUTION = "caution"
    NEWS = "news"
    RELIEF = "relief"


@dataclass(frozen=True, slots=True)
class Passage:
    """One event in words. `details` are a label and a text each."""

    tone: Tone
    headline: str
    says: str
    means: str
    details: tuple[tuple[str, str], ...]


def vocabulary(language: str) -> Vocabulary:
    """Of a subscription's language; Dutch is the language of the house."""
    return ENGLISH if language == ENGLISH.code else DUTCH


def name_of(event: Event, words: Vocabulary, titles: Mapping[str, Words] = SAME) -> str:
    """What its whole story is called: the same at its end as at its opening."""
    facts = Facts(event, words, titles)
    told = words.events[EventType.OUTAGE_OPENED] if facts.is_automatic else _told(facts, words)
    return told.name.format_map(_filled(facts, words))


def passage(event: Event, words: Vocabulary, titles: Mapping[str, Words] = SAME) -> Passage:
    facts = Facts(event, words, titles)
    told, filled = _told(facts, words), _filled(facts, words)
    headline = told.headline.format_map(filled)
    is_grave = event.facts.get("severity") == Severity.CRITICAL
    is_opening = event.type is EventType.DRIFT_OPENED
    return Passage(
        tone=Tone.TROUBLE if is_grave and is_opening else tone(event.type),
        headline=headline,
        says=told.says.format_map(filled) or headline,
        means=told.means.format_map(filled),
        details=tuple(facts.listed()),
    )


def tone(kind: EventType) -> Tone:
    match kind:
        case (
            EventType.OUTAGE_OPENED
            | EventType.DRIFT_OVERDUE
            | EventType.ROLLOUT_ROLLED_BACK
            | EventType.INCIDENT_OPENED
            | EventType.NOTICE_REFUSED
            | EventType.NOTICE_ISOLATED
            | EventType.NOTICE_DELIVERY_FAILING
            | EventType.NOTICE_LOCATION_SILENT
        ):
            return Tone.TROUBLE
        case (
            EventType.UNSTABLE_STARTED
            | EventType.DRIFT_OPENED
            | EventType.ROLLOUT_OVERDUE
            | EventType.GATE_CLOSED
            | EventType.GATE_OVERRIDDEN
            | EventType.SUPPORT_ENDING
            | EventType.SUPPORT_ENDED
            | EventType.CERTIFICATE_EXPIRING
            | EventType.CONTENT_WIPED
            | EventType.NOTICE_LOCATION_DOWN
        ):
            return Tone.CAUTION
        case (
            EventType.ROLLOUT_ANNOUNCED
            | EventType.ROLLOUT_ARRIVED
            | EventType.INCIDENT_UPDATED
            | EventType.MAINTENANCE_PLANNED
            | EventType.MAINTENANCE_CHANGED
            | EventType.MAINTENANCE_STARTED
        ):
            return Tone.NEWS
        case (
            EventType.OUTAGE_RESOLVED
            | EventType.UNSTABLE_ENDED
            | EventType.DRIFT_RESOLVED
            | EventType.ROLLOUT_VERIFIED
            | EventType.GATE_OPENED
            | EventType.INCIDENT_RESOLVED
            | EventType.MAINTENANCE_ENDED
            | EventType.NOTICE_LOCATION_HEARD
        ):
            return Tone.RELIEF


def _told(facts: Facts, words: Vocabulary) -> Told:
    event, told = facts.event, words.events[facts.event.type]
    if event.type is EventType.MAINTENANCE_CHANGED and "withdrawnAt" in event.facts:
        return words.withdrawn
    if event.type is EventType.DRIFT_OPENED and event.facts.get("phase") == ROLLING_OUT:
        return replace(told, says=words.tolerated)
    return told


def _filled(facts: Facts, words: Vocabulary) -> Mapping[str, str]:
    """The names of an event, and of a finding what is said of its kind."""
    names = facts.names()
    kind = facts.kind
    found = words.findings[kind] if kind else words.found
    return {
        **names,
        "name": found.name.format_map(names),
        "found": found.says.format_map(names),
        "meaning": found.means.format_map(names),
    }
