"""How the last backup went: a row, so that every process can tell."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Text, text
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from kinograph.database import Base


class BackupState(Base):
    __tablename__ = "backup_state"
    __table_args__ = (CheckConstraint("one", name="one"),)

    one: Mapped[bool] = mapped_column(primary_key=True, server_default=text("true"))
    made_at: Mapped[datetime | None] = mapped_column(TIMESTAMP(timezone=True))
    n_bytes: Mapped[int | None] = mapped_column(BigInteger)
    failed_at: Mapped[datetime | None] = mapped_column(TIMESTAMP(timezone=True))
    """None once one has been made again."""
    reason: Mapped[str | None] = mapped_column(Text)
