"""The arrival of one version of one line in the environments (semantics.md, section 5)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from monitor.domain.landscape import LineId


class StageState(StrEnum):
    """The values are the API's."""

    PLANNED = "planned"  # awaited, with or without a date
    ARRIVED = "arrived"
    VERIFIED = "verified"  # up for the whole soak since
    OVERDUE = "overdue"
    SKIPPED = "skipped"  # a newer version arrived first
    ROLLED_BACK = "rolledBack"


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """What KATO's pipeline or a release manager told us. Told again, the newest counts."""

    at: datetime
    by: str
    key: str  # given by the client: the same key twice is one announcement
    planned: Mapping[str, datetime] = field(default_factory=dict)  # by environment
    release_notes: str | None = None  # a link
    content_wipe: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """How far a rollout is in one environment. It arrived in `(arrived_after, arrived_by]`."""

    state: StageState = StageState.PLANNED
    changed_at: datetime | None = None  # since when it is in this state
    due_at: datetime | None = None  # planned, or the first arrival elsewhere and the grace
    version_before: str | None = None
    arrived_after: datetime | None = None  # None beside an arrival: unbounded
    arrived_by: datetime | None = None
    verified_at: datetime | None = None
    left_at: datetime | None = None  # another version took its place
    contract_before: str | None = None  # fingerprints
    contract_after: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollout:
    """One per version of a line; `done_at`: nothing more is awaited anywhere."""

    id: str  # see `rollout_id`
    line: LineId
    version: str
    opened_at: datetime
    announced: Announcement | None = None
    stages: Mapping[str, Stage] = field(default_factory=dict)  # in environment order
    done_at: datetime | None = None


def rollout_id(line: LineId, version: str) -> str:
    """Stable, and one segment of a URL."""
    return f"{line.interface}~{line.line}~{version}"
