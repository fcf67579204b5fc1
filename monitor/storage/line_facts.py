"""All that a gate of one line is decided on, in one short read."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, or_, select

from monitor.domain.bulletin import Bulletin
from monitor.domain.finding import Finding
from monitor.domain.freeze import Freeze
from monitor.domain.gate import Override
from monitor.domain.incident import Incident, IncidentKind
from monitor.domain.landscape import LineId
from monitor.domain.rollout import Rollout
from monitor.domain.standing import TargetStanding
from monitor.storage import bulletins, deeds, findings, memory, rollouts
from monitor.storage.codec import incident_of
from monitor.storage.engine import Transaction
from monitor.storage.tables import INCIDENT, TARGET


@dataclass(frozen=True, slots=True)
class LineFacts:
    """As of one moment. What does not say of which line it is, is of all of them."""

    standings: Mapping[str, TargetStanding]  # by environment
    findings: tuple[Finding, ...]  # open ones of the line
    incidents: tuple[Incident, ...]  # open ones: of its targets, of environments, our own
    bulletins: tuple[Bulletin, ...]  # open incidents of operators, of whatever
    rollouts: tuple[Rollout, ...]  # of which something is awaited
    freezes: tuple[Freeze, ...]  # not withdrawn; some may be over, some are yet to come
    overrides: tuple[Override, ...]  # newest first


def line_facts(connection: Connection, tx: Transaction, line: LineId) -> LineFacts:
    standings = memory.every(connection, tx, TARGET.c.line == str(line))
    return LineFacts(
        standings={one.target.environment: one for one in standings},
        findings=tuple(findings.open_ones(connection, line)),
        incidents=_incidents(connection, line),
        bulletins=tuple(bulletins.open_ones(connection)),
        rollouts=tuple(rollouts.open_ones(connection, line)),
        freezes=tuple(deeds.freezes(connection)),
        overrides=tuple(deeds.overrides(connection, line)),
    )


def _incidents(connection: Connection, line: LineId) -> tuple[Incident, ...]:
    its = INCIDENT.c
    concerned = or_(
        its.kind != IncidentKind.TARGET.value, its.subject.startswith(f"{line}@", autoescape=True)
    )
    asked = select(INCIDENT).where(its.resolved_at.is_(None), concerned)
    return tuple(map(incident_of, connection.execute(asked.order_by(its.opened_at, its.id))))
