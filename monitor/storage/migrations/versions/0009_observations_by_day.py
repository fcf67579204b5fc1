"""Observations know who led when they were written; on PostgreSQL each day is a table."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
additive = True

DAY = 86_400_000_000
AHEAD = 7

BY_DAY = (
    "ALTER TABLE observation RENAME TO observation_whole",
    "ALTER TABLE observation_whole RENAME CONSTRAINT pk_observation TO pk_observation_whole",
    "ALTER INDEX ix_observation_slot RENAME TO ix_observation_whole_slot",
    "CREATE TABLE observation (LIKE observation_whole) PARTITION BY RANGE (slot)",
    """ALTER TABLE observation ADD COLUMN epoch integer
    DEFAULT nullif(current_setting('ketenwacht.epoch', true), '')::integer""",
    "ALTER TABLE observation ADD CONSTRAINT pk_observation PRIMARY KEY (check_key, slot)",
    """ALTER TABLE observation ADD CONSTRAINT fk_observation_check_key_check_of_target
    FOREIGN KEY (check_key) REFERENCES check_of_target (key)""",
    "CREATE INDEX ix_observation_slot ON observation (slot)",
    "CREATE TABLE observation_rest PARTITION OF observation DEFAULT",
)
EVERY_DAY = f"""
    SELECT DISTINCT slot / {DAY} FROM observation_whole
    UNION
    SELECT generate_series(today, today + {AHEAD}) FROM
    (SELECT floor(extract(epoch FROM clock_timestamp()) / 86400)::bigint AS today) AS clock
"""  # noqa: S608  numbers of our own
NAME = "SELECT to_char(timestamp 'epoch' + make_interval(days => {day}), 'YYYYMMDD')"


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name != "postgresql":
        op.add_column("observation", sa.Column("epoch", sa.Integer(), nullable=True))
        return
    columns = ", ".join(
        f'"{column["name"]}"' for column in sa.inspect(connection).get_columns("observation")
    )
    for statement in BY_DAY:
        op.execute(statement)
    for day in sorted(connection.execute(sa.text(EVERY_DAY)).scalars()):
        name = connection.execute(sa.text(NAME.format(day=day))).scalar_one()
        op.execute(
            f"CREATE TABLE observation_{name} PARTITION OF observation "
            f"FOR VALUES FROM ({day * DAY}) TO ({(day + 1) * DAY})"
        )
    op.execute(
        f"INSERT INTO observation ({columns}) SELECT {columns} FROM observation_whole"  # noqa: S608
    )
    op.execute("DROP TABLE observation_whole")
