"""What is told of findings and of rollouts. Each once."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from monitor.domain.event import Event, EventType
from monitor.domain.finding import Finding, FindingPhase, Json
from monitor.domain.journey import just_arrived
from monitor.domain.rollout import Rollout, Stage, StageState

TROUBLE = frozenset(
    {
        EventType.OUTAGE_OPENED,
        EventType.UNSTABLE_STARTED,
        EventType.DRIFT_OPENED,
        EventType.DRIFT_OVERDUE,
    }
)
"""What may come of an arrival (semantics.md, section 5)."""


def of_finding(finding: Finding, before: Finding | None) -> Iterator[Event]:
    """What a change of a finding gives reason to tell; `before` None: it opened."""
    overdue = FindingPhase.OVERDUE
    if before is None:
        yield _event(EventType.DRIFT_OPENED, finding)
    if finding.phase is overdue and (before is None or before.phase is not overdue):
        yield _event(EventType.DRIFT_OVERDUE, finding)
    if finding.resolved_at and (before is None or before.is_open):
        yield _event(EventType.DRIFT_RESOLVED, finding)


def of_rollout(rollout: Rollout, before: Rollout | None) -> Iterator[Event]:
    """What a change of a rollout gives reason to tell; who announces it tells that."""
    for environment, stage in rollout.stages.items():
        was = before.stages.get(environment) if before else None
        for kind in _passed(stage, was or Stage()):
            yield _passing(kind, rollout, environment, stage)
        if _wiped(rollout, stage) and not (before and was and _wiped(before, was)):
            yield _wiping(rollout, environment, stage)


def named(events: Iterable[Event], rollouts: Sequence[Rollout]) -> Iterator[Event]:
    """The events; trouble where a version had just arrived names the rollout of that."""
    for event in events:
        where = event.subject.rpartition("@")[2]
        rollout = just_arrived(rollouts, where, event.at) if event.type in TROUBLE else None
        yield replace(event, facts={**event.facts, "rollout": rollout.id}) if rollout else event


def _passed(stage: Stage, was: Stage) -> Iterator[EventType]:
    if stage.arrived_by and stage.arrived_by != was.arrived_by:
        yield EventType.ROLLOUT_ARRIVED
    if stage.verified_at and stage.verified_at != was.verified_at:
        yield EventType.ROLLOUT_VERIFIED
    if stage.state is StageState.OVERDUE and was.state is not stage.state:
        yield EventType.ROLLOUT_OVERDUE
    if stage.state is StageState.ROLLED_BACK and was.state is not stage.state:
        yield EventType.ROLLOUT_ROLLED_BACK


def _wiped(rollout: Rollout, stage: Stage) -> bool:
    """Whether the rollout came with a wipe of all content; that may be announced afterwards."""
    told = rollout.announced is not None and rollout.announced.content_wipe
    return told and stage.arrived_by is not None


def _wiping(rollout: Rollout, environment: str, stage: Stage) -> Event:
    event = _passing(EventType.CONTENT_WIPED, rollout, environment, stage)
    return replace(event, key=f"{event.type}:{rollout.id}:{environment}:{stage.arrived_by}")


def _passing(kind: EventType, rollout: Rollout, environment: str, stage: Stage) -> Event:
    at = stage.changed_at or rollout.opened_at
    facts = {
        "rollout": rollout.id,
        "line": str(rollout.line),
        "version": rollout.version,
        "environment": environment,
        "state": stage.state.value,
    }
    moments = {
        "arrivedAfter": stage.arrived_after,
        "arrivedBy": stage.arrived_by,
        "verifiedAt": stage.verified_at,
        "dueAt": stage.due_at,
    }
    return Event(
        type=kind,
        subject=f"{rollout.line}@{environment}",
        at=at,
        key=f"{kind}:{rollout.id}:{environment}:{at.isoformat()}",
        facts={**facts, **{name: moment.isoformat() for name, moment in moments.items() if moment}},
        story=rollout.id,
    )


def _event(kind: EventType, finding: Finding) -> Event:
    """One per finding: overdue twice, because time was won in between, is told once."""
    line, where = str(finding.line), finding.environments
    facts = {
        "finding": finding.id,
        "kind": finding.kind.value,
        "severity": finding.severity.value,
        "phase": finding.phase.value,
        "line": line,
        "environments": ",".join(where),
        "openedAt": finding.opened_at.isoformat(),
    }
    if finding.tolerated_until:
        facts["toleratedUntil"] = finding.tolerated_until.isoformat()
    facts |= _read(finding)
    return Event(
        type=kind,
        subject=f"{line}@{where[0]}" if len(where) == 1 else line,
        at=finding.changed_at,
        key=f"{kind}:{finding.id}",
        facts=facts,
        story=finding.id,
    )


def _read(finding: Finding) -> Mapping[str, str]:
    """Which version it is about, and what ran where when that was last read."""
    told = (finding.evidence.get(name) for name in ("version", "newest", "to"))
    version = next((one for one in told if isinstance(one, str)), None)
    end = finding.evidence.get("ended")
    held = end if isinstance(end, Mapping) and end.get("readings") else finding.evidence
    readings = held.get("readings")
    places = readings if isinstance(readings, list | tuple) else ()
    ran = ",".join(_ran(one) for one in places if isinstance(one, Mapping))
    return {name: fact for name, fact in (("version", version), ("versions", ran)) if fact}


def _ran(reading: Mapping[str, Json]) -> str:
    """`prod=8.6.0`; `prod=?` where it tells no version, and `prod=` where it is not served."""
    version = reading.get("version") or "?"
    return f"{reading.get('environment')}={version if reading.get('served') else ''}"
