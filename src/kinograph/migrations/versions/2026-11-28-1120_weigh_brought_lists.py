"""How many bytes the lists took that owners sent, as their quotas count them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("film_lists", sa.Column("sent_bytes", sa.Integer(), server_default="0", nullable=False))
