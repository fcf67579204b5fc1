"""What an opening and its resolving share."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("event", sa.Column("story", sa.Text(), server_default="", nullable=False))
    op.create_index("ix_event_story", "event", ["story"])
