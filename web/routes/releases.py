"""What pages and the API say of findings, rollouts and promises, read in one transaction."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any, TypeVar

from fastapi import Depends, HTTPException

from monitor.bootstrap import Monitor
from monitor.desk.asking import Written, answer
from monitor.desk.order import order_record
from monitor.domain.finding import Finding
from monitor.domain.gate import GateQuestionError
from monitor.domain.landscape import LineId
from monitor.domain.rollout import Rollout
from monitor.storage.page import BadCursor
from monitor.storage.queries import Queries
from web.context import Now, Tongue, Watched
from web.routes.questions import line_of, name_faults
from web.routes.release_questions import FindingsQuestion, OrderRecordQuestion, RolloutsQuestion
from web.views.findings import FindingDetail, FindingPage, finding_detail, finding_view
from web.views.freezes import FreezePage, freeze_view
from web.views.gate import GateView, gate_view
from web.views.life_cycles import LifeCyclesView, life_cycles_view
from web.views.order_record import OrderRecordView, order_entry_view
from web.views.problem import BodyLocation, Fault, Invalid, fault, path_fault
from web.views.rollouts import (
    ContractChange,
    RolloutDetail,
    RolloutPage,
    contract_change,
    rollout_detail,
    rollout_view,
)
from web.views.titles import Titles
from web.words.language import Language
from web.words.moments import AMSTERDAM

T = TypeVar("T")
ANSWERED_LATELY = timedelta(days=2)
"""What an older answer says of the end of its version is not told any more."""


class Releases:
    """Everything that one answer says is of one moment, in one language."""

    def __init__(self, monitor: Monitor, language: Language, now: datetime) -> None:
        self._monitor = monitor
        self._titles = Titles(monitor.board.landscape, language)
        self._now = now

    async def findings(self, question: FindingsQuestion) -> FindingPage:
        faults, line = self._asked(question.line, question.model_dump())
        async with self._monitor.database.read() as tx:
            try:
                page = await Queries(tx).findings(
                    open_only=question.state == "open",
                    open_at=question.at,
                    kind=question.kind,
                    line=line,
                    environment=question.environment,
                    cursor=question.cursor,
                    limit=question.limit,
                )
            except BadCursor as bad:
                raise Invalid([*faults, _bad(bad)]) from bad
        _or_invalid(page.items, faults)
        return FindingPage(
            items=tuple(finding_view(one, self._titles) for one in page.items), next=page.next
        )

    async def finding(self, id_: str) -> FindingDetail:
        async with self._monitor.database.read() as tx:
            queries = Queries(tx)
            found = await queries.finding(_sent(id_))
            history = await queries.finding_history(id_) if found else []
        if found is None:
            raise HTTPException(404, "There is no finding of that name; ask /findings.")
        return finding_detail(found, history, self._titles)

    async def rollouts(self, question: RolloutsQuestion) -> RolloutPage:
        faults, line = self._asked(question.line, question.model_dump())
        async with self._monitor.database.read() as tx:
            try:
                page = await Queries(tx).rollouts(
                    line,
                    open_only=question.state == "open",
                    cursor=question.cursor,
                    limit=question.limit,
                )
            except BadCursor as bad:
                raise Invalid([*faults, _bad(bad)]) from bad
        _or_invalid(page.items, faults)
        return RolloutPage(
            items=tuple(rollout_view(one, self._titles) for one in page.items), next=page.next
        )

    async def rollout(self, id_: str) -> RolloutDetail:
        async with self._monitor.database.read() as tx:
            queries = Queries(tx)
            found = await queries.rollout(_sent(id_))
            if found is None:
                raise HTTPException(404, "There is no rollout of that name; ask /rollouts.")
            contracts = [one async for one in _contract_changes(queries, found)]
            page = await queries.findings(line=found.line, limit=500)
        findings = [finding_view(one, self._titles) for one in page.items if _during(found, one)]
        return rollout_detail(found, contracts, findings, self._titles)

    async def gate(self, interface: str, line: str, version: str, environment: str) -> GateView:
        monitor = self._monitor
        try:
            written = Written(f"{interface}/{line}", version, environment)
            answered = await answer(monitor.database, monitor.board.landscape, written, self._now)
        except GateQuestionError as error:
            raise misasked_gate(error) from error
        return gate_view(answered, self._titles)

    async def order_record(self, question: OrderRecordQuestion) -> OrderRecordView:
        faults, line = self._asked(question.line, question.model_dump())
        entries = await order_record(self._monitor.database, self._monitor.board.landscape, line)
        _or_invalid(entries, faults)
        return OrderRecordView(
            items=tuple(
                order_entry_view(one, self._titles)
                for one in entries
                if question.since is None or (one.prod.by and one.prod.by >= question.since)
            )
        )

    async def freezes(self) -> FreezePage:
        async with self._monitor.database.read() as tx:
            found = await Queries(tx).freezes()
        return FreezePage(items=tuple(freeze_view(one, self._now) for one in found))

    async def life_cycles(self) -> LifeCyclesView:
        today = self._now.astimezone(AMSTERDAM).date()
        async with self._monitor.database.read() as tx:
            carried = await Queries(tx).evidence(self._now - ANSWERED_LATELY)
        return life_cycles_view(self._monitor.board.landscape, today, self._titles, carried)

    def _asked(
        self, line: str | None, asked: Mapping[str, Any]
    ) -> tuple[tuple[Fault, ...], LineId | None]:
        """The line that is asked for, and which names are unknown."""
        faults = tuple(name_faults(asked, self._monitor.board.landscape))
        found = line_of(line)
        if line and found is None:
            raise Invalid(faults)
        return faults, found


def misasked_gate(error: GateQuestionError, environment_at: BodyLocation | None = None) -> Invalid:
    """A question about the gate that is wrong: of the path, but for the environment."""
    detail = f"{str(error)[:1].upper()}{str(error)[1:]}."
    if error.about != "environment":
        return Invalid([path_fault(error.about, "question", detail)])
    if environment_at is None:
        return Invalid([fault(error.about, "question", detail)])
    return Invalid([Fault(in_="body", location=environment_at, code="question", detail=detail)])


def _sent(id_: str) -> str:
    """An id that can be looked up: PostgreSQL takes no NUL in a text."""
    return id_.replace("\0", "\N{REPLACEMENT CHARACTER}")


async def _contract_changes(queries: Queries, rollout: Rollout) -> AsyncIterator[ContractChange]:
    for environment, stage in rollout.stages.items():
        before, after = stage.contract_before, stage.contract_after
        if before and after and before != after:
            old, new = await queries.contract(before), await queries.contract(after)
            if old and new:
                yield contract_change(environment, old, new)


def _during(rollout: Rollout, finding: Finding) -> bool:
    """Whether a finding opened while the rollout was on its way."""
    return finding.opened_at >= rollout.opened_at and (
        rollout.done_at is None or finding.opened_at <= rollout.done_at
    )


def _bad(cursor: BadCursor) -> Fault:
    return fault("cursor", "unknown", f"cursor: {cursor}.")


def _or_invalid(found: Sequence[T], faults: tuple[Fault, ...]) -> None:
    """What left the catalogue may be asked after while something is known of it."""
    if faults and not found:
        raise Invalid(faults)


async def releases(monitor: Watched, now: Now, language: Tongue) -> Releases:
    return Releases(monitor, language, now)


Told = Annotated[Releases, Depends(releases)]
