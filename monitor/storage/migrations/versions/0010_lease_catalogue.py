"""By which catalogue whoever leads works."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
additive = True


def upgrade() -> None:
    op.add_column("lease", sa.Column("catalogue", sa.Text(), nullable=True))
