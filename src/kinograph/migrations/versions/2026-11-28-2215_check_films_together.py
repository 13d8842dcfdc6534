"""Look the films of a session up together, not each by itself.

A foreign key asks for each row stored, and locks the film it finds by writing to it: of the second that storing 20,000
films took, that was nearly half. Whoever names a film, and whoever deletes one, holds a lock already, so that neither
has to wait for rows.
"""

from __future__ import annotations

from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

NEED_FILMS = """
CREATE FUNCTION need_films() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF EXISTS (SELECT FROM made WHERE NOT EXISTS (SELECT FROM films WHERE films.id = made.film_id)) THEN
        RAISE foreign_key_violation USING MESSAGE = 'a session names a film that is not there';
    END IF;
    RETURN NULL;
END $$
"""
# Asked for each: a hash would read the rows of all sessions.
KEEP_NAMED_FILMS = """
CREATE FUNCTION keep_named_films() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF EXISTS (
        SELECT FROM gone WHERE (SELECT 1 FROM session_films WHERE session_films.film_id = gone.id LIMIT 1) IS NOT NULL
    ) THEN
        RAISE foreign_key_violation USING MESSAGE = 'a session names a film that is to be deleted';
    END IF;
    RETURN NULL;
END $$
"""


def upgrade() -> None:
    op.execute("ALTER TABLE session_films DROP CONSTRAINT fk_session_films_film_id")
    op.execute(NEED_FILMS)
    op.execute(KEEP_NAMED_FILMS)
    for change in ("INSERT", "UPDATE"):
        op.execute(
            f"CREATE TRIGGER need_films_{change.lower()} AFTER {change} ON session_films"
            " REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION need_films()"
        )
    op.execute(
        "CREATE TRIGGER keep_named_films AFTER DELETE ON films REFERENCING OLD TABLE AS gone"
        " FOR EACH STATEMENT EXECUTE FUNCTION keep_named_films()"
    )
