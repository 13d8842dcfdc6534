"""Tell corrections that came with a file, which are no votes, from those made by hand."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("by_file", "wanted_by_file"):
        op.add_column("repairs", sa.Column(name, sa.Boolean(), server_default=sa.false(), nullable=False))
