"""Create sessions, films, facts, owners, and the queue."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from pgqueuer.adapters.persistence.qb import QueryBuilderEnvironment
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


# The match that holds for a session's film: the owner's repair where there is one, else the automatic match.
# Two joins rather than one with OR, which could not be hashed.
SESSION_MATCHES = """
CREATE VIEW session_matches AS
SELECT session_films.session_id, session_films.n, session_films.film_id, session_films.watched,
       CASE WHEN repair.id IS NULL THEN films.state WHEN repair.facts_id IS NULL THEN 'unmatched' ELSE 'matched' END
           AS state,
       CASE WHEN repair.id IS NULL THEN films.facts_id ELSE repair.facts_id END AS facts_id,
       CASE WHEN repair.id IS NULL THEN films.settled_at ELSE repair.changed_at END AS settled_at
FROM session_films
JOIN sessions ON sessions.id = session_films.session_id
JOIN films ON films.id = session_films.film_id
LEFT JOIN repairs by_link ON by_link.owner_id = sessions.owner_id AND by_link.letterboxd_id = films.letterboxd_id
LEFT JOIN repairs by_title ON by_title.owner_id = sessions.owner_id AND films.letterboxd_id IS NULL
     AND by_title.title = films.title AND by_title.year IS NOT DISTINCT FROM films.year
CROSS JOIN LATERAL (
    SELECT coalesce(by_link.id, by_title.id) AS id, coalesce(by_link.facts_id, by_title.facts_id) AS facts_id,
           coalesce(by_link.changed_at, by_title.changed_at) AS changed_at
) repair
"""


def upgrade() -> None:
    op.create_table(
        "companies",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_companies")),
    )
    op.create_table(
        "film_facts",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("tmdb_id", sa.BigInteger(), nullable=False),
        sa.Column("imdb_id", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("original_title", sa.Text(), nullable=False),
        sa.Column("original_language", sa.Text(), nullable=True),
        sa.Column("release_date", sa.Date(), nullable=True),
        sa.Column("runtime_minutes", sa.Integer(), nullable=True),
        sa.Column("vote_average", sa.Double(), nullable=True),
        sa.Column("vote_count", sa.Integer(), nullable=False),
        sa.Column("popularity", sa.Double(), nullable=False),
        sa.Column("budget", sa.BigInteger(), nullable=True),
        sa.Column("revenue", sa.BigInteger(), nullable=True),
        sa.Column("poster_path", sa.Text(), nullable=True),
        sa.Column("genres", sa.ARRAY(sa.Text(), dimensions=1), nullable=False),
        sa.Column("countries", sa.ARRAY(sa.Text(), dimensions=1), nullable=False),
        sa.Column("languages", sa.ARRAY(sa.Text(), dimensions=1), nullable=False),
        sa.Column("keywords", sa.ARRAY(sa.Text(), dimensions=1), nullable=False),
        sa.Column("companies", sa.ARRAY(sa.BigInteger(), dimensions=1), nullable=False),
        sa.Column("directors", sa.ARRAY(sa.BigInteger(), dimensions=1), nullable=False),
        sa.Column("writers", sa.ARRAY(sa.BigInteger(), dimensions=1), nullable=False),
        sa.Column("cast_ids", sa.ARRAY(sa.BigInteger(), dimensions=1), nullable=False),
        sa.Column("cast_characters", sa.ARRAY(sa.Text(), dimensions=1), nullable=False),
        sa.Column("composers", sa.ARRAY(sa.BigInteger(), dimensions=1), nullable=False),
        sa.Column("photography", sa.ARRAY(sa.BigInteger(), dimensions=1), nullable=False),
        sa.Column("editors", sa.ARRAY(sa.BigInteger(), dimensions=1), nullable=False),
        sa.Column("producers", sa.ARRAY(sa.BigInteger(), dimensions=1), nullable=False),
        sa.Column("fetched_at", postgresql.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("kind IN ('movie', 'tv')", name=op.f("ck_film_facts_kind")),
        sa.CheckConstraint("source IN ('tmdb', 'sample')", name=op.f("ck_film_facts_source")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_film_facts")),
        sa.UniqueConstraint("source", "kind", "tmdb_id", name=op.f("uq_film_facts_source_kind_tmdb_id")),
    )
    op.create_table(
        "owners",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_owners")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_owners_token_hash")),
    )
    op.create_table(
        "people",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("gender", sa.SmallInteger(), nullable=False),
        sa.Column("portrait", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
    )
    op.create_table(
        "tmdb_state",
        sa.Column("rate_group", sa.Text(), nullable=False),
        sa.Column("key_state", sa.Text(), nullable=False),
        sa.Column("changed_at", postgresql.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("key_state IN ('ok', 'no_key', 'bad_key')", name=op.f("ck_tmdb_state_key_state")),
        sa.PrimaryKeyConstraint("rate_group", name=op.f("pk_tmdb_state")),
    )
    op.create_table(
        "films",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.Text(), server_default="tmdb", nullable=False),
        sa.Column("letterboxd_id", sa.BigInteger(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=True),
        sa.Column("state", sa.Text(), server_default="pending", nullable=False),
        sa.Column("facts_id", sa.BigInteger(), nullable=True),
        sa.Column("confidence", sa.Double(), nullable=True),
        sa.Column("runners_up", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("settled_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.CheckConstraint("(state = 'matched') = (facts_id IS NOT NULL)", name=op.f("ck_films_matched_has_facts")),
        sa.CheckConstraint("(state = 'pending') = (settled_at IS NULL)", name=op.f("ck_films_settled")),
        sa.CheckConstraint("state IN ('pending', 'matched', 'unmatched', 'failed')", name=op.f("ck_films_state")),
        sa.ForeignKeyConstraint(["facts_id"], ["film_facts.id"], name=op.f("fk_films_facts_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_films")),
        sa.UniqueConstraint(
            "title",
            "letterboxd_id",
            "year",
            "source",
            name=op.f("uq_films_title_letterboxd_id_year_source"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index("ix_films_facts_id", "films", ["facts_id"], unique=False)
    op.create_index("ix_films_pending", "films", ["id"], unique=False, postgresql_where="state = 'pending'")
    op.create_table(
        "repairs",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("letterboxd_id", sa.BigInteger(), nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("year", sa.SmallInteger(), nullable=True),
        sa.Column("facts_id", sa.BigInteger(), nullable=True),
        sa.Column("changed_at", postgresql.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("(letterboxd_id IS NULL) = (title IS NOT NULL)", name=op.f("ck_repairs_named_once")),
        sa.ForeignKeyConstraint(["facts_id"], ["film_facts.id"], name=op.f("fk_repairs_facts_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["owners.id"], name=op.f("fk_repairs_owner_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repairs")),
        sa.UniqueConstraint(
            "owner_id",
            "letterboxd_id",
            "title",
            "year",
            name=op.f("uq_repairs_owner_id_letterboxd_id_title_year"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_table(
        "sessions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("failure_reason", sa.Text(), nullable=True),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("completed_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("expires_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("files", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("problems", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("warnings", sa.ARRAY(sa.Text(), dimensions=1), server_default="{}", nullable=False),
        sa.CheckConstraint(
            "status IN ('uploading', 'processing', 'enriching', 'completed', 'failed')", name=op.f("ck_sessions_status")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["owners.id"], name=op.f("fk_sessions_owner_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
    )
    op.create_index("ix_sessions_enriching", "sessions", ["id"], unique=False, postgresql_where="status = 'enriching'")
    op.create_index("ix_sessions_expires_at", "sessions", ["expires_at"], unique=False)
    op.create_index("ix_sessions_owner_id", "sessions", ["owner_id"], unique=False)
    op.create_table(
        "list_films",
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("list_n", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("film_n", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name=op.f("fk_list_films_session_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("session_id", "list_n", "position", name=op.f("pk_list_films")),
    )
    op.create_table(
        "lists",
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("uri", sa.Text(), nullable=False),
        sa.Column("created_on", sa.Date(), nullable=True),
        sa.Column("tags", sa.ARRAY(sa.Text(), dimensions=1), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name=op.f("fk_lists_session_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("session_id", "n", name=op.f("pk_lists")),
    )
    op.create_table(
        "reviews",
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("film_n", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.BigInteger(), nullable=True),
        sa.Column("watched_on", sa.Date(), nullable=True),
        sa.Column("logged_on", sa.Date(), nullable=True),
        sa.Column("rating", sa.Double(), nullable=True),
        sa.Column("rewatch", sa.Boolean(), nullable=False),
        sa.Column("tags", sa.ARRAY(sa.Text(), dimensions=1), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name=op.f("fk_reviews_session_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("session_id", "n", name=op.f("pk_reviews")),
    )
    op.create_table(
        "session_films",
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("film_id", sa.BigInteger(), nullable=False),
        sa.Column("uri", sa.Text(), nullable=False),
        sa.Column("watched", sa.Boolean(), nullable=False),
        sa.Column("marked_on", sa.Date(), nullable=True),
        sa.Column("rating", sa.Double(), nullable=True),
        sa.Column("liked", sa.Boolean(), nullable=False),
        sa.Column("watchlist", sa.Boolean(), nullable=False),
        sa.CheckConstraint("rating >= 0.5 AND rating <= 5", name=op.f("ck_session_films_rating")),
        sa.ForeignKeyConstraint(["film_id"], ["films.id"], name=op.f("fk_session_films_film_id")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name=op.f("fk_session_films_session_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("session_id", "n", name=op.f("pk_session_films")),
    )
    op.create_index("ix_session_films_film_id", "session_films", ["film_id"], unique=False)
    op.create_table(
        "viewings",
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("film_n", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.BigInteger(), nullable=True),
        sa.Column("watched_on", sa.Date(), nullable=False),
        sa.Column("logged_on", sa.Date(), nullable=True),
        sa.Column("rating", sa.Double(), nullable=True),
        sa.Column("rewatch", sa.Boolean(), nullable=False),
        sa.Column("tags", sa.ARRAY(sa.Text(), dimensions=1), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name=op.f("fk_viewings_session_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("session_id", "n", name=op.f("pk_viewings")),
    )
    op.execute(SESSION_MATCHES)
    # PgQueuer's own tables. A later version of it brings them up to date with Queries.upgrade(). The script holds
    # many statements, which only the driver's own connection takes at once.
    script = QueryBuilderEnvironment().build_install_query(create_schema=False)
    op.get_bind().connection.run_async(lambda connection: connection.execute(script))
