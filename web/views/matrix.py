"""Which version ran where at a moment: the wall of any past day."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Self

from checks.version import Order, compare
from monitor.domain.finding import Finding
from monitor.domain.landscape import Chain, Landscape, LineId, TargetId
from monitor.domain.sighting import Sighting
from web.views.findings import FindingView, finding_view
from web.views.model import View
from web.views.titles import Titles


class MatrixCell(View):
    """What was settled in an environment; `served` None: nothing had settled yet."""

    environment: str
    served: bool | None = None
    version: str | None = None
    fingerprint: str | None = None
    arrived_after: datetime | None = None
    arrived_by: datetime | None = None


class MatrixRow(View):
    """`agree`: all that told a version told the same one; None: fewer than two did."""

    line: str
    title: str
    interface: str
    chain: Chain
    cells: tuple[MatrixCell, ...]
    agree: bool | None
    findings: tuple[FindingView, ...]  # those that were open at that moment


class MatrixView(View):
    """In the order of the catalogue of today; what left it is left out."""

    at: datetime
    environments: tuple[str, ...]
    items: tuple[MatrixRow, ...]
    next: str | None = None

    def narrowed(self, line: str | None, environment: str | None) -> Self:
        """Only this line, and only this environment, where one is named."""
        if line is None and environment is None:
            return self
        items = tuple(
            one.model_copy(
                update={
                    "cells": tuple(
                        cell for cell in one.cells if environment in {None, cell.environment}
                    )
                }
            )
            for one in self.items
            if line in {None, one.line}
        )
        shown = tuple(one for one in self.environments if environment in {None, one})
        return self.model_copy(update={"items": items, "environments": shown})


def matrix_view(
    landscape: Landscape,
    at: datetime,
    settled: Mapping[TargetId, Sighting],
    findings: Iterable[Finding],
    titles: Titles,
) -> MatrixView:
    environments = tuple(one.id for one in landscape.environments)
    open_then: dict[LineId, list[Finding]] = defaultdict(list)
    for one in findings:
        open_then[one.line].append(one)
    return MatrixView(
        at=at,
        environments=environments,
        items=tuple(
            _row(
                line,
                environments,
                settled,
                chain=interface.chain,
                findings=open_then[line],
                titles=titles,
            )
            for interface in landscape.interfaces
            for line in (one.id for one in interface.lines)
        ),
    )


def _row(
    line: LineId,
    environments: Sequence[str],
    settled: Mapping[TargetId, Sighting],
    *,
    chain: Chain,
    findings: Sequence[Finding],
    titles: Titles,
) -> MatrixRow:
    cells = tuple(_cell(one, settled.get(TargetId(line, one))) for one in environments)
    return MatrixRow(
        line=str(line),
        title=titles.of_line(line),
        interface=line.interface,
        chain=chain,
        cells=cells,
        agree=_agree([one.version for one in cells if one.version]),
        findings=tuple(finding_view(one, titles) for one in findings),
    )


def _cell(environment: str, run: Sighting | None) -> MatrixCell:
    if run is None:
        return MatrixCell(environment=environment)
    return MatrixCell(
        environment=environment,
        served=run.seen.served,
        version=run.seen.version,
        fingerprint=run.seen.fingerprint,
        arrived_after=run.after,
        arrived_by=run.by,
    )


def _agree(versions: Sequence[str]) -> bool | None:
    if not versions[1:]:
        return None
    return all(compare(versions[0], other) is Order.SAME for other in versions[1:])
