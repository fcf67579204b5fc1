"""The tables of drift, rollouts, the gate and who may act. Private to this room, too."""

from datetime import datetime

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, LargeBinary, Table, Text

from monitor.storage.moment import Moment
from monitor.storage.tables import METADATA

EVERY_TABLE = METADATA
"""Complete, once this module is there."""

FINDING = Table(
    "finding",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("key", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("line", Text, nullable=False),
    Column("opened_at", Moment, nullable=False, index=True),
    Column("resolved_at", Moment, index=True),  # null: open
    Column("changed_at", Moment, nullable=False),
    Column("severity", Text, nullable=False),
    Column("phase", Text, nullable=False),
    Column("environments", Text, nullable=False),  # JSON
    Column("tolerated_until", Moment),
    Column("evidence", Text, nullable=False),  # JSON
    Index(None, "line", "opened_at"),
)

FINDING_CHANGE = Table(
    "finding_change",  # only ever added to: how a finding stood after each change
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("finding", Text, ForeignKey("finding.id"), nullable=False, index=True),
    Column("changed_at", Moment, nullable=False),
    Column("resolved_at", Moment),
    Column("severity", Text, nullable=False),
    Column("phase", Text, nullable=False),
    Column("environments", Text, nullable=False),
    Column("tolerated_until", Moment),
    Column("evidence", Text, nullable=False),
)

ROLLOUT = Table(
    "rollout",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("line", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("opened_at", Moment, nullable=False, index=True),
    Column("done_at", Moment, index=True),  # null: something is awaited
    Column("memory", Text, nullable=False),  # the whole rollout, see forms.py
    Index(None, "line", "opened_at"),
)


def _planned() -> tuple[Column[str] | Column[datetime], ...]:
    """A timetable: of a freeze, of maintenance."""
    return (
        Column("id", Text, primary_key=True),
        Column("starts_at", Moment, nullable=False),
        Column("ends_at", Moment, nullable=False),
        Column("rrule", Text),
        Column("timezone", Text, nullable=False),
        Column("environments", Text, nullable=False),  # JSON, these three
        Column("interfaces", Text, nullable=False),
        Column("lines", Text, nullable=False),
        Column("reason", Text, nullable=False),
        Column("withdrawn_at", Moment),  # null: it counts
    )


FREEZE = Table("freeze", METADATA, *_planned())

MAINTENANCE = Table("maintenance", METADATA, *_planned())

BULLETIN = Table(
    "bulletin",  # an incident that an operator opened
    METADATA,
    Column("id", Text, primary_key=True),
    Column("title", Text, nullable=False),
    Column("environments", Text, nullable=False),  # JSON, these three
    Column("interfaces", Text, nullable=False),
    Column("lines", Text, nullable=False),
    Column("opened_at", Moment, nullable=False, index=True),
    Column("changed_at", Moment, nullable=False),
    Column("phase", Text, nullable=False),
    Column("resolved_at", Moment, index=True),  # null: open
)

INCIDENT_UPDATE = Table(
    "incident_update",  # only ever added to; of an incident, or of a bulletin
    METADATA,
    Column("incident", Text, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("phase", Text, nullable=False),
    Column("message", Text, nullable=False),
)

OVERRIDE = Table(
    "override",  # only ever added to
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("line", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("environment", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("by", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("decision", Text, nullable=False),
    Column("objections", Text, nullable=False),  # JSON
    Index(None, "line", "environment"),
)

TOLD_GATE = Table(
    "told_gate",  # what was last told of each gate that somebody waits for
    METADATA,
    Column("line", Text, primary_key=True),
    Column("version", Text, primary_key=True),
    Column("environment", Text, primary_key=True),
    Column("is_open", Boolean, nullable=False),
    Column("turn", Integer, nullable=False),  # how often it turned; part of the event's key
    Column("at", Moment, nullable=False),
)

ACT = Table(
    "act",  # only ever added to
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("who", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("facts", Text, nullable=False),  # JSON
    Index(None, "subject"),
)

TOKEN = Table(
    "token",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False),  # SHA-256 of the secret
    Column("scopes", Text, nullable=False),  # JSON
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment),
    Column("revoked_at", Moment),
    Column("last_used_at", Moment),
)

IDEMPOTENCY = Table(
    "idempotency",
    METADATA,
    Column("purpose", Text, primary_key=True),
    Column("key", Text, primary_key=True),  # as the client gave it
    Column("digest", LargeBinary, nullable=False),  # of what was asked with it
    Column("answer", Text, nullable=False),  # the id of what came of it
    Column("at", Moment, nullable=False),
)
