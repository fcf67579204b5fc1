"""What each criterion of the gate can come to, and the reasons for it as data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum


class CriterionName(StrEnum):
    """In the order of semantics.md."""

    RECEIVED = "received"
    FIRST = "first"
    SOAKED = "soaked"
    QUIET = "quiet"
    FRESH = "fresh"
    NOT_FROZEN = "notFrozen"


class CriterionOutcome(StrEnum):
    MET = "met"
    NOT_MET = "notMet"
    UNKNOWN = "unknown"


Fact = str | datetime | timedelta | tuple[str, ...] | None
"""What a reason is made of; words are made of it in both languages elsewhere."""


class ReasonKind(StrEnum):
    """Every reason there is; beside each its facts, and the criteria that give it.

    `environment` is a fact of all of them: the one that was looked at.
    """

    # received: the environment is where releases come first
    HAS_IT = "hasIt"  # met: version, after (None: when we first looked), by
    HAS_NEWER = "hasNewer"  # met: version (the newer), after, by
    SERVES_LINE = "servesLine"  # met: after, by; a new line that tells no version
    HAS_OLDER = "hasOlder"  # not met: version (the older), after, by
    NOT_SERVED = "notServed"  # not met: after, by
    MIXED = "mixed"  # not met: versions, since
    SWITCHING = "switching"  # unknown: versions
    UNORDERED = (
        "unordered"  # unknown: version, after, by; neither older nor newer than the asked one
    )
    # first: the environment is where it would go, `origin` where it has to be before
    NOT_YET = "notYet"  # met: version (what it has instead)
    LINE_NOT_YET = "lineNotYet"  # met: -
    IN_ORDER = "inOrder"  # met: origin, originBy, after, by, lead (at least)
    ORDER_BROKEN = "orderBroken"  # not met: origin, originAfter, originBy (None: never), by, lead
    TOGETHER = "together"  # unknown: origin, originAfter, originBy, after, by
    ORDER_UNKNOWN = "orderUnknown"  # unknown: origin, originAfter, originBy, after, by
    # soaked: by what was up; brokenBy is a value of soak.Break
    SOAKED = "soaked"  # met: version, ran, needed
    SOAKING = "soaking"  # not met: version, ran, needed, doneAt, brokenAt, brokenBy
    SOAK_STOPPED = "soakStopped"  # not met: version, ran, needed, brokenAt, brokenBy
    OTHER_IN_SOAK = "otherInSoak"  # not met: version (the other)
    # quiet
    QUIET = "quiet"  # met: -
    # not met: incidents, bulletins, findings (ids), announced (titles of the bulletins),
    # kinds (of the findings), since
    TROUBLE = "trouble"
    ISOLATED = "isolated"  # unknown: since; our own network is gone
    # fresh
    FRESH = "fresh"  # met: readAt, limit (the age that is too old)
    # notFrozen
    NOT_FROZEN = "notFrozen"  # met: nextAt (the next freeze that is planned, or None)
    FROZEN = "frozen"  # not met: freeze (id), why, until
    FREEZE_UNCLEAR = "freezeUnclear"  # unknown: freeze (id), why
    # no data: unknown, in received, first, soaked, quiet and fresh
    NOT_WATCHED = "notWatched"  # -
    NEVER_READ = "neverRead"  # -
    NO_VERSION = "noVersion"  # received: after, by; it answers, and tells no version
    YET_TO_COME = "yetToCome"  # version, readAt: a clock was wrong
    STALE = "stale"  # version (the last one known, or None), readAt, limit
    DOWN = "down"  # version, readAt; the check that tells the version fails
    REFUSED = "refused"  # version, readAt; that check may not look any more


@dataclass(frozen=True, slots=True)
class Criterion:
    """One of six; `kind` with `facts` is its reason, `evidence_at` the evidence's moment."""

    name: CriterionName
    outcome: CriterionOutcome
    kind: ReasonKind
    facts: Mapping[str, Fact] = field(default_factory=dict)
    evidence_at: datetime | None = None


def met(
    name: CriterionName, kind: ReasonKind, evidence_at: datetime | None, **facts: Fact
) -> Criterion:
    return Criterion(name, CriterionOutcome.MET, kind, facts, evidence_at)


def not_met(
    name: CriterionName, kind: ReasonKind, evidence_at: datetime | None, **facts: Fact
) -> Criterion:
    return Criterion(name, CriterionOutcome.NOT_MET, kind, facts, evidence_at)


def unknown(
    name: CriterionName, kind: ReasonKind, evidence_at: datetime | None, **facts: Fact
) -> Criterion:
    return Criterion(name, CriterionOutcome.UNKNOWN, kind, facts, evidence_at)
