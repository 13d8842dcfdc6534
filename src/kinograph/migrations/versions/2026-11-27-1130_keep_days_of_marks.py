"""Keep the days of ratings, likes and the watchlist, and which reader a session was read by."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

SESSION_MATCHES = """
CREATE OR REPLACE VIEW session_matches AS
SELECT session_films.session_id, session_films.n, session_films.film_id, session_films.watched,
       CASE WHEN repair.id IS NULL THEN films.state WHEN repair.facts_id IS NULL THEN 'unmatched' ELSE 'matched' END
           AS state,
       CASE WHEN repair.id IS NULL THEN films.facts_id ELSE repair.facts_id END AS facts_id,
       CASE WHEN repair.id IS NULL THEN films.settled_at ELSE repair.changed_at END AS settled_at,
       session_films.uri, session_films.marked_on, session_films.rating, session_films.liked, session_films.watchlist,
       films.title, films.year,
       session_films.rated_on, session_films.liked_on, session_films.wanted_on, sessions.read_at
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
    for column in ("rated_on", "liked_on", "wanted_on"):
        op.add_column("session_films", sa.Column(column, sa.Date(), nullable=True))
    # What is there was read by the first reader, when it was uploaded.
    op.add_column("sessions", sa.Column("reader", sa.SmallInteger(), server_default="1", nullable=False))
    op.add_column("sessions", sa.Column("read_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "sessions",
        sa.Column("unread", JSONB(), server_default="[]", nullable=False),
    )
    op.execute(SESSION_MATCHES)
