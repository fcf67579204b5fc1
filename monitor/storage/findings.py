"""Findings: how each stands, and how it came to stand so."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, insert, or_, select

from monitor.domain.finding import Finding, FindingKind
from monitor.domain.landscape import LineId
from monitor.storage.forms import finding_fields, finding_of, standing_fields
from monitor.storage.keys import replacing
from monitor.storage.newest import newest
from monitor.storage.page import Page
from monitor.storage.registers import FINDING, FINDING_CHANGE

_ORDER = FINDING.c.opened_at, FINDING.c.id


@dataclass(frozen=True, slots=True)
class Sought:
    """Which findings; what is None does not narrow."""

    open_only: bool = False
    open_at: datetime | None = None
    kind: FindingKind | None = None
    line: LineId | None = None
    environment: str | None = None


def keep(connection: Connection, findings: Sequence[Finding]) -> None:
    """Replace how they stand, and add that to their histories."""
    connection.execute(replacing(connection, FINDING), [finding_fields(one) for one in findings])
    connection.execute(
        insert(FINDING_CHANGE),
        [{"finding": one.id, **standing_fields(one)} for one in findings],
    )


def page(connection: Connection, sought: Sought, cursor: str | None, limit: int) -> Page[Finding]:
    """Newest first."""
    asked = select(FINDING).where(*_wanted(sought))
    rows, following = newest(connection, asked, _ORDER, cursor, limit)
    return Page(tuple(map(finding_of, rows)), following)


def open_ones(connection: Connection, line: LineId | None = None) -> list[Finding]:
    """Oldest first."""
    asked = select(FINDING).where(FINDING.c.resolved_at.is_(None)).order_by(*_ORDER)
    if line:
        asked = asked.where(FINDING.c.line == str(line))
    return [finding_of(row) for row in connection.execute(asked)]


def one(connection: Connection, id_: str) -> Finding | None:
    row = connection.execute(select(FINDING).where(FINDING.c.id == id_)).first()
    return finding_of(row) if row else None


def history(connection: Connection, id_: str) -> list[Finding]:
    """The finding as it stood after each change, its opening first."""
    same = FINDING.c.id, FINDING.c.key, FINDING.c.kind, FINDING.c.line, FINDING.c.opened_at
    asked = (
        select(*same, FINDING_CHANGE)
        .join(FINDING, FINDING.c.id == FINDING_CHANGE.c.finding)
        .where(FINDING_CHANGE.c.finding == id_)
        .order_by(FINDING_CHANGE.c.number)
    )
    return [finding_of(row) for row in connection.execute(asked)]


def _wanted(sought: Sought) -> Iterator[ColumnElement[bool]]:
    its = FINDING.c
    if sought.open_only:
        yield its.resolved_at.is_(None)
    if sought.open_at:
        yield its.opened_at <= sought.open_at
        yield or_(its.resolved_at.is_(None), its.resolved_at > sought.open_at)
    if sought.kind:
        yield its.kind == sought.kind.value
    if sought.line:
        yield its.line == str(sought.line)
    if sought.environment:
        yield its.environments.contains(f'"{sought.environment}"', autoescape=True)
