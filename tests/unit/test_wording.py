"""Every reason of the gate has a sentence, made of the facts that it comes with."""

from datetime import timedelta
from string import Formatter

import pytest

from monitor.desk.wording import SENTENCE, reason
from monitor.domain.gate import Criterion, CriterionName, CriterionOutcome, Fact, ReasonKind
from tests.building import NOON

FACTS: dict[str, Fact] = {
    "environment": "lto",
    "origin": "lto",
    "version": "8.6.0",
    "versions": ("8.5.2", "8.6.0"),
    "by": NOON,
    "since": NOON,
    "lead": timedelta(days=3, hours=2, seconds=7),
    "ran": timedelta(hours=30),
    "needed": timedelta(days=2),
    "doneAt": NOON,
    "kinds": ("mixed",),
    "readAt": NOON,
    "limit": timedelta(minutes=3),
    "until": NOON,
    "why": "the year ends",
}


def criterion(kind: ReasonKind, **facts: Fact) -> Criterion:
    return Criterion(CriterionName.RECEIVED, CriterionOutcome.MET, kind, {**FACTS, **facts})


@pytest.mark.parametrize("kind", ReasonKind)
def test_every_reason_is_a_sentence(kind: ReasonKind) -> None:
    said = reason(criterion(kind))
    assert "unknown" not in said
    assert "{" not in said
    assert {name for _, name, _, _ in Formatter().parse(SENTENCE[kind]) if name} <= FACTS.keys()


def test_times_are_in_utc_and_spans_as_people_write_them() -> None:
    assert reason(criterion(ReasonKind.HAS_IT)) == "lto has 8.6.0 since 2026-06-15 12:00 UTC"
    assert reason(criterion(ReasonKind.IN_ORDER, environment="prod")) == (
        "prod got it at least 3d2h after lto"
    )
    assert "up on 8.6.0 for 1d6h of 2d" in reason(criterion(ReasonKind.SOAKING))


def test_what_is_not_told_is_said_to_be_unknown() -> None:
    assert reason(criterion(ReasonKind.DOWN, readAt=None)) == "lto is down; last read at unknown"
    bare = Criterion(
        CriterionName.FRESH, CriterionOutcome.UNKNOWN, ReasonKind.STALE, {"environment": "lto"}
    )
    assert reason(bare) == "lto was last read at unknown, and nothing reads it any more"


def test_trouble_without_findings_is_an_incident() -> None:
    assert reason(criterion(ReasonKind.TROUBLE, kinds=())).endswith("an open incident")
    assert reason(criterion(ReasonKind.TROUBLE)).endswith("mixed")


def test_text_from_outside_is_no_pattern() -> None:
    assert "{by.__class__}" in reason(criterion(ReasonKind.FROZEN, why="{by.__class__}"))
