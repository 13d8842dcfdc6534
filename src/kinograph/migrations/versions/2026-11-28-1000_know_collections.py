"""Know which collection a film is in, and the films of each."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

STAMP_AFTER = """
CREATE FUNCTION stamp_films_of_collections() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    PERFORM stamp_films(ARRAY(
        SELECT id FROM film_facts WHERE collection_id <> 0 AND collection_id = ANY(ARRAY(SELECT id FROM renewed))
    )) WHERE EXISTS (SELECT FROM renewed);
    RETURN NULL;
END $$
"""


def upgrade() -> None:
    moment = postgresql.TIMESTAMP(timezone=True)
    op.create_table(
        "collections",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("parts", postgresql.JSONB(), nullable=True),
        sa.Column("fetched_at", moment, nullable=True),
        sa.Column("due_at", moment, server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_collections"),
    )
    op.add_column("film_facts", sa.Column("collection_id", sa.BigInteger(), nullable=True))
    op.create_index(
        "ix_film_facts_collection_id", "film_facts", ["collection_id"], postgresql_where="collection_id <> 0"
    )
    op.create_index(
        "ix_film_facts_unchecked",
        "film_facts",
        ["id"],
        postgresql_where="source = 'tmdb' AND kind = 'movie' AND collection_id IS NULL",
    )
    op.execute(STAMP_AFTER)
    op.execute(
        "CREATE TRIGGER stamp_films AFTER UPDATE ON collections REFERENCING NEW TABLE AS renewed"
        " FOR EACH STATEMENT EXECUTE FUNCTION stamp_films_of_collections()"
    )
