"""Keep what is said of an upload as sentences to be translated; until then they were texts in English."""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "ALTER TABLE sessions ALTER warnings DROP DEFAULT, ALTER warnings TYPE jsonb USING to_jsonb(warnings),"
        " ALTER warnings SET DEFAULT '[]'"
    )
