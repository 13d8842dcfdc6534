"""Stamp whatever changes below a session's films, and tell other processes of deleted sessions.

Facts are also rewritten when another film is found to be the same entry, and people answer with entries that are later
refreshed or merged: a session's version must tell of all of it. The view finds an owner's answer by index for each
film; joined, 20,000 films were compared with each of 2,000 repairs.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TABLES = ("session_films", "viewings", "reviews", "list_films")

SESSION_MATCHES = """
CREATE OR REPLACE VIEW session_matches AS
SELECT session_films.session_id, session_films.n, session_films.film_id, session_films.watched,
       CASE WHEN repair.id IS NULL THEN films.state WHEN repair.facts_id IS NULL THEN 'unmatched' ELSE 'matched' END
           AS state,
       CASE WHEN repair.id IS NULL THEN films.facts_id ELSE repair.facts_id END AS facts_id,
       CASE WHEN repair.id IS NULL THEN films.settled_at ELSE greatest(repair.changed_at, repair.refreshed_at) END
           AS settled_at,
       session_films.uri, session_films.marked_on, session_films.rating, session_films.liked, session_films.watchlist,
       films.title, films.year,
       session_films.rated_on, session_films.liked_on, session_films.wanted_on, sessions.read_at
FROM session_films
JOIN sessions ON sessions.id = session_films.session_id
JOIN films ON films.id = session_films.film_id
LEFT JOIN LATERAL (
    SELECT repairs.id, repairs.facts_id, repairs.changed_at, repairs.refreshed_at FROM repairs
    WHERE repairs.owner_id = sessions.owner_id AND repairs.letterboxd_id = films.letterboxd_id
          AND repairs.answer IS NOT NULL
    UNION ALL
    SELECT repairs.id, repairs.facts_id, repairs.changed_at, repairs.refreshed_at FROM repairs
    WHERE repairs.owner_id = sessions.owner_id AND repairs.letterboxd_id IS NULL AND films.letterboxd_id IS NULL
          AND repairs.title = films.title AND repairs.year IS NOT DISTINCT FROM films.year
          AND repairs.answer IS NOT NULL
    LIMIT 1
) repair ON true
"""

# Arrays, since for a transition table the planner may take all of `films` rather than its index.
STAMP = """
CREATE FUNCTION stamp_films(changed bigint[]) RETURNS void LANGUAGE sql AS $$
    UPDATE films SET settled_at = clock_timestamp() WHERE facts_id = ANY(changed);
    UPDATE repairs SET refreshed_at = clock_timestamp() WHERE facts_id = ANY(changed);
$$
"""
STAMP_AFTER = """
CREATE FUNCTION stamp_films_of_{table}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    PERFORM stamp_films(ARRAY({changed})) WHERE EXISTS (SELECT FROM renewed);
    RETURN NULL;
END $$
"""
MAKERS = "(((((directors || writers) || cast_ids) || composers) || photography) || editors) || producers"
CHANGED = {
    "film_facts": "SELECT id FROM renewed",
    "people": f"SELECT id FROM film_facts WHERE ({MAKERS}) && ARRAY(SELECT id FROM renewed)",  # noqa: S608
    "companies": "SELECT id FROM film_facts WHERE companies && ARRAY(SELECT id FROM renewed)",
}


def upgrade() -> None:
    op.add_column("repairs", sa.Column("refreshed_at", postgresql.TIMESTAMP(timezone=True), nullable=True))
    op.create_index("ix_repairs_facts_id", "repairs", ["facts_id"], unique=False)
    op.add_column("films", sa.Column("compared_at", postgresql.TIMESTAMP(timezone=True), nullable=True))
    op.execute(SESSION_MATCHES)
    op.create_index("ix_film_facts_makers", "film_facts", [sa.text(f"({MAKERS})")], postgresql_using="gin")
    op.create_index("ix_film_facts_companies", "film_facts", ["companies"], postgresql_using="gin")
    op.execute(STAMP)
    for table, changed in CHANGED.items():
        op.execute(STAMP_AFTER.format(table=table, changed=changed))
        op.execute(
            f"CREATE TRIGGER stamp_films AFTER UPDATE ON {table} REFERENCING NEW TABLE AS renewed"
            f" FOR EACH STATEMENT EXECUTE FUNCTION stamp_films_of_{table}()"
        )
    deletes = "".join(f"DELETE FROM {table} WHERE session_id IN (SELECT id FROM gone); " for table in TABLES)  # noqa: S608
    op.execute(
        "CREATE OR REPLACE FUNCTION delete_rows_of_sessions() RETURNS trigger LANGUAGE plpgsql"
        f" AS $$ BEGIN {deletes}PERFORM pg_notify('kinograph_session_deleted', id::text) FROM gone;"
        " RETURN NULL; END $$"
    )
