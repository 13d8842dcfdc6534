"""When everything of a deleted account goes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("owners", sa.Column("leaves_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_owners_leaves_at", "owners", ["leaves_at"], postgresql_where="leaves_at IS NOT NULL")
