"""What the files of an export tell: typed rows, in which a film is a number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from kinograph.i18n import Sentence
from kinograph.sessions.film_index import ExportedFilm
from kinograph.sessions.row_log import FileRead, Problem


# What there are ten thousands of are tuples: they are made in a quarter of the time, and cross to another process as
# they are.
class Viewing(NamedTuple):
    """One row of the diary. `film` is an index into Export.films, `rating` in stars from 0.5 to 5 by halves."""

    film: int
    entry_id: int | None
    watched_on: date
    logged_on: date | None
    rating: float | None
    rewatch: bool
    tags: tuple[str, ...]


class Review(NamedTuple):
    """A text about a film: HTML as a stranger typed it. Without `watched_on` it belongs to no viewing."""

    film: int
    entry_id: int | None
    watched_on: date | None
    logged_on: date | None
    rating: float | None
    rewatch: bool
    tags: tuple[str, ...]
    text: str


class ListFilm(NamedTuple):
    position: int
    film: int
    note: str


def name_fields(row: Any) -> dict[str, Any]:
    """One of these as JSON has it, of which fingerprints are taken: with the names of its fields."""
    named: dict[str, Any] = row._asdict()
    return named


@dataclass(frozen=True, slots=True)
class List:
    """`slug` is the file's name without .csv; `description` and the films' notes are HTML as a stranger typed it."""

    name: str
    slug: str
    created_on: date | None
    tags: tuple[str, ...]
    uri: str
    description: str
    films: tuple[ListFilm, ...]


@dataclass(frozen=True, slots=True)
class Orphan:
    """A film that Letterboxd has dropped, by its name, which is all that is left; `rows` is how often it is named."""

    title: str
    year: int | None
    rows: int


@dataclass(frozen=True, slots=True)
class FileCorrection:
    """What a file says that its film is: an entry as questions name it, such as movie/949; None: no film on TMDB."""

    film: int
    entry: str | None


@dataclass(frozen=True, slots=True)
class Export:
    """What was sent, with each distinct film once; everywhere else a film is its index in `films`.

    `watched`, `likes` and `watchlist` hold the day each film was marked so, `ratings` its stars and `rated_on` their
    day; days that the files do not tell are None.
    Viewings are in the order they happened. `warnings` are whole sentences for the person who sent the files, and
    `fingerprint` is of the files' texts, whatever is read from them. `unread` names the files that are never opened.
    `corrections` and `name`, which its owner gave it, come with Kinograph's own file of an export alone.
    `orphaned` films are none of `films` and count nowhere; the fingerprint is not of them.
    """

    films: tuple[ExportedFilm, ...]
    watched: dict[int, date | None]
    ratings: dict[int, float]
    rated_on: dict[int, date | None]
    viewings: tuple[Viewing, ...]
    reviews: tuple[Review, ...]
    likes: dict[int, date | None]
    watchlist: dict[int, date | None]
    lists: tuple[List, ...]
    files: tuple[FileRead, ...]
    problems: tuple[Problem, ...]
    warnings: tuple[Sentence, ...]
    unread: tuple[str, ...]
    made_at: datetime | None
    fingerprint: bytes
    orphaned: tuple[Orphan, ...] = ()
    corrections: tuple[FileCorrection, ...] = ()
    name: str | None = None
