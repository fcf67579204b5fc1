"""Where what runs differs from what was promised."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from itertools import pairwise
from typing import Any

from pydantic import JsonValue

from monitor.domain.finding import Finding, FindingKind, FindingPhase, Json, Severity
from web.views.model import View
from web.views.titles import Titles


class FindingView(View):
    """The names and values are the API's (api.md); `title` and `changedAt` are added.

    `evidence` holds the readings, intervals and paths from which the rules concluded.
    """

    id: str
    kind: FindingKind
    severity: Severity
    phase: FindingPhase
    line: str
    title: str
    environments: tuple[str, ...]
    opened_at: datetime
    changed_at: datetime
    tolerated_until: datetime | None
    resolved_at: datetime | None
    evidence: Mapping[str, JsonValue]


class FindingPage(View):
    items: tuple[FindingView, ...]
    next: str | None = None


class StepKind(StrEnum):
    OPENED = "opened"
    CHANGED = "changed"  # its environments, its evidence, or until when it is tolerated
    OVERDUE = "overdue"
    RESOLVED = "resolved"


class FindingStep(View):
    """How a finding was from this moment on, until the next step."""

    at: datetime
    step: StepKind
    severity: Severity
    phase: FindingPhase
    environments: tuple[str, ...]
    evidence: Mapping[str, JsonValue]


class FindingDetail(FindingView):
    """A finding with its history, oldest step first."""

    history: tuple[FindingStep, ...] = ()


def finding_view(one: Finding, titles: Titles) -> FindingView:
    return FindingView(**_told(one, titles))


def finding_detail(one: Finding, history: Iterable[Finding], titles: Titles) -> FindingDetail:
    steps = [None, *history]
    return FindingDetail(
        **_told(one, titles),
        history=tuple(_step(now, before) for before, now in pairwise(steps) if now),
    )


def as_it_stood(finding: FindingDetail, step: FindingStep) -> FindingView:
    """The finding as it was after one of its steps."""
    over = step.step is StepKind.RESOLVED
    return finding.model_copy(
        update={
            "phase": step.phase,
            "severity": step.severity,
            "environments": step.environments,
            "evidence": step.evidence,
            "changed_at": step.at,
            "resolved_at": step.at if over else None,
        }
    )


def _told(one: Finding, titles: Titles) -> dict[str, Any]:
    return {
        "id": one.id,
        "kind": one.kind,
        "severity": one.severity,
        "phase": one.phase,
        "line": str(one.line),
        "title": titles.of_line(one.line),
        "environments": one.environments,
        "opened_at": one.opened_at,
        "changed_at": one.changed_at,
        "tolerated_until": one.tolerated_until,
        "resolved_at": one.resolved_at,
        "evidence": _plain(one.evidence),
    }


def _step(one: Finding, before: Finding | None) -> FindingStep:
    return FindingStep(
        at=one.changed_at,
        step=_kind(one, before),
        severity=one.severity,
        phase=one.phase,
        environments=one.environments,
        evidence=_plain(one.evidence),
    )


def _kind(one: Finding, before: Finding | None) -> StepKind:
    if before is None:
        return StepKind.OPENED
    if one.phase is before.phase:
        return StepKind.CHANGED
    match one.phase:
        case FindingPhase.RESOLVED:
            return StepKind.RESOLVED
        case FindingPhase.OVERDUE:
            return StepKind.OVERDUE
        case FindingPhase.OPEN | FindingPhase.ROLLING_OUT:
            return StepKind.CHANGED


def _plain(evidence: Mapping[str, Json]) -> dict[str, JsonValue]:
    return {name: _value(value) for name, value in evidence.items()}


def _value(value: Json) -> JsonValue:
    match value:
        case str() | None | bool() | int() | float():
            return value
        case Mapping():
            return _plain(value)
        case Sequence():
            return [_value(one) for one in value]
