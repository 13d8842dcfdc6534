"""Delete the many rows of a session by a trigger.

A foreign key looks its session up for each row stored: of the two seconds that 20,000 films took, one.
"""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TABLES = ("session_films", "viewings", "reviews", "list_films")


def upgrade() -> None:
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} DROP CONSTRAINT fk_{table}_session_id")
    deletes = "".join(f"DELETE FROM {table} WHERE session_id IN (SELECT id FROM gone); " for table in TABLES)  # noqa: S608
    op.execute(
        "CREATE FUNCTION delete_rows_of_sessions() RETURNS trigger LANGUAGE plpgsql"
        f" AS $$ BEGIN {deletes}RETURN NULL; END $$"
    )
    op.execute(
        "CREATE TRIGGER delete_rows AFTER DELETE ON sessions REFERENCING OLD TABLE AS gone"
        " FOR EACH STATEMENT EXECUTE FUNCTION delete_rows_of_sessions()"
    )
