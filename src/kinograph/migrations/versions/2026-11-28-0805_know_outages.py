"""Let the worker say that TMDB does not answer."""

from __future__ import annotations

from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_constraint(op.f("ck_tmdb_state_key_state"), "tmdb_state", type_="check")
    op.create_check_constraint(
        op.f("ck_tmdb_state_key_state"), "tmdb_state", "key_state IN ('ok', 'no_key', 'bad_key', 'away')"
    )
