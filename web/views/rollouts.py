"""Each version on its way through the environments."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from checks.contract import difference
from checks.outcome import Contract
from monitor.domain.rollout import Announcement, Rollout, Stage, StageState
from web.views.findings import FindingView
from web.views.model import View
from web.views.titles import Titles


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


def rollout_view(one: Rollout, titles: Titles) -> RolloutView:
    return RolloutView(**_told(one, titles))


def rollout_detail(
    one: Rollout,
    contracts: Iterable[ContractChange],
    findings: Iterable[FindingView],
    titles: Titles,
) -> RolloutDetail:
    return RolloutDetail(**_told(one, titles), contracts=tuple(contracts), findings=tuple(findings))


def contract_change(environment: str, before: Contract, after: Contract) -> ContractChange:
    told = difference(before.canonical, after.canonical)
    return ContractChange(
        environment=environment,
        before=before.fingerprint,
        after=after.fingerprint,
        added=told.added,
        removed=told.removed,
        changed=told.changed,
    )


def _told(one: Rollout, titles: Titles) -> dict[str, Any]:
    planned = one.announced.planned if one.announced else {}
    return {
        "id": one.id,
        "line": str(one.line),
        "title": titles.of_line(one.line),
        "version": one.version,
        "opened_at": one.opened_at,
        "done_at": one.done_at,
        "announcement": _announcement(one.announced) if one.announced else None,
        "stages": tuple(
            _stage(environment, stage, planned.get(environment))
            for environment, stage in one.stages.items()
        ),
    }


def _announcement(one: Announcement) -> AnnouncementView:
    return AnnouncementView(
        at=one.at, by=one.by, release_notes=one.release_notes, content_wipe=one.content_wipe
    )


def _stage(environment: str, stage: Stage, planned: datetime | None) -> StageView:
    return StageView(
        environment=environment,
        state=stage.state,
        changed_at=stage.changed_at,
        planned=planned,
        due_at=stage.due_at,
        version_before=stage.version_before,
        arrived_after=stage.arrived_after,
        arrived_by=stage.arrived_by,
        verified_at=stage.verified_at,
        left_at=stage.left_at,
        contract_before=stage.contract_before,
        contract_after=stage.contract_after,
    )
