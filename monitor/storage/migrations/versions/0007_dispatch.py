"""What is asked from other locations: how far it was dispatched, and the queue itself."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.util import await_only

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "dispatch",
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("catalogue", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("location", name="pk_dispatch"),
    )
    bind = op.get_bind()
    if bind.dialect.name == "postgresql":
        # not above: SQLite has no queue, and what it is made of takes 13 MB
        from procrastinate.schema import SchemaManager  # noqa: PLC0415

        # Procrastinate's own script; many statements at once, which only the driver takes
        await_only(bind.connection.driver_connection.execute(SchemaManager.get_schema()))
