"""How facts become rows and rows become facts again."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Row

from checks.outcome import NOTHING, Outcome, OutcomeClass, Phases, Reading, ReadingKind
from monitor.domain.event import Event, EventType
from monitor.domain.incident import Incident, IncidentKind
from monitor.domain.landscape import CheckId, TargetId
from monitor.domain.observation import Observation
from monitor.domain.sighting import Seen, Sighting
from monitor.domain.standing import TargetStanding
from monitor.storage.histogram import bucket_of
from monitor.storage.moment import micros
from monitor.storage.tables import OBSERVATION

FORM = 1
"""Of a remembered standing. A field more needs no new form when it has a default."""

TIMED = frozenset({OutcomeClass.OK, OutcomeClass.UNAUTHENTICATED})
"""Answers whose duration says something about the supplier: a time-out's does not."""

Fields = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Memory:
    form: int
    standing: TargetStanding


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Memory).decode
_decode_facts = msgspec.json.Decoder(dict[str, str]).decode


def standing_text(standing: TargetStanding) -> str:
    return _encode(Memory(FORM, standing)).decode()


def standing_of(text: str) -> TargetStanding | None:
    """None when the text is of a form that is not ours: the target is concluded anew."""
    try:
        memory = _decode(text)
    except msgspec.DecodeError:
        return None
    return memory.standing if memory.form == FORM else None


def facts_text(facts: Mapping[str, str]) -> str:
    return _encode(dict(facts)).decode()


def facts_of(text: str) -> Mapping[str, str]:
    return _decode_facts(text)


OBSERVED = tuple(column.name for column in OBSERVATION.columns if column.name != "epoch")


def observation_values(key: int, seen: Observation) -> tuple[Any, ...]:
    """In the order of `OBSERVED`."""
    outcome, reading, phases = seen.outcome, seen.outcome.reading, seen.outcome.phases
    return (
        key,
        micros(seen.slot),
        micros(seen.at),
        outcome.outcome_class.value,
        outcome.reason,
        outcome.status,
        reading.kind.value,
        reading.version,
        reading.fingerprint,
        phases.dns,
        phases.connect,
        phases.tls,
        phases.first_byte,
        phases.body,
        phases.total,
        _bucket(outcome),
        outcome.retry_after,
        facts_text(outcome.evidence) if outcome.evidence else None,
        outcome.trace,
    )


def observation_of(row: Row[Any], check: CheckId) -> Observation:
    """From the columns of OBSERVATION. The contract is kept apart."""
    return Observation(
        check=check,
        slot=row.slot,
        at=row.at,
        outcome=Outcome(
            outcome_class=OutcomeClass(row.outcome_class),
            reason=row.reason,
            status=row.status,
            reading=Reading(ReadingKind(row.reading), row.version, row.fingerprint),
            phases=Phases(row.dns, row.connect, row.tls, row.first_byte, row.body, row.total),
            retry_after=row.retry_after,
            evidence=facts_of(row.evidence) if row.evidence else NOTHING,
            trace=row.trace,
        ),
    )


def sighting_fields(key: int, sighting: Sighting) -> Fields:
    return {
        "target_key": key,
        "by": sighting.by,
        "after": sighting.after,
        "served": sighting.seen.served,
        "version": sighting.seen.version,
        "fingerprint": sighting.seen.fingerprint,
        "last": sighting.last,
        "readings": sighting.readings,
        "settled": sighting.settled,
    }


def sighting_of(row: Row[Any]) -> Sighting:
    return Sighting(
        seen=Seen(row.served, row.version, row.fingerprint),
        after=row.after,
        by=row.by,
        last=row.last,
        readings=row.readings,
        settled=row.settled,
    )


def incident_fields(incident: Incident) -> Fields:
    return {
        "id": incident.id,
        "kind": incident.kind.value,
        "subject": incident.subject,
        "opened_at": incident.opened_at,
        "reason": incident.reason,
        "resolved_at": incident.resolved_at,
        "parent": incident.parent,
        "told": incident.told,
        "held_from": incident.held_from,
    }


def incident_of(row: Row[Any]) -> Incident:
    return Incident(
        id=row.id,
        kind=IncidentKind(row.kind),
        subject=row.subject,
        opened_at=row.opened_at,
        reason=row.reason,
        resolved_at=row.resolved_at,
        parent=row.parent,
        told=row.told,
        held_from=row.held_from,
    )


def event_fields(event: Event) -> Fields:
    return {
        "key": event.key,
        "type": event.type.value,
        "subject": event.subject,
        "at": event.at,
        "facts": facts_text(event.facts),
        "story": event.story,
    }


def event_of(row: Row[Any]) -> Event:
    """From the columns of EVENT."""
    return Event(
        type=EventType(row.type),
        subject=row.subject,
        at=row.at,
        key=row.key,
        facts=facts_of(row.facts),
        story=row.story,
    )


def target_fields(target: TargetId) -> Fields:
    return {"id": str(target), "line": str(target.line), "environment": target.environment}


def _bucket(outcome: Outcome) -> int | None:
    total = outcome.phases.total
    return bucket_of(total) if total is not None and outcome.outcome_class in TIMED else None
