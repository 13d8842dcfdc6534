"""What was counted of two exports, kept since two stored exports do not change."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, SmallInteger
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from kinograph.database import Base
from kinograph.films.models import MOMENT


class CountedChanges(Base):
    """What is new in an export since another. It holds while neither was read anew, and for this `counter`."""

    __tablename__ = "counted_changes"
    __table_args__ = (Index("ix_counted_changes_older_id", "older_id"),)

    session_id: Mapped[UUID] = mapped_column(ForeignKey("sessions.id", ondelete="CASCADE"), primary_key=True)
    older_id: Mapped[UUID] = mapped_column(ForeignKey("sessions.id", ondelete="CASCADE"))
    read_at: Mapped[datetime | None] = mapped_column(MOMENT)
    older_read_at: Mapped[datetime | None] = mapped_column(MOMENT)
    counter: Mapped[int] = mapped_column(SmallInteger)
    counts: Mapped[dict[str, Any] | None] = mapped_column(JSONB)  # null: nothing is new
