"""What people have worked on, kept for a month for whoever wants to know what is left of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "filmographies",
        sa.Column("person_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("credits", postgresql.JSONB(), nullable=False),
        sa.Column("listed", sa.Integer(), nullable=False),
        sa.Column("fetched_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("person_id", name="pk_filmographies"),
    )
    op.create_index("ix_filmographies_fetched_at", "filmographies", ["fetched_at"])
