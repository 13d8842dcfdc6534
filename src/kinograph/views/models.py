"""Saved views: filters and the page they open on, under a name."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Text, func
from sqlalchemy.orm import Mapped, mapped_column

from kinograph.database import Base
from kinograph.films.models import MOMENT


class View(Base):
    """Of an owner, whichever of their exports they look at, and gone with them."""

    __tablename__ = "views"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("owners.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(Text)
    page: Mapped[str] = mapped_column(Text)  # the end of its address; "" is the overview
    filters: Mapped[str] = mapped_column(Text)  # a canonical query
    position: Mapped[int]  # among the owner's, from 1
    created_at: Mapped[datetime] = mapped_column(MOMENT, server_default=func.now())
