"""The catalogue everybody shares: what exports claim, what TMDB says, and how the two were matched."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    false,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from kinograph.database import Base

TEXTS = ARRAY(Text, dimensions=1)
IDS = ARRAY(BigInteger, dimensions=1)
MOMENT = TIMESTAMP(timezone=True)
MAKERS = "(((((directors || writers) || cast_ids) || composers) || photography) || editors) || producers"


class Source(StrEnum):
    """Who says so. A `sample` row is reached by the sample session alone: an upload never meets it."""

    TMDB = "tmdb"
    SAMPLE = "sample"


class State(StrEnum):
    """How far a film has come. All but `pending` are settled."""

    PENDING = "pending"
    MATCHED = "matched"
    UNMATCHED = "unmatched"
    FAILED = "failed"


class FilmFacts(Base):
    """What a source says of a film or series; fetched once, whoever refers to it."""

    __tablename__ = "film_facts"
    __table_args__ = (
        UniqueConstraint("source", "kind", "tmdb_id"),
        CheckConstraint("kind IN ('movie', 'tv')", name="kind"),
        CheckConstraint("source IN ('tmdb', 'sample')", name="source"),
        # By whom a change of a person's or a company's row finds the films that tell of them.
        Index("ix_film_facts_makers", text(f"({MAKERS})"), postgresql_using="gin"),
        Index("ix_film_facts_companies", "companies", postgresql_using="gin"),
        Index("ix_film_facts_imdb_id", "imdb_id"),
        Index(
            "ix_film_facts_due", text("facts_due(fetched_at, release_date)"), "id", postgresql_where="source = 'tmdb'"
        ),
        Index("ix_film_facts_collection_id", "collection_id", postgresql_where="collection_id <> 0"),
        # Those stored before collections were: they are fetched once more.
        Index(
            "ix_film_facts_unchecked",
            "id",
            postgresql_where="source = 'tmdb' AND kind = 'movie' AND collection_id IS NULL",
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    source: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    tmdb_id: Mapped[int] = mapped_column(BigInteger)
    imdb_id: Mapped[str | None] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    original_title: Mapped[str] = mapped_column(Text)
    original_language: Mapped[str | None] = mapped_column(Text)
    release_date: Mapped[date | None]
    runtime_minutes: Mapped[int | None]
    vote_average: Mapped[float | None]
    vote_count: Mapped[int]
    popularity: Mapped[float]
    budget: Mapped[int | None] = mapped_column(BigInteger)
    revenue: Mapped[int | None] = mapped_column(BigInteger)
    poster_path: Mapped[str | None] = mapped_column(Text)
    collection_id: Mapped[int | None] = mapped_column(BigInteger)  # 0: in none; null: nobody has asked
    genres: Mapped[list[str]] = mapped_column(TEXTS)
    countries: Mapped[list[str]] = mapped_column(TEXTS)
    languages: Mapped[list[str]] = mapped_column(TEXTS)
    keywords: Mapped[list[str]] = mapped_column(TEXTS)
    companies: Mapped[list[int]] = mapped_column(IDS)
    directors: Mapped[list[int]] = mapped_column(IDS)
    writers: Mapped[list[int]] = mapped_column(IDS)
    cast_ids: Mapped[list[int]] = mapped_column(IDS)  # in billing order
    cast_characters: Mapped[list[str]] = mapped_column(TEXTS)  # beside cast_ids
    composers: Mapped[list[int]] = mapped_column(IDS)
    photography: Mapped[list[int]] = mapped_column(IDS)
    editors: Mapped[list[int]] = mapped_column(IDS)
    producers: Mapped[list[int]] = mapped_column(IDS)
    fetched_at: Mapped[datetime] = mapped_column(MOMENT, server_default=func.now())


class Person(Base):
    """Somebody who worked on films. Ids are TMDB's; negative ones belong to the sample."""

    __tablename__ = "people"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(Text)
    gender: Mapped[int] = mapped_column(SmallInteger)  # 0 not set, 1 female, 2 male, 3 non-binary
    portrait: Mapped[str | None] = mapped_column(Text)


class Company(Base):
    """A production company. Ids are TMDB's; negative ones belong to the sample."""

    __tablename__ = "companies"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(Text)
    country: Mapped[str | None] = mapped_column(Text)


class Collection(Base):
    """Films that TMDB takes together: a film and its sequels. Ids are TMDB's; negative ones belong to the sample.

    It is named as soon as facts name it; its `parts` are fetched once a second of its films is here.
    """

    __tablename__ = "collections"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(Text)
    parts: Mapped[list[dict[str, Any]] | None] = mapped_column(JSONB)  # facts.PartFacts; empty: TMDB has none of it
    fetched_at: Mapped[datetime | None] = mapped_column(MOMENT)  # of the parts
    due_at: Mapped[datetime] = mapped_column(MOMENT, server_default=func.now())  # when the parts are to be fetched


class Film(Base):
    """What an export claims: a link, a title, a year. A forged title makes a row of its own and reaches nobody else.

    letterboxd_id is decoded from a boxd.it link; null for old links and rows without one.
    """

    __tablename__ = "films"
    __table_args__ = (
        # The title comes first: the intake finds 20,000 claims through this index by title.
        UniqueConstraint("title", "letterboxd_id", "year", "source", postgresql_nulls_not_distinct=True),
        CheckConstraint("state IN ('pending', 'matched', 'unmatched', 'failed')", name="state"),
        CheckConstraint("(state = 'matched') = (facts_id IS NOT NULL)", name="matched_has_facts"),
        CheckConstraint("(state = 'pending') = (settled_at IS NULL)", name="settled"),
        Index("ix_films_pending", "id", postgresql_where="state = 'pending'"),
        Index("ix_films_facts_id", "facts_id"),
        Index("ix_films_changed_in", "changed_in"),
        Index("ix_films_letterboxd_id", "letterboxd_id"),
        Index("ix_films_failed", "id", "reason", postgresql_where="state = 'failed'"),
        Index("ix_films_unmatched", "settled_at", "id", postgresql_where="state = 'unmatched'"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    source: Mapped[str] = mapped_column(Text, server_default=Source.TMDB)
    letterboxd_id: Mapped[int | None] = mapped_column(BigInteger)
    title: Mapped[str] = mapped_column(Text)
    year: Mapped[int | None] = mapped_column(SmallInteger)
    state: Mapped[str] = mapped_column(Text, server_default=State.PENDING)
    facts_id: Mapped[int | None] = mapped_column(ForeignKey("film_facts.id"))
    confidence: Mapped[float | None]  # 0 to 1
    runners_up: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default="[]")
    reason: Mapped[str | None] = mapped_column(Text)  # why it failed or was not matched
    # Of the match, and of what it names: a trigger moves it on when those facts are written again.
    settled_at: Mapped[datetime | None] = mapped_column(MOMENT)
    agreed_at: Mapped[datetime | None] = mapped_column(MOMENT)  # when the match of several people became everybody's
    # When an entry of its own was last looked for in vain, as another film has the better claim to its match.
    compared_at: Mapped[datetime | None] = mapped_column(MOMENT)
    # The transaction that last changed it, by a trigger: what one snapshot has not seen is found by it.
    changed_in: Mapped[int | None] = mapped_column(BigInteger)


class Question(Base):
    """What a person wants TMDB asked: "search/heat", "movie/949", "tv/1399", "imdb/tt0113277" or "person/31".

    Shared by all who ask the same. Unanswered while answered_at is null; reason says why there is no answer.
    """

    __tablename__ = "questions"
    __table_args__ = (
        CheckConstraint("reason IN ('not_found', 'unavailable')", name="reason"),
        CheckConstraint("answered_at IS NOT NULL OR reason IS NULL", name="answered"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    asked: Mapped[str] = mapped_column(Text, unique=True)
    asked_at: Mapped[datetime] = mapped_column(MOMENT, server_default=func.now())
    answered_at: Mapped[datetime | None] = mapped_column(MOMENT)
    found: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default="[]")  # candidates, likeliest first
    reason: Mapped[str | None] = mapped_column(Text)


class Filmography(Base):
    """What somebody has worked on, as TMDB lists it: see filmographies.Credit. `listed` counts also those not kept."""

    __tablename__ = "filmographies"
    __table_args__ = (Index("ix_filmographies_fetched_at", "fetched_at"),)

    person_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    credits: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    listed: Mapped[int]
    fetched_at: Mapped[datetime] = mapped_column(MOMENT, server_default=func.now())


class WorkerReport(Base):
    """What the worker of a rate group says of itself every few seconds; `figures` as TmdbMetrics.report makes them."""

    __tablename__ = "worker_reports"

    rate_group: Mapped[str] = mapped_column(Text, primary_key=True)
    figures: Mapped[dict[str, Any]] = mapped_column(JSONB)
    reported_at: Mapped[datetime] = mapped_column(MOMENT, server_default=func.now())


class WorkerLead(Base):
    """Which worker of a rate group leads: see worker/lead.py. `term` counts the leads."""

    __tablename__ = "worker_leads"

    rate_group: Mapped[str] = mapped_column(Text, primary_key=True)
    term: Mapped[int] = mapped_column(BigInteger)
    holder: Mapped[str] = mapped_column(Text)
    until: Mapped[datetime] = mapped_column(MOMENT)
    keyless: Mapped[bool] = mapped_column(server_default=false())  # it could look nothing up
    claimed_at: Mapped[datetime | None] = mapped_column(MOMENT)  # when one that could said last that it waits


class TmdbState(Base):
    """What the worker last found out about its key, for the pages to say; away: TMDB does not answer. One row a rate
    group."""

    __tablename__ = "tmdb_state"
    __table_args__ = (CheckConstraint("key_state IN ('ok', 'no_key', 'bad_key', 'away')", name="key_state"),)

    rate_group: Mapped[str] = mapped_column(Text, primary_key=True)
    key_state: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime] = mapped_column(MOMENT, server_default=func.now())


# What the metrics count, as differences to be added up: triggers write them, and a period folds them into one each.
TALLIES = Table(
    "tallies",
    Base.metadata,
    Column("what", Text, nullable=False),  # films, matches, sessions
    Column("name", Text, nullable=False),  # a state, a kind, a status
    Column("n", BigInteger, nullable=False),
)
