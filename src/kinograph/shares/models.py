"""Links with a scope: what each shows, and how often its pages were opened."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Text, func
from sqlalchemy.orm import Mapped, mapped_column

from kinograph.database import Base
from kinograph.films.models import MOMENT, TEXTS


class Share(Base):
    """A link to part of an owner's films. It goes with its session, or where it follows the newest, with its owner."""

    __tablename__ = "shares"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    # 128 random bits. Not hashed, for the owner is shown the link again.
    token: Mapped[str] = mapped_column(Text, unique=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("owners.id", ondelete="CASCADE"), index=True)
    session_id: Mapped[UUID | None] = mapped_column(  # null: the owner's newest export
        ForeignKey("sessions.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str] = mapped_column(Text)
    pages: Mapped[list[str]] = mapped_column(TEXTS)  # the ends of their addresses; "" is the overview
    filters: Mapped[str] = mapped_column(Text)  # a canonical query
    shows: Mapped[list[str]] = mapped_column(TEXTS)  # of scope.SHOWN
    password_hash: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(MOMENT, server_default=func.now())
    expires_at: Mapped[datetime | None] = mapped_column(MOMENT)  # null: never
    revoked_at: Mapped[datetime | None] = mapped_column(MOMENT)


class ShareVisits(Base):
    """How often the pages of a share were opened on a day. Nothing is kept of who opened them."""

    __tablename__ = "share_visits"

    share_id: Mapped[int] = mapped_column(ForeignKey("shares.id", ondelete="CASCADE"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)  # in UTC
    visits: Mapped[int]
