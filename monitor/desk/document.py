"""An answer of the gate as JSON: the names are the API's, so that pipelines read one shape."""

from collections.abc import Mapping
from typing import Any

from pydantic_core import to_jsonable_python

from monitor.desk.asking import Answered
from monitor.desk.wording import reason
from monitor.domain.gate import Criterion, Decision, Override, has_moved

ISSUER = "issuer"
"""In signed evidence: the address of whoever says so."""


def gate_document(answered: Answered) -> Mapping[str, Any]:
    decision = answered.decision
    question = decision.question
    overrides = [_override(one, decision) for one in answered.overrides]
    document: Mapping[str, Any] = to_jsonable_python(
        {
            "line": str(question.line),
            "version": question.version,
            "environment": question.environment,
            "decision": decision.decision,
            "evaluatedAt": decision.evaluated_at,
            "criteria": list(map(_criterion, decision.criteria)),
            "override": overrides[0] if overrides else None,
            "overrides": overrides,
        }
    )
    return document


def _criterion(one: Criterion) -> Mapping[str, Any]:
    return {
        "name": one.name,
        "outcome": one.outcome,
        "reason": reason(one),
        "evidenceAt": one.evidence_at,
        "kind": one.kind,
        "facts": dict(one.facts),
    }


def _override(one: Override, decision: Decision) -> Mapping[str, Any]:
    return {
        "at": one.at,
        "by": one.by,
        "reason": one.reason,
        "decision": one.decision,
        "objections": list(one.objections),
        "moved": has_moved(one, decision),
    }
