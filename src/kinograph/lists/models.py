"""Lists of films that are no part of an export."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, Text, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from kinograph.database import Base
from kinograph.films.models import MOMENT


class FilmList(Base):
    """A list that every installation has, or one that an owner has brought."""

    __tablename__ = "film_lists"
    __table_args__ = (UniqueConstraint("owner_id", "name", postgresql_nulls_not_distinct=True),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("owners.id", ondelete="CASCADE"))  # null: built in
    name: Mapped[str] = mapped_column(Text)  # in addresses
    title: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(Text)  # of the file it was read from
    sent_bytes: Mapped[int] = mapped_column(server_default="0")  # its share of the files it came in
    brought_at: Mapped[datetime] = mapped_column(MOMENT, server_default=func.now())


class FilmListEntry(Base):
    """A place of a list. Its film is looked up like any other."""

    __tablename__ = "film_list_entries"
    __table_args__ = (Index("ix_film_list_entries_film_id", "film_id"),)

    list_id: Mapped[int] = mapped_column(ForeignKey("film_lists.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    film_id: Mapped[int] = mapped_column(ForeignKey("films.id"))
    imdb_id: Mapped[str | None] = mapped_column(Text)  # as IMDb's lists name it: surer than title and year
