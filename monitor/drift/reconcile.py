"""What a look at a line makes of its findings: opened once, changed, resolved once."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from monitor.domain.finding import (
    Finding,
    FindingKind,
    FindingPhase,
    Json,
    Severity,
    finding_id,
)
from monitor.drift import mixed, rolled_back
from monitor.drift.difference import Difference
from monitor.drift.evidence import readings, says_the_same
from monitor.drift.expectation import turns
from monitor.drift.picture import LinePicture
from monitor.drift.rules import differences, ended

TOLERATED = frozenset({FindingKind.LAG, FindingKind.DIFFERS})
"""Kinds that are the normal course until their time is up."""


def reconcile(
    findings: Iterable[Finding], picture: LinePicture, now: datetime
) -> tuple[Finding, ...]:
    """The findings of the line that are new, changed or resolved, in the order of happening.

    `findings` are the open ones; resolved ones among them are not opened a second time. One
    that opens and is over at once comes twice, first open and then resolved. The picture is
    drawn for `now`. Call it after each observation of the line, and at each `deadline` that
    lies between two of them: then it makes no difference how observations came in batches.
    """
    known = tuple(findings)
    seen = {one.key: one for one in differences(picture, now, known)}
    if not (seen or known):
        return ()  # most lines, most of the time
    told = {one.id for one in known}
    open_ = sorted((one for one in known if one.is_open), key=lambda one: one.key)
    changes: list[Finding] = []
    for finding in open_:
        difference = seen.pop(finding.key, None)
        if difference is None or difference.past:
            changes.extend(_without(finding, picture, now, known))
        else:
            changes.extend(_with(finding, difference, now))
    for key in sorted(seen):
        opened = _opened(seen[key], now)
        if opened.id not in told:
            changes.append(opened)
            if seen[key].past:
                changes.append(_resolved(opened, picture, now, "caughtUp"))
    return tuple(changes)


def withdraw(findings: Iterable[Finding], now: datetime) -> tuple[Finding, ...]:
    """Resolve the findings of a line that left the catalogue: nobody promises it any more."""
    return tuple(
        _closed(one, {"because": "notWatched", "readings": []}, now)
        for one in findings
        if one.is_open
    )


def deadline(picture: LinePicture, findings: Sequence[Finding], now: datetime) -> datetime | None:
    """The first moment after `now` at which time alone may change something; None: never.

    `now` is when the rules were last applied.
    """
    moments = (*_moments(findings), *turns(picture), *_ripening(picture))
    return min((moment for moment in moments if moment > now), default=None)


def _moments(findings: Sequence[Finding]) -> Iterator[datetime]:
    for finding in findings:
        if finding.phase is FindingPhase.ROLLING_OUT and finding.tolerated_until:
            yield finding.tolerated_until
        if finding.is_open and finding.kind is FindingKind.ROLLED_BACK:
            yield rolled_back.until(finding)


def _ripening(picture: LinePicture) -> Iterator[datetime]:
    for here in picture.here:
        if since := mixed.noticed_at(picture, here):
            yield since


def _opened(difference: Difference, now: datetime) -> Finding:
    phase = _phase(difference.kind, difference.tolerated_until, now)
    return Finding(
        id=finding_id(difference.key, now),
        key=difference.key,
        kind=difference.kind,
        severity=_severity(difference.severity, phase),
        phase=phase,
        line=difference.line,
        environments=difference.environments,
        opened_at=now,
        tolerated_until=difference.tolerated_until,
        resolved_at=None,
        evidence={**difference.evidence, **difference.asides},
        changed_at=now,
    )


def _with(finding: Finding, difference: Difference, now: datetime) -> Iterator[Finding]:
    """The finding as the difference is now, when that says something new."""
    phase = _phase(finding.kind, difference.tolerated_until, now)
    same = says_the_same(difference.evidence, finding.evidence)
    if (
        same
        and phase is finding.phase
        and difference.environments == finding.environments
        and difference.tolerated_until == finding.tolerated_until
        and _severity(difference.severity, phase) is finding.severity
    ):
        return
    yield replace(
        finding,
        severity=_severity(difference.severity, phase),
        phase=phase,
        environments=difference.environments,
        tolerated_until=difference.tolerated_until,
        evidence=finding.evidence if same else {**difference.evidence, **difference.asides},
        changed_at=now,
    )


def _without(
    finding: Finding, picture: LinePicture, now: datetime, known: Sequence[Finding]
) -> Iterator[Finding]:
    """The finding when its difference cannot be seen: over, or only out of sight."""
    if because := ended(finding, picture, now, known):
        yield _resolved(finding, picture, now, because)
        return
    phase = _phase(finding.kind, finding.tolerated_until, now)
    if phase is not finding.phase:  # time goes on, seen or not
        yield replace(
            finding, phase=phase, severity=_severity(finding.severity, phase), changed_at=now
        )


def _resolved(finding: Finding, picture: LinePicture, now: datetime, because: str) -> Finding:
    here = [one for one in picture.here if one.environment in finding.environments]
    return _closed(finding, {"because": because, "readings": readings(here)}, now)


def _closed(finding: Finding, end: Json, now: datetime) -> Finding:
    return replace(
        finding,
        phase=FindingPhase.RESOLVED,
        resolved_at=now,
        evidence={**finding.evidence, "ended": end},
        changed_at=now,
    )


def _phase(kind: FindingKind, tolerated_until: datetime | None, now: datetime) -> FindingPhase:
    if kind not in TOLERATED or tolerated_until is None:
        return FindingPhase.OPEN
    return FindingPhase.ROLLING_OUT if now < tolerated_until else FindingPhase.OVERDUE


def _severity(severity: Severity, phase: FindingPhase) -> Severity:
    match phase:
        case FindingPhase.ROLLING_OUT:
            return Severity.INFO
        case FindingPhase.OVERDUE:
            return Severity.WARNING
        case FindingPhase.OPEN | FindingPhase.RESOLVED:
            return severity
