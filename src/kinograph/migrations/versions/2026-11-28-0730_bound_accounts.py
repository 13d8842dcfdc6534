"""How much an account may hold, and whom an invitation is for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("owners", sa.Column("quota_exports", sa.Integer(), nullable=True))
    op.add_column("owners", sa.Column("quota_mb", sa.Integer(), nullable=True))
    op.add_column("invitations", sa.Column("note", sa.Text(), nullable=True))
