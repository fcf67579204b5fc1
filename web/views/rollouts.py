"""Each version on its way through the environments."""

from datetime import datetime

from monitor.domain.rollout import StageState
from web.views.findings import FindingView
from web.views.model import View


class StageView(View):
    """A rollout in one environment; it arrived after `arrivedAfter`, by `arrivedBy`.

    `planned` is what was announced, `dueAt` when it becomes overdue; `leftAt`: a newer
    version took its place.
    """

    environment: str
    state: StageState
    changed_at: datetime | None
    planned: datetime | None
    due_at: datetime | None
    version_before: str | None
    arrived_after: datetime | None
    arrived_by: datetime | None
    verified_at: datetime | None
    left_at: datetime | None
    contract_before: str | None
    contract_after: str | None


class AnnouncementView(View):
    """What was told of a rollout beforehand, or later, by whom."""

    at: datetime
    by: str
    release_notes: str | None
    content_wipe: bool


class RolloutView(View):
    """`announcement` None: nobody announced it, it was inferred from what was seen."""

    id: str
    line: str
    title: str
    version: str
    opened_at: datetime
    done_at: datetime | None
    announcement: AnnouncementView | None
    stages: tuple[StageView, ...]


class RolloutPage(View):
    items: tuple[RolloutView, ...]
    next: str | None = None


class ContractChange(View):
    """What an arrival changed in the contract of one environment, path by path."""

    environment: str
    before: str
    after: str
    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]


class RolloutDetail(RolloutView):
    """A rollout with what it changed, and what went wrong on the way."""

    contracts: tuple[ContractChange, ...] = ()
    findings: tuple[FindingView, ...] = ()
