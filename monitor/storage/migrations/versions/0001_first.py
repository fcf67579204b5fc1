"""The first form of the tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "contract",
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("first_seen", sa.BigInteger(), nullable=False),
        sa.Column("canonical", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("fingerprint", name="pk_contract"),
    )
    op.create_table(
        "event",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_event"),
        sa.UniqueConstraint("key", name="uq_event_key"),
    )
    op.create_table(
        "incident",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("resolved_at", sa.BigInteger(), nullable=True),
        sa.Column("parent", sa.Text(), nullable=True),
        sa.Column("told", sa.Boolean(), nullable=False),
        sa.Column("held_from", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_incident"),
    )
    op.create_index("ix_incident_opened_at", "incident", ["opened_at"])
    op.create_index("ix_incident_resolved_at", "incident", ["resolved_at"])
    op.create_table(
        "installation",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("rolled_until", sa.BigInteger(), nullable=True),
        sa.Column("pruned_until", sa.BigInteger(), nullable=True),
        sa.Column("hours_pruned_until", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_installation"),
    )
    op.create_table(
        "target",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("environment", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_target"),
        sa.UniqueConstraint("id", name="uq_target_id"),
    )
    op.create_index("ix_target_line", "target", ["line"])
    op.create_table(
        "check_of_target",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("target_key", sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["target_key"], ["target.key"], name="fk_check_of_target_target_key_target"
        ),
        sa.PrimaryKeyConstraint("key", name="pk_check_of_target"),
        sa.UniqueConstraint("id", name="uq_check_of_target_id"),
    )
    op.create_index("ix_check_of_target_target_key", "check_of_target", ["target_key"])
    op.create_table(
        "rollup_day",
        sa.Column("target_key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("up", sa.BigInteger(), nullable=False),
        sa.Column("degraded", sa.BigInteger(), nullable=False),
        sa.Column("down", sa.BigInteger(), nullable=False),
        sa.Column("maintenance", sa.BigInteger(), nullable=False),
        sa.Column("unknown", sa.BigInteger(), nullable=False),
        sa.Column("absent", sa.BigInteger(), nullable=False),
        sa.Column("probes", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("times", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["target_key"], ["target.key"], name="fk_rollup_day_target_key_target"
        ),
        sa.PrimaryKeyConstraint("target_key", "day", name="pk_rollup_day"),
    )
    op.create_index("ix_rollup_day_day", "rollup_day", ["day"])
    op.create_table(
        "rollup_hour",
        sa.Column("target_key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("start", sa.BigInteger(), nullable=False),
        sa.Column("up", sa.BigInteger(), nullable=False),
        sa.Column("degraded", sa.BigInteger(), nullable=False),
        sa.Column("down", sa.BigInteger(), nullable=False),
        sa.Column("maintenance", sa.BigInteger(), nullable=False),
        sa.Column("unknown", sa.BigInteger(), nullable=False),
        sa.Column("absent", sa.BigInteger(), nullable=False),
        sa.Column("probes", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("times", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["target_key"], ["target.key"], name="fk_rollup_hour_target_key_target"
        ),
        sa.PrimaryKeyConstraint("target_key", "start", name="pk_rollup_hour"),
    )
    op.create_index("ix_rollup_hour_start", "rollup_hour", ["start"])
    op.create_table(
        "sighting",
        sa.Column("target_key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("by", sa.BigInteger(), nullable=False),
        sa.Column("after", sa.BigInteger(), nullable=True),
        sa.Column("served", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Text(), nullable=True),
        sa.Column("fingerprint", sa.Text(), nullable=True),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.Column("readings", sa.Integer(), nullable=False),
        sa.Column("settled", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["target_key"], ["target.key"], name="fk_sighting_target_key_target"
        ),
        sa.PrimaryKeyConstraint("target_key", "by", name="pk_sighting"),
    )
    op.create_table(
        "state_span",
        sa.Column("target_key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["target_key"], ["target.key"], name="fk_state_span_target_key_target"
        ),
        sa.PrimaryKeyConstraint("target_key", "since", name="pk_state_span"),
    )
    op.create_table(
        "target_standing",
        sa.Column("target_key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=True),
        sa.Column("last_at", sa.BigInteger(), nullable=True),
        sa.Column("memory", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["target_key"], ["target.key"], name="fk_target_standing_target_key_target"
        ),
        sa.PrimaryKeyConstraint("target_key", name="pk_target_standing"),
    )
    op.create_table(
        "missed",
        sa.Column("check_key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("first", sa.BigInteger(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["check_key"], ["check_of_target.key"], name="fk_missed_check_key_check_of_target"
        ),
        sa.PrimaryKeyConstraint("check_key", "first", name="pk_missed"),
    )
    op.create_table(
        "observation",
        sa.Column("check_key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("slot", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("outcome_class", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("reading", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=True),
        sa.Column("fingerprint", sa.Text(), nullable=True),
        sa.Column("dns", sa.Float(), nullable=True),
        sa.Column("connect", sa.Float(), nullable=True),
        sa.Column("tls", sa.Float(), nullable=True),
        sa.Column("first_byte", sa.Float(), nullable=True),
        sa.Column("body", sa.Float(), nullable=True),
        sa.Column("total", sa.Float(), nullable=True),
        sa.Column("bucket", sa.SmallInteger(), nullable=True),
        sa.Column("retry_after", sa.Float(), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=True),
        sa.Column("trace", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["check_key"], ["check_of_target.key"], name="fk_observation_check_key_check_of_target"
        ),
        sa.PrimaryKeyConstraint("check_key", "slot", name="pk_observation"),
    )
    op.create_index("ix_observation_slot", "observation", ["slot"])
