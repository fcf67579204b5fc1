"""What the drift rules found: a difference with its evidence, opened once and resolved once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Self, TypeAlias

from monitor.domain.landscape import LineId

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"
"""What evidence is made of: lists, dicts with text keys, and plain values."""


class FindingKind(StrEnum):
    """The values are the API's; the rules are semantics.md, section 4."""

    ORDER_BROKEN = "order-broken"
    LAG = "lag"
    DIFFERS = "differs"
    CONTRACT_DIFFERS = "contract-differs"
    CONTRACT_CHANGED = "contract-changed"
    MISSING = "missing"
    NOT_RETIRED = "not-retired"
    EARLY = "early"
    ROLLED_BACK = "rolled-back"
    MIXED = "mixed"


class Severity(StrEnum):
    CRITICAL = "critical"
    WARNING = "warning"
    INFO = "info"


class FindingPhase(StrEnum):
    """`rollingOut` and `overdue` are of `lag` and `differs` only."""

    ROLLING_OUT = "rollingOut"  # tolerated, until `tolerated_until`
    OVERDUE = "overdue"
    OPEN = "open"
    RESOLVED = "resolved"


OF_THE_LINE = frozenset({FindingKind.LAG, FindingKind.DIFFERS, FindingKind.CONTRACT_DIFFERS})
"""Kinds whose environments may change while they are open (semantics.md, section 4)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One difference, from its opening on.

    `evidence` is data that JSON can hold, its keys in the manner of the API; words are made
    from it elsewhere. Of every kind it holds `readings`: what was read where, each
    `{environment, served, version, fingerprint, arrivedAfter, arrivedBy}`. A resolved one
    also holds `ended`: `{because, readings}`.
    """

    id: str  # the key and the opening; needs no escaping in a URL
    key: str  # the stable identity: the same difference has it again when it comes back
    kind: FindingKind
    severity: Severity
    phase: FindingPhase
    line: LineId
    environments: tuple[str, ...]  # in the order of the catalogue
    opened_at: datetime
    tolerated_until: datetime | None
    resolved_at: datetime | None
    evidence: Mapping[str, Json]
    changed_at: datetime

    @property
    def is_open(self) -> bool:
        return self.resolved_at is None

    @property
    def contracts(self) -> tuple[str, str] | None:
        """The fingerprints whose documents `paths` tells the difference of, older first.

        None where the finding is not about contracts, or holds `paths` already.
        """
        before, after = self.evidence.get("before"), self.evidence.get("after")
        if "paths" in self.evidence or not (isinstance(before, str) and isinstance(after, str)):
            return None
        return before, after

    def with_paths(self, paths: Mapping[str, Json]) -> Self:
        """The finding with what was `added`, `removed` and `changed` in the contract."""
        return replace(self, evidence={**self.evidence, "paths": paths})


def finding_key(line: LineId, kind: FindingKind, environments: Sequence[str]) -> str:
    """`presenteren~v8~lag`, or `presenteren~v8~order-broken~lto~prod`.

    Names in the catalogue hold no tilde, and a URL takes a tilde as it is.
    """
    where = () if kind in OF_THE_LINE else environments
    return "~".join((line.interface, line.line, kind.value, *where))


def finding_id(key: str, opened_at: datetime) -> str:
    return f"{key}~{_stamp(opened_at)}"


@lru_cache(maxsize=256)  # many lines change at the same moment
def _stamp(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%S.%fZ}"
