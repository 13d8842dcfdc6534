"""Links with a scope, the visits to them, and sessions that only such links lead into."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
TEXTS = postgresql.ARRAY(sa.Text())


def upgrade() -> None:
    op.add_column("sessions", sa.Column("closed_at", MOMENT, nullable=True))
    op.create_table(
        "shares",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("pages", TEXTS, nullable=False),
        sa.Column("filters", sa.Text(), nullable=False),
        sa.Column("shows", TEXTS, nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("created_at", MOMENT, server_default=sa.func.now(), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=True),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["owners.id"], name="fk_shares_owner_id_owners", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name="fk_shares_session_id_sessions", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_shares"),
        sa.UniqueConstraint("token", name="uq_shares_token"),
    )
    op.create_index("ix_shares_owner_id", "shares", ["owner_id"])
    op.create_index("ix_shares_session_id", "shares", ["session_id"])
    op.create_table(
        "share_visits",
        sa.Column("share_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("visits", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["share_id"], ["shares.id"], name="fk_share_visits_share_id_shares", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("share_id", "day", name="pk_share_visits"),
    )
    op.create_table(
        "share_attempts",
        sa.Column("share_id", sa.BigInteger(), nullable=False),
        sa.Column("sender", sa.LargeBinary(), nullable=False),
        sa.Column("began_at", MOMENT, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["share_id"], ["shares.id"], name="fk_share_attempts_share_id_shares", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("share_id", "sender", name="pk_share_attempts"),
    )
