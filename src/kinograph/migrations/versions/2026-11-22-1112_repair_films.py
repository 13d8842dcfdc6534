"""Let people repair matches: what they ask TMDB, what they answer, and what they agree on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# As before, but that a repair without an answer (its entry is still fetched, or it was taken back) counts for nothing.
SESSION_MATCHES = """
CREATE OR REPLACE VIEW session_matches AS
SELECT session_films.session_id, session_films.n, session_films.film_id, session_films.watched,
       CASE WHEN repair.id IS NULL THEN films.state WHEN repair.facts_id IS NULL THEN 'unmatched' ELSE 'matched' END
           AS state,
       CASE WHEN repair.id IS NULL THEN films.facts_id ELSE repair.facts_id END AS facts_id,
       CASE WHEN repair.id IS NULL THEN films.settled_at ELSE repair.changed_at END AS settled_at
FROM session_films
JOIN sessions ON sessions.id = session_films.session_id
JOIN films ON films.id = session_films.film_id
LEFT JOIN repairs by_link ON by_link.owner_id = sessions.owner_id AND by_link.letterboxd_id = films.letterboxd_id
     AND by_link.answer IS NOT NULL
LEFT JOIN repairs by_title ON by_title.owner_id = sessions.owner_id AND films.letterboxd_id IS NULL
     AND by_title.title = films.title AND by_title.year IS NOT DISTINCT FROM films.year
     AND by_title.answer IS NOT NULL
CROSS JOIN LATERAL (
    SELECT coalesce(by_link.id, by_title.id) AS id, coalesce(by_link.facts_id, by_title.facts_id) AS facts_id,
           coalesce(by_link.changed_at, by_title.changed_at) AS changed_at
) repair
"""


def upgrade() -> None:
    op.create_table(
        "questions",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("asked_at", postgresql.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("answered_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("found", postgresql.JSONB(), server_default="[]", nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.CheckConstraint("reason IN ('not_found', 'unavailable')", name=op.f("ck_questions_reason")),
        sa.CheckConstraint("answered_at IS NOT NULL OR reason IS NULL", name=op.f("ck_questions_answered")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questions")),
        sa.UniqueConstraint("asked", name=op.f("uq_questions_asked")),
    )
    op.add_column("films", sa.Column("agreed_at", postgresql.TIMESTAMP(timezone=True), nullable=True))
    op.add_column("repairs", sa.Column("answer", sa.Text(), nullable=True))
    op.add_column("repairs", sa.Column("wanted_id", sa.BigInteger(), nullable=True))
    op.execute("UPDATE repairs SET answer = CASE WHEN facts_id IS NULL THEN 'nothing' ELSE 'entry' END")
    op.create_check_constraint(op.f("ck_repairs_answer"), "repairs", "answer IN ('entry', 'nothing')")
    op.create_check_constraint(
        op.f("ck_repairs_entry_has_facts"),
        "repairs",
        "(facts_id IS NOT NULL) = (answer IS NOT DISTINCT FROM 'entry')",
    )
    op.create_foreign_key(
        op.f("fk_repairs_wanted_id"), "repairs", "questions", ["wanted_id"], ["id"], ondelete="SET NULL"
    )
    op.create_index("ix_repairs_wanted_id", "repairs", ["wanted_id"], unique=False)
    op.execute(SESSION_MATCHES)
