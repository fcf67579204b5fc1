"""How findings, rollouts, what is planned or told, acts and tokens become rows and facts again."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from sqlalchemy import Row

from monitor.domain.audit import Act, ActKind
from monitor.domain.event import Reach
from monitor.domain.finding import Finding, FindingKind, FindingPhase, Json, Severity
from monitor.domain.freeze import Freeze
from monitor.domain.gate import Answer, CriterionName, GateQuestion, Override
from monitor.domain.landscape import LineId
from monitor.domain.maintenance import Maintenance
from monitor.domain.rollout import Rollout
from monitor.domain.token import Scope, Token
from monitor.domain.window import Timetable
from monitor.storage.codec import Fields, facts_of, facts_text

_encode = msgspec.json.Encoder().encode
_decode_names = msgspec.json.Decoder(tuple[str, ...]).decode
_decode_rollout = msgspec.json.Decoder(Rollout).decode
_decode_json = msgspec.json.Decoder(dict[str, Any]).decode


def names_text(names: Iterable[str]) -> str:
    return _encode([*names]).decode()


def names_of(text: str) -> tuple[str, ...]:
    return _decode_names(text)


def json_text(evidence: Mapping[str, Json]) -> str:
    """Keys in the order in which they are given: the same evidence is the same text."""
    return _encode(evidence).decode()


def standing_fields(finding: Finding) -> Fields:
    """What of a finding may change while it is open."""
    return {
        "changed_at": finding.changed_at,
        "resolved_at": finding.resolved_at,
        "severity": finding.severity.value,
        "phase": finding.phase.value,
        "environments": names_text(finding.environments),
        "tolerated_until": finding.tolerated_until,
        "evidence": json_text(finding.evidence),
    }


def finding_fields(finding: Finding) -> Fields:
    return {
        "id": finding.id,
        "key": finding.key,
        "kind": finding.kind.value,
        "line": str(finding.line),
        "opened_at": finding.opened_at,
        **standing_fields(finding),
    }


def finding_of(row: Row[Any]) -> Finding:
    """From the columns of FINDING, or those of FINDING_CHANGE with its finding's."""
    return Finding(
        id=row.id,
        key=row.key,
        kind=FindingKind(row.kind),
        severity=Severity(row.severity),
        phase=FindingPhase(row.phase),
        line=LineId.parse(row.line),
        environments=names_of(row.environments),
        opened_at=row.opened_at,
        tolerated_until=row.tolerated_until,
        resolved_at=row.resolved_at,
        evidence=_decode_json(row.evidence),
        changed_at=row.changed_at,
    )


def rollout_fields(rollout: Rollout) -> Fields:
    return {
        "id": rollout.id,
        "line": str(rollout.line),
        "version": rollout.version,
        "opened_at": rollout.opened_at,
        "done_at": rollout.done_at,
        "memory": _encode(rollout).decode(),
    }


def rollout_of(row: Row[Any]) -> Rollout:
    return _decode_rollout(row.memory)


def planned_fields(planned: Timetable) -> Fields:
    return {
        "id": planned.id,
        "starts_at": planned.starts_at,
        "ends_at": planned.ends_at,
        "rrule": planned.rrule,
        "timezone": planned.timezone,
        "reason": planned.reason,
        **reach_fields(planned.about),
    }


def freeze_of(row: Row[Any]) -> Freeze:
    return Freeze(**_planned(row))


def maintenance_fields(one: Maintenance) -> Fields:
    return {**planned_fields(one), "withdrawn_at": one.withdrawn_at}


def maintenance_of(row: Row[Any]) -> Maintenance:
    return Maintenance(**_planned(row), withdrawn_at=row.withdrawn_at)


def reach_fields(about: Reach) -> Fields:
    return {
        "environments": names_text(about.environments),
        "interfaces": names_text(about.interfaces),
        "lines": names_text(map(str, about.lines)),
    }


def reach_of(row: Row[Any]) -> Reach:
    return Reach(
        environments=names_of(row.environments),
        interfaces=names_of(row.interfaces),
        lines=tuple(map(LineId.parse, names_of(row.lines))),
    )


def _planned(row: Row[Any]) -> Mapping[str, Any]:
    about = reach_of(row)
    return {
        "id": row.id,
        "starts_at": row.starts_at,
        "ends_at": row.ends_at,
        "rrule": row.rrule,
        "timezone": row.timezone,
        "environments": about.environments,
        "interfaces": about.interfaces,
        "lines": about.lines,
        "reason": row.reason,
    }


def override_fields(override: Override) -> Fields:
    return {
        "line": str(override.question.line),
        "version": override.question.version,
        "environment": override.question.environment,
        "at": override.at,
        "by": override.by,
        "reason": override.reason,
        "decision": override.decision.value,
        "objections": names_text(one.value for one in override.objections),
    }


def override_of(row: Row[Any]) -> Override:
    return Override(
        question=GateQuestion(LineId.parse(row.line), row.version, row.environment),
        at=row.at,
        by=row.by,
        reason=row.reason,
        decision=Answer(row.decision),
        objections=tuple(map(CriterionName, names_of(row.objections))),
    )


def act_fields(act: Act) -> Fields:
    return {
        "at": act.at,
        "who": act.who,
        "what": act.what.value,
        "subject": act.subject,
        "reason": act.reason,
        "facts": facts_text(act.facts),
    }


def act_of(row: Row[Any]) -> Act:
    return Act(
        at=row.at,
        who=row.who,
        what=ActKind(row.what),
        subject=row.subject,
        reason=row.reason,
        facts=facts_of(row.facts),
    )


def token_fields(token: Token) -> Fields:
    return {
        "id": token.id,
        "name": token.name,
        "scopes": names_text(sorted(token.scopes)),
        "created_at": token.created_at,
        "expires_at": token.expires_at,
        "revoked_at": token.revoked_at,
        "last_used_at": token.last_used_at,
    }


def token_of(row: Row[Any]) -> Token:
    return Token(
        id=row.id,
        name=row.name,
        scopes=frozenset(map(Scope, names_of(row.scopes))),
        created_at=row.created_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        last_used_at=row.last_used_at,
    )
