"""Nothing ever told why an upload had failed: one that cannot be read leaves no session."""

from __future__ import annotations

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_column("sessions", "failure_reason")
