"""Keep at hand what periods and pages ask for again and again, so that no answer costs more with everybody's rows.

A tally for each count of the metrics, the film that each session waits for, and the transaction that last changed a
film. Triggers keep all three, whichever way a row changes.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

# A week for the youngest, a month in the first year, else four and a half. A time of UTC without its zone, since only
# that can be indexed.
FACTS_DUE = """
CREATE FUNCTION facts_due(fetched_at timestamptz, release_date date) RETURNS timestamp LANGUAGE sql IMMUTABLE AS $$
    SELECT (fetched_at AT TIME ZONE 'UTC') + CASE
        WHEN release_date > (fetched_at AT TIME ZONE 'UTC')::date - 90 THEN interval '7 days'
        WHEN release_date > (fetched_at AT TIME ZONE 'UTC')::date - 365 OR release_date IS NULL THEN interval '30 days'
        ELSE interval '135 days' END
$$
"""

# Rows to be added up rather than one to be changed: nobody waits for another's transaction.
TALLY_FILMS = """
CREATE FUNCTION tally_films() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO tallies SELECT 'films', state, count(*) FROM made WHERE source = 'tmdb' GROUP BY state;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO tallies SELECT 'films', state, -count(*) FROM gone WHERE source = 'tmdb' GROUP BY state;
    ELSE
        INSERT INTO tallies SELECT 'films', state, sum(n) FROM (
            SELECT state, 1 AS n FROM made WHERE source = 'tmdb'
            UNION ALL SELECT state, -1 FROM gone WHERE source = 'tmdb'
        ) both_ways GROUP BY state HAVING sum(n) <> 0;
        UPDATE sessions SET waits_for = NULL
        WHERE status = 'enriching' AND waits_for = ANY(ARRAY(SELECT id FROM made WHERE state <> 'pending'));
    END IF;
    RETURN NULL;
END $$
"""
TALLY_FACTS = """
CREATE FUNCTION tally_facts() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO tallies SELECT 'matches', kind, count(*) FROM made WHERE source = 'tmdb' GROUP BY kind;
    ELSE
        INSERT INTO tallies SELECT 'matches', kind, -count(*) FROM gone WHERE source = 'tmdb' GROUP BY kind;
    END IF;
    RETURN NULL;
END $$
"""
TALLY_SESSIONS = """
CREATE FUNCTION tally_sessions() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO tallies SELECT 'sessions', status, count(*) FROM made WHERE owner_id IS NOT NULL GROUP BY status;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO tallies SELECT 'sessions', status, -count(*) FROM gone WHERE owner_id IS NOT NULL GROUP BY status;
    ELSE
        INSERT INTO tallies VALUES ('sessions', OLD.status, -1), ('sessions', NEW.status, 1);
    END IF;
    RETURN NULL;
END $$
"""
NOTE_CHANGE = """
CREATE FUNCTION note_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    NEW.changed_in = pg_current_xact_id()::text::bigint;
    RETURN NEW;
END $$
"""
# Whatever they wait for: the row may just be getting another witness, and is then seen once that is done.
CHECK_SESSIONS = """
CREATE FUNCTION check_sessions_of_owner() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    UPDATE sessions SET waits_for = NULL WHERE owner_id = NEW.owner_id AND status = 'enriching';
    RETURN NULL;
END $$
"""
STATEMENT_TRIGGERS = {
    "INSERT": "REFERENCING NEW TABLE AS made",
    "UPDATE": "REFERENCING OLD TABLE AS gone NEW TABLE AS made",
    "DELETE": "REFERENCING OLD TABLE AS gone",
}
TALLIED = {
    "films": ("tally_films", ("INSERT", "UPDATE", "DELETE")),
    "film_facts": ("tally_facts", ("INSERT", "DELETE")),
    "sessions": ("tally_sessions", ("INSERT", "DELETE")),
}


def upgrade() -> None:
    op.create_table(
        "tallies",
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
    )
    op.add_column("sessions", sa.Column("waits_for", sa.BigInteger(), nullable=True))
    op.add_column("films", sa.Column("changed_in", sa.BigInteger(), nullable=True))
    op.execute(FACTS_DUE)
    _indexes()
    for function in (TALLY_FILMS, TALLY_FACTS, TALLY_SESSIONS, NOTE_CHANGE, CHECK_SESSIONS):
        op.execute(function)
    for table, (function, changes) in TALLIED.items():
        for change in changes:
            op.execute(
                f"CREATE TRIGGER tally_{change.lower()} AFTER {change} ON {table} {STATEMENT_TRIGGERS[change]}"
                f" FOR EACH STATEMENT EXECUTE FUNCTION {function}()"
            )
    op.execute(
        "CREATE TRIGGER tally_status AFTER UPDATE OF status ON sessions FOR EACH ROW"
        " WHEN (OLD.status <> NEW.status AND NEW.owner_id IS NOT NULL) EXECUTE FUNCTION tally_sessions()"
    )
    op.execute("CREATE TRIGGER note_change BEFORE UPDATE ON films FOR EACH ROW EXECUTE FUNCTION note_change()")
    op.execute(
        "CREATE TRIGGER check_sessions AFTER INSERT OR UPDATE OF answer ON repairs FOR EACH ROW"
        " EXECUTE FUNCTION check_sessions_of_owner()"
    )
    # The triggers keep everybody else from writing these tables until this transaction ends.
    op.execute("INSERT INTO tallies SELECT 'films', state, count(*) FROM films WHERE source = 'tmdb' GROUP BY state")
    op.execute("INSERT INTO tallies SELECT 'matches', kind, count(*) FROM film_facts WHERE source = 'tmdb' GROUP BY 2")
    op.execute(
        "INSERT INTO tallies SELECT 'sessions', status, count(*) FROM sessions WHERE owner_id IS NOT NULL GROUP BY 2"
    )


def _indexes() -> None:
    op.create_index("ix_session_films_film_id_session_id", "session_films", ["film_id", "session_id"])
    op.drop_index("ix_session_films_film_id", table_name="session_films")
    op.create_index("ix_films_changed_in", "films", ["changed_in"])
    op.create_index("ix_films_letterboxd_id", "films", ["letterboxd_id"])
    op.create_index("ix_films_failed", "films", ["id", "reason"], postgresql_where="state = 'failed'")
    op.create_index("ix_films_unmatched", "films", ["settled_at", "id"], postgresql_where="state = 'unmatched'")
    op.create_index("ix_film_facts_imdb_id", "film_facts", ["imdb_id"])
    op.create_index(
        "ix_film_facts_due",
        "film_facts",
        [sa.text("facts_due(fetched_at, release_date)"), "id"],
        postgresql_where="source = 'tmdb'",
    )
    op.create_index("ix_repairs_letterboxd_id", "repairs", ["letterboxd_id"], postgresql_where="answer IS NOT NULL")
    op.create_index("ix_repairs_title_year", "repairs", ["title", "year"], postgresql_where="answer IS NOT NULL")
    op.create_index("ix_sessions_waits_for", "sessions", ["waits_for"], postgresql_where="status = 'enriching'")
    op.drop_index("ix_sessions_enriching", table_name="sessions")
