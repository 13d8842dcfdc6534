"""What is new in an export since the one before, once it has been counted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "counted_changes",
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("older_id", sa.Uuid(), nullable=False),
        sa.Column("read_at", MOMENT, nullable=True),
        sa.Column("older_read_at", MOMENT, nullable=True),
        sa.Column("counter", sa.SmallInteger(), nullable=False),
        sa.Column("counts", postgresql.JSONB(), nullable=True),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name="fk_counted_changes_session_id_sessions", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["older_id"], ["sessions.id"], name="fk_counted_changes_older_id_sessions", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("session_id", name="pk_counted_changes"),
    )
    op.create_index("ix_counted_changes_older_id", "counted_changes", ["older_id"])
