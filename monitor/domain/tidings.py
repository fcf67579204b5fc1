"""What is told of a finding: that it opened, that it is overdue, that it is over. Each once."""

from collections.abc import Iterator

from monitor.domain.event import Event, EventType
from monitor.domain.finding import Finding, FindingPhase


def of_finding(finding: Finding, before: Finding | None) -> Iterator[Event]:
    """What a change of a finding gives reason to tell; `before` None: it opened."""
    overdue = FindingPhase.OVERDUE
    if before is None:
        yield _event(EventType.DRIFT_OPENED, finding)
    if finding.phase is overdue and (before is None or before.phase is not overdue):
        yield _event(EventType.DRIFT_OVERDUE, finding)
    if finding.resolved_at and (before is None or before.is_open):
        yield _event(EventType.DRIFT_RESOLVED, finding)


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
    return Event(
        type=kind,
        subject=f"{line}@{where[0]}" if len(where) == 1 else line,
        at=finding.changed_at,
        key=f"{kind}:{finding.id}",
        facts=facts,
    )
