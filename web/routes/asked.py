"""What can be asked for in a body: the names and bounds of everything that is taken in."""

import re
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StringConstraints,
)
from pydantic.alias_generators import to_camel

from checks.outcome import OutcomeClass
from checks.version import readable
from monitor.domain.bulletin import Phase
from web.routes.questions import EARLIEST, LATEST

_WRITTEN = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)")
MOST_NAMES = 100
"""Environments, interfaces or lines that one body may name."""


class Asked(BaseModel):
    """Frozen, camelCase outside; what is not known is refused."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        validate_by_alias=True,
        validate_by_name=False,
        frozen=True,
        extra="forbid",
    )


def _written(value: Any) -> Any:
    """RFC 3339 only: a number could be read as seconds since 1970, and nobody means that."""
    if isinstance(value, str) and _WRITTEN.fullmatch(value):
        return value
    raise ValueError("must be a text such as 2026-07-01T12:00:00Z")


def _utc(value: datetime) -> datetime:
    return value.astimezone(UTC)


def _version(value: str) -> str:
    if readable(value) is None:
        raise ValueError("is no version; write one such as 8.6.0")
    return value


def _reportable(value: OutcomeClass) -> OutcomeClass:
    if value is OutcomeClass.OURS:
        raise ValueError("cannot be reported: ours is what only we can say of ourselves")
    return value


Moment = Annotated[
    AwareDatetime,
    BeforeValidator(_written),
    Field(ge=EARLIEST, le=LATEST, description="RFC 3339 with an offset, as 2026-07-01T12:00:00Z"),
    AfterValidator(_utc),
]
Version = Annotated[str, StringConstraints(strict=True, max_length=64), AfterValidator(_version)]
Reportable = Annotated[
    OutcomeClass,
    AfterValidator(_reportable),
    Field(description="Whatever an outside party can see; `ours` is what only we can say"),
]
Name = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=100)]
Names = Annotated[tuple[Name, ...], Field(max_length=MOST_NAMES)]
Reason = Annotated[
    str, StringConstraints(strict=True, strip_whitespace=True, min_length=1, max_length=1_000)
]
Title = Annotated[
    str, StringConstraints(strict=True, strip_whitespace=True, min_length=1, max_length=200)
]
Message = Annotated[
    str, StringConstraints(strict=True, strip_whitespace=True, min_length=1, max_length=4_000)
]
Link = Annotated[
    str,
    StringConstraints(strict=True, max_length=2_000, pattern=r"^https?://[^\s<>\"]+$"),
]


class RolloutAsked(Asked):
    """A rollout that is announced. `planned` is by environment."""

    line: Annotated[Name, Field(description="As presenteren/v8")]
    version: Version
    planned: Annotated[dict[Name, Moment], Field(max_length=MOST_NAMES)] = {}
    release_notes: Link | None = None
    content_wipe: StrictBool = False


class OverrideAsked(Asked):
    """A release manager's own answer, and why."""

    environment: Name = "prod"
    reason: Reason


class FreezeAsked(Asked):
    """Empty lists mean all. With `rrule` (RFC 5545) it comes back."""

    starts_at: Moment
    ends_at: Moment
    rrule: Annotated[str, StringConstraints(strict=True, max_length=500)] | None = None
    timezone: Annotated[str, StringConstraints(strict=True, max_length=64)] = "Europe/Amsterdam"
    environments: Names = ()
    interfaces: Names = ()
    lines: Names = ()
    reason: Reason


class MaintenanceAsked(FreezeAsked):
    """As a freeze; what it covers is in maintenance, whatever it answers."""


class MaintenanceChanged(Asked):
    """What is left out stays as it is; a `rrule` of null takes its coming back away."""

    starts_at: Moment | None = None
    ends_at: Moment | None = None
    rrule: Annotated[str, StringConstraints(strict=True, max_length=500)] | None = None
    timezone: Annotated[str, StringConstraints(strict=True, max_length=64)] | None = None
    environments: Names | None = None
    interfaces: Names | None = None
    lines: Names | None = None
    reason: Reason | None = None


class IncidentAsked(Asked):
    """An incident that an operator opens. Empty lists mean all."""

    title: Title
    environments: Names = ()
    interfaces: Names = ()
    lines: Names = ()
    phase: Phase = Phase.INVESTIGATING
    message: Message


class IncidentChanged(Asked):
    """What is left out stays as it is. How it goes on is told by an update."""

    title: Title | None = None
    environments: Names | None = None
    interfaces: Names | None = None
    lines: Names | None = None


class UpdateAsked(Asked):
    """How it is now."""

    phase: Phase
    message: Message


class ReportAsked(Asked):
    """What an outside party saw, for a check of the kind `reported`.

    `at` is when it was seen; the same `at` again is the same report. `check` names which,
    where a target has several.
    """

    line: Annotated[Name, Field(description="As presenteren/v8")]
    environment: Name
    check: Name | None = None
    at: Moment
    outcome_class: Reportable
    version: Version | None = None
    reason: Annotated[str, StringConstraints(strict=True, max_length=200)] = ""


ASKED: tuple[type[Asked], ...] = (
    RolloutAsked,
    OverrideAsked,
    FreezeAsked,
    MaintenanceAsked,
    MaintenanceChanged,
    IncidentAsked,
    IncidentChanged,
    UpdateAsked,
    ReportAsked,
)
