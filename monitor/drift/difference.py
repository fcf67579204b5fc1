"""A difference as one look shows it, before it is known whether that is news."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

from monitor.domain.finding import Finding, FindingKind, Json, Severity, finding_key
from monitor.domain.landscape import LineId

NO_ASIDES: Mapping[str, Json] = MappingProxyType({})

Known = Mapping[str, Finding]
"""The open findings of one line, by key."""


class Difference(NamedTuple):
    """`evidence` is what makes it this difference: it may not tell of single readings.

    `asides` are told with it and do not count when two are compared, because they differ
    from look to look. One that is `past` can be seen to have been, and is no more.
    """

    line: LineId
    kind: FindingKind
    severity: Severity
    environments: tuple[str, ...]
    evidence: Mapping[str, Json]
    asides: Mapping[str, Json] = NO_ASIDES
    tolerated_until: datetime | None = None
    past: bool = False

    @property
    def key(self) -> str:
        return finding_key(self.line, self.kind, self.environments)
