"""Where what runs differs from what was promised."""

from collections.abc import Mapping
from datetime import datetime

from pydantic import JsonValue

from monitor.domain.finding import FindingKind, FindingPhase, Severity
from web.views.model import View


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


class FindingStep(View):
    """How a finding was from this moment on, until the next step."""

    at: datetime
    severity: Severity
    phase: FindingPhase
    environments: tuple[str, ...]
    evidence: Mapping[str, JsonValue]


class FindingDetail(FindingView):
    """A finding with its history, oldest step first."""

    history: tuple[FindingStep, ...] = ()
