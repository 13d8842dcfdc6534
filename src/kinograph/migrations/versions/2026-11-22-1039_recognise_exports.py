"""Recognise an export sent again, and the newer one of the same member."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sessions", sa.Column("fingerprint", sa.LargeBinary(), nullable=True))
    op.add_column("sessions", sa.Column("made_at", postgresql.TIMESTAMP(timezone=True), nullable=True))
    op.add_column("sessions", sa.Column("predecessor_id", sa.Uuid(), nullable=True))
    op.create_index("ix_sessions_predecessor_id", "sessions", ["predecessor_id"], unique=False)
    op.create_unique_constraint(op.f("uq_sessions_owner_id_fingerprint"), "sessions", ["owner_id", "fingerprint"])
    op.create_foreign_key(
        op.f("fk_sessions_predecessor_id"), "sessions", "sessions", ["predecessor_id"], ["id"], ondelete="SET NULL"
    )
