"""The lead of the look-ups as a row with an expiry, counts of what senders do, and of what owners change."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)

# A worker says in `kinograph.lead` for which lead it writes, so that nothing is written of one that has ended. Others
# say nothing. The code is of PostgreSQL's own kind for what an operator does: the job is tried again.
NEEDS_LEAD = """
CREATE FUNCTION needs_lead() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF coalesce(current_setting('kinograph.lead', true), '') <> '' AND NOT EXISTS (
        SELECT FROM worker_leads WHERE rate_group || '/' || term = current_setting('kinograph.lead', true)
    ) THEN
        RAISE 'another worker leads' USING ERRCODE = '57000';
    END IF;
    RETURN NULL;
END $$
"""


def upgrade() -> None:
    op.create_table(
        "worker_leads",
        sa.Column("rate_group", sa.Text(), nullable=False),
        sa.Column("term", sa.BigInteger(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.Column("keyless", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("claimed_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("rate_group", name="pk_worker_leads"),
    )
    op.execute(NEEDS_LEAD)
    for table, events in (("films", "UPDATE"), ("film_facts", "INSERT OR UPDATE"), ("questions", "UPDATE")):
        op.execute(
            f"CREATE TRIGGER needs_lead BEFORE {events} ON {table} FOR EACH STATEMENT EXECUTE FUNCTION needs_lead()"
        )
    op.create_table(
        "throttles",
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("sender", sa.LargeBinary(), nullable=False),
        sa.Column("began_at", MOMENT, nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("what", "sender", name="pk_throttles"),
    )
    op.create_index("ix_throttles_began_at", "throttles", ["began_at"])
    op.create_table(
        "throttle_salt",
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("salt", name="pk_throttle_salt"),
    )
    op.execute("INSERT INTO throttle_salt VALUES (uuid_send(gen_random_uuid()))")
    op.create_table(
        "uploads_under_way",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sender", sa.LargeBinary(), nullable=False),
        sa.Column("n_bytes", sa.BigInteger(), nullable=False),
        sa.Column("counted_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_uploads_under_way"),
    )
    op.create_index("ix_uploads_under_way_sender", "uploads_under_way", ["sender"])
    op.add_column("owners", sa.Column("changes", sa.BigInteger(), server_default="0", nullable=False))
