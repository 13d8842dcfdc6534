"""Lists of films that are no part of an export."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "film_lists",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("brought_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["owners.id"], name="fk_film_lists_owner_id_owners", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_film_lists"),
        sa.UniqueConstraint("owner_id", "name", name="uq_film_lists_owner_id_name", postgresql_nulls_not_distinct=True),
    )
    op.create_table(
        "film_list_entries",
        sa.Column("list_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("film_id", sa.BigInteger(), nullable=False),
        sa.Column("imdb_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["list_id"], ["film_lists.id"], name="fk_film_list_entries_list_id_film_lists", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["film_id"], ["films.id"], name="fk_film_list_entries_film_id_films"),
        sa.PrimaryKeyConstraint("list_id", "position", name="pk_film_list_entries"),
    )
    op.create_index("ix_film_list_entries_film_id", "film_list_entries", ["film_id"])
