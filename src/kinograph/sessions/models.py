"""An upload and everything in it. All rows of a session go when it goes, the many by a trigger."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    Text,
    UniqueConstraint,
    false,
    func,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from kinograph.database import Base
from kinograph.films.models import MOMENT, TEXTS


# An upload is one transaction, which ends as enriching or completed; the others are there for programs that know them.
class Status(StrEnum):
    UPLOADING = "uploading"
    PROCESSING = "processing"
    ENRICHING = "enriching"
    COMPLETED = "completed"
    FAILED = "failed"


class Owner(Base):
    """Whoever holds a token, or signs in; of the token only its SHA-256 is kept."""

    __tablename__ = "owners"
    __table_args__ = (Index("ix_owners_leaves_at", "leaves_at", postgresql_where="leaves_at IS NOT NULL"),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    token_hash: Mapped[bytes | None] = mapped_column(LargeBinary, unique=True)  # null: an account, which has no token
    created_at: Mapped[datetime] = mapped_column(MOMENT, server_default=func.now())
    # Counts what must show on the very next page of any process: corrections, exports read again, closed addresses.
    changes: Mapped[int] = mapped_column(BigInteger, server_default="0")
    # When everything of an account that was deleted goes, until then nobody sees it; the epoch: there is no way back.
    leaves_at: Mapped[datetime | None] = mapped_column(MOMENT)
    quota_exports: Mapped[int | None]  # of an account; null: as the settings say, 0: any number
    quota_mb: Mapped[int | None]


class Throttled(Base):
    """How often a sender, of whom a salted digest is kept for minutes, has done something that costs us."""

    __tablename__ = "throttles"

    what: Mapped[str] = mapped_column(Text, primary_key=True)
    sender: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    began_at: Mapped[datetime] = mapped_column(MOMENT, index=True)
    times: Mapped[int]


class ThrottleSalt(Base):
    """One row: what senders are digested with, until nothing of them is kept any more."""

    __tablename__ = "throttle_salt"

    salt: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)


class UploadUnderWay(Base):
    """Bytes of a large upload that have come in so far, whichever process reads it."""

    __tablename__ = "uploads_under_way"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    sender: Mapped[bytes] = mapped_column(LargeBinary, index=True)
    n_bytes: Mapped[int] = mapped_column(BigInteger)
    counted_at: Mapped[datetime] = mapped_column(MOMENT)


class Login(Base):
    """A browser that is signed in; only the SHA-256 of the secret in its cookie is kept."""

    __tablename__ = "logins"
    __table_args__ = (Index("ix_logins_owner_id", "owner_id"),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("owners.id", ondelete="CASCADE"))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    created_at: Mapped[datetime] = mapped_column(MOMENT, server_default=func.now())
    seen_at: Mapped[datetime] = mapped_column(MOMENT, server_default=func.now())  # to the hour
    proven_at: Mapped[datetime | None] = mapped_column(MOMENT)  # when a password was typed last
    expires_at: Mapped[datetime | None] = mapped_column(MOMENT)  # null: until it is ended
    browser: Mapped[str] = mapped_column(Text)  # as it calls itself
    # Whom the proxy named: the login holds while it names the same. Null: no proxy was asked.
    proxied: Mapped[str | None] = mapped_column(Text)
    network: Mapped[str] = mapped_column(Text)


class Key(Base):
    """What a program proves itself with, in its owner's name; only the SHA-256 is kept."""

    __tablename__ = "keys"
    __table_args__ = (Index("ix_keys_owner_id", "owner_id"),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("owners.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(Text)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    is_read_only: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(MOMENT, server_default=func.now())
    used_on: Mapped[date | None]  # the last day


class PhoneLink(Base):
    """A link that opens an owner's exports in another browser, once; only the SHA-256 of its secret is kept."""

    __tablename__ = "phone_links"
    __table_args__ = (Index("ix_phone_links_owner_id", "owner_id"),)

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("owners.id", ondelete="CASCADE"))
    expires_at: Mapped[datetime] = mapped_column(MOMENT)


class Correction(Base):
    """A person's own match, which wins over the automatic one for that owner.

    Named by letterboxd_id where there is one, so that it survives an export that renames the film; else by title
    and year. Taken back, the row stays without an answer: its changed_at is what tells open pages.
    """

    __tablename__ = "repairs"
    __table_args__ = (
        UniqueConstraint("owner_id", "letterboxd_id", "title", "year", postgresql_nulls_not_distinct=True),
        CheckConstraint("(letterboxd_id IS NULL) = (title IS NOT NULL)", name="named_once"),
        CheckConstraint("answer IN ('entry', 'nothing')", name="answer"),
        CheckConstraint("(facts_id IS NOT NULL) = (answer IS NOT DISTINCT FROM 'entry')", name="entry_has_facts"),
        Index("ix_repairs_wanted_id", "wanted_id"),
        Index("ix_repairs_facts_id", "facts_id"),
        Index("ix_repairs_letterboxd_id", "letterboxd_id", postgresql_where="answer IS NOT NULL"),
        Index("ix_repairs_title_year", "title", "year", postgresql_where="answer IS NOT NULL"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("owners.id", ondelete="CASCADE"))
    letterboxd_id: Mapped[int | None] = mapped_column(BigInteger)
    title: Mapped[str | None] = mapped_column(Text)
    year: Mapped[int | None] = mapped_column(SmallInteger)
    answer: Mapped[str | None] = mapped_column(Text)  # entry; nothing: no film on TMDB; null: none holds
    facts_id: Mapped[int | None] = mapped_column(ForeignKey("film_facts.id"))
    # The entry chosen, while TMDB is asked for its facts; until then what held before holds.
    wanted_id: Mapped[int | None] = mapped_column(ForeignKey("questions.id", ondelete="SET NULL"))
    changed_at: Mapped[datetime] = mapped_column(MOMENT, server_default=func.now())
    # Whether a file said so, or named the entry that is waited for: such an answer is its owner's alone, and no vote.
    by_file: Mapped[bool] = mapped_column(server_default=false())
    wanted_by_file: Mapped[bool] = mapped_column(server_default=false())
    # When the facts it names were last written, by a trigger. Not changed_at, which tells how long an answer has stood.
    refreshed_at: Mapped[datetime | None] = mapped_column(MOMENT)


class Session(Base):
    """One uploaded export and how far it has come. The sample is the only one without an owner."""

    __tablename__ = "sessions"
    __table_args__ = (
        CheckConstraint("status IN ('uploading', 'processing', 'enriching', 'completed', 'failed')", name="status"),
        Index("ix_sessions_owner_id", "owner_id"),
        Index("ix_sessions_waits_for", "waits_for", postgresql_where="status = 'enriching'"),
        Index("ix_sessions_expires_at", "expires_at"),
        Index("ix_sessions_predecessor_id", "predecessor_id"),
        UniqueConstraint("owner_id", "fingerprint"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("owners.id", ondelete="CASCADE"))
    status: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(MOMENT, server_default=func.now())
    completed_at: Mapped[datetime | None] = mapped_column(MOMENT)
    expires_at: Mapped[datetime | None] = mapped_column(MOMENT)  # null: never
    files: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default="[]")  # rows read and skipped, per file
    problems: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default="[]")  # the rows skipped, and why
    warnings: Mapped[list[Any]] = mapped_column(JSONB, server_default="[]")  # what the owner should know of it
    unread: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default="[]")  # the paths of files left alone
    # Films that Letterboxd has dropped, by name, with how often; none where a reader before the third read the files.
    orphaned: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default="[]")
    fingerprint: Mapped[bytes | None] = mapped_column(LargeBinary)  # of what was sent, so that it is not stored twice
    reader: Mapped[int] = mapped_column(SmallInteger, server_default="1")  # export.READER of that day
    read_at: Mapped[datetime | None] = mapped_column(MOMENT)  # when it was read anew; null: once, when it was uploaded
    made_at: Mapped[datetime | None] = mapped_column(MOMENT)  # when Letterboxd made the export, as its name says
    predecessor_id: Mapped[UUID | None] = mapped_column(ForeignKey("sessions.id", ondelete="SET NULL"))
    # While it is enriching, one of its pending films: until that is settled it need not be looked at. A trigger clears
    # it then; null: to be looked at.
    waits_for: Mapped[int | None] = mapped_column(BigInteger)
    name: Mapped[str | None] = mapped_column(Text)  # as its owner calls it
    sent_bytes: Mapped[int | None]  # of the files that were sent; null: nobody counted
    closed_at: Mapped[datetime | None] = mapped_column(MOMENT)  # since when only shares lead others in; null: open


class SessionFilm(Base):
    """A film as this session has it. Numbered within the session: two films an old export cannot tell apart by link
    share a row of `films` and are still two."""

    __tablename__ = "session_films"
    __table_args__ = (
        CheckConstraint("rating >= 0.5 AND rating <= 5", name="rating"),
        Index("ix_session_films_film_id_session_id", "film_id", "session_id"),
    )

    session_id: Mapped[UUID] = mapped_column(primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)
    film_id: Mapped[int] = mapped_column(BigInteger)  # of `films`; triggers see to it, many at once
    uri: Mapped[str] = mapped_column(Text)
    watched: Mapped[bool]
    marked_on: Mapped[date | None]  # the day it was marked watched, which is not a viewing day
    rating: Mapped[float | None]  # stars, from ratings.csv; without that file those of the newest rated entry
    liked: Mapped[bool]
    watchlist: Mapped[bool]
    rated_on: Mapped[date | None]  # the days of the rating, the like, and of the film's coming to the watchlist
    liked_on: Mapped[date | None]
    wanted_on: Mapped[date | None]


# Viewings, reviews and list films name their film by its number within the session. That is no foreign key: it would
# cost a look-up for each row stored and an index more for each row deleted, and one transaction writes them all. For
# the same reason neither they nor a session's films have a key to the session: a trigger deletes them with it.


class Viewing(Base):
    """One diary entry."""

    __tablename__ = "viewings"

    session_id: Mapped[UUID] = mapped_column(primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)  # in the order of watching
    film_n: Mapped[int]
    entry_id: Mapped[int | None] = mapped_column(BigInteger)
    watched_on: Mapped[date]
    logged_on: Mapped[date | None]
    rating: Mapped[float | None]
    rewatch: Mapped[bool]
    tags: Mapped[list[str]] = mapped_column(TEXTS)


class Review(Base):
    __tablename__ = "reviews"

    session_id: Mapped[UUID] = mapped_column(primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)
    film_n: Mapped[int]
    entry_id: Mapped[int | None] = mapped_column(BigInteger)
    watched_on: Mapped[date | None]
    logged_on: Mapped[date | None]
    rating: Mapped[float | None]
    rewatch: Mapped[bool]
    tags: Mapped[list[str]] = mapped_column(TEXTS)
    text: Mapped[str] = mapped_column(Text)  # HTML as a stranger typed it: sanitize before showing


class List(Base):
    __tablename__ = "lists"

    session_id: Mapped[UUID] = mapped_column(ForeignKey("sessions.id", ondelete="CASCADE"), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    slug: Mapped[str] = mapped_column(Text)
    uri: Mapped[str] = mapped_column(Text)
    created_on: Mapped[date | None]
    tags: Mapped[list[str]] = mapped_column(TEXTS)
    description: Mapped[str] = mapped_column(Text)


class ListFilm(Base):
    __tablename__ = "list_films"

    session_id: Mapped[UUID] = mapped_column(primary_key=True)
    list_n: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    film_n: Mapped[int]
    note: Mapped[str] = mapped_column(Text)
