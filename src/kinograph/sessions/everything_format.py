"""The shape of everything.json, and what of it is taken in: a stranger may have written it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, TypeVar

from pydantic import AwareDatetime, ConfigDict, Field, TypeAdapter
from pydantic.dataclasses import dataclass

from kinograph.films.candidates import MediaType
from kinograph.sessions.export_format import LIMITS

ROWS = 300_000  # in all, as of tables
Item = TypeVar("Item")
Many = Annotated[list[Item], Field(max_length=ROWS)]
Few = Annotated[list[Item], Field(max_length=1_001)]
Text = Annotated[str, Field(max_length=LIMITS["field_length"])]
Title = Annotated[str, Field(max_length=LIMITS["title_length"], pattern=r"\S")]
Short = Annotated[str, Field(max_length=LIMITS["title_length"])]
Sentence = Annotated[str, Field(max_length=4_000)]
Year = Annotated[int, Field(ge=LIMITS["first_year"], le=LIMITS["last_year"])]
Day = Annotated[date, Field(ge=date(LIMITS["first_year"], 1, 1), le=date(LIMITS["last_year"], 12, 31))]
Stars = Annotated[float, Field(ge=0.5, le=5, multiple_of=0.5)]
Number = Annotated[int, Field(ge=0, lt=2**31)]
Id = Annotated[int, Field(ge=0, lt=2**63)]
Entry = Annotated[str, Field(pattern=r"^(?:(?:movie|tv)/[1-9][0-9]{0,9}|imdb/tt[0-9]{7,10})$")]
KINDS: tuple[MediaType, ...] = ("movie", "tv")

_shape = dataclass(slots=True, kw_only=True, config=ConfigDict(strict=True, extra="ignore"))


@_shape
class Film:
    title: Title
    year: Year | None = None
    letterboxd_uri: Short = ""
    letterboxd_id: Id | None = None  # the link says it, which alone is read
    tmdb: Short | None = None  # of the match, for others
    imdb_id: Short | None = None
    watched: bool = False
    marked_on: Day | None = None
    rating: Stars | None = None
    rated_on: Day | None = None
    liked: bool = False
    liked_on: Day | None = None
    watchlist: bool = False
    wanted_on: Day | None = None


@_shape
class Viewing:
    film: Number
    entry_id: Id | None = None
    watched_on: Day
    logged_on: Day | None = None
    rating: Stars | None = None
    rewatch: bool = False
    tags: Many[Text] = Field(default_factory=list)


@_shape
class Review:
    film: Number
    entry_id: Id | None = None
    watched_on: Day | None = None
    logged_on: Day | None = None
    rating: Stars | None = None
    rewatch: bool = False
    tags: Many[Text] = Field(default_factory=list)
    text: Text


@_shape
class Listed:
    film: Number
    position: Number = 0
    note: Text = ""


@_shape
class List:
    name: Text
    slug: Text = ""
    letterboxd_uri: Short = ""
    created_on: Day | None = None
    tags: Many[Text] = Field(default_factory=list)
    description: Text = ""
    films: Many[Listed] = Field(default_factory=list)


@_shape
class Correction:
    film: Number
    entry: Entry | None  # null: it is no film on TMDB


@_shape
class File:
    path: Sentence
    kind: Short
    rows: Number
    skipped: Number


@_shape
class Unread:
    path: Sentence


@_shape
class Orphan:
    title: Title
    year: Year | None = None
    rows: Number


@_shape
class Problem:
    file: Sentence
    line: Number | None
    sentence: Sentence


@_shape
class Everything:
    kinograph: str
    version: int
    name: Short | None = None
    made_on: AwareDatetime | None = None
    reader: int | None = None
    films: Many[Film]
    viewings: Many[Viewing] = Field(default_factory=list)
    reviews: Many[Review] = Field(default_factory=list)
    lists: Many[List] = Field(default_factory=list)
    corrections: Many[Correction] = Field(default_factory=list)
    files: Many[File] = Field(default_factory=list)
    unread: Few[Unread] = Field(default_factory=list)
    orphaned: Many[Orphan] = Field(default_factory=list)
    problems: Few[Problem] = Field(default_factory=list)
    warnings: Few[Sentence] = Field(default_factory=list)


SHAPE = TypeAdapter(Everything)
EARLIEST, LATEST = datetime.fromisoformat("2011-01-01T00:00Z"), datetime.fromisoformat("2100-01-01T00:00Z")
"""Between which an export may have been made."""
