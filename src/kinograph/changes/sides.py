"""One export as it is compared with another: its rows as they were read, without anything TMDB says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Film:
    """A film of one export. `n` is its number there; stars are 0.5 to 5, None when unrated."""

    n: int
    title: str
    year: int | None
    letterboxd_id: int | None
    uri: str
    watched: bool = False
    rating: float | None = None
    liked: bool = False
    wished: bool = False
    wished_on: date | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A viewing, or a review, which has a text and may have no day. `film` is a number of Side.films."""

    film: int
    entry_id: int | None
    watched_on: date | None
    rating: float | None
    rewatch: bool
    tags: frozenset[str]
    text: str = ""


@dataclass(frozen=True, slots=True)
class FilmList:
    """A list: the numbers of its films, in any order. `list_id` is Letterboxd's and `slug` its name in a full link;
    None where the link does not tell."""

    list_id: int | None
    name: str
    films: frozenset[int]
    slug: str | None = None


@dataclass(frozen=True, slots=True)
class Orphan:
    """The name of a film that Letterboxd has dropped, and how often the export has it."""

    title: str
    year: int | None
    rows: int


@dataclass(frozen=True)
class Side:
    """All of one export. `unknown` says for each part that cannot be compared why, as a word of parts.Reason."""

    films: Mapping[int, Film]
    viewings: tuple[Entry, ...] = ()
    reviews: tuple[Entry, ...] = ()
    lists: tuple[FilmList, ...] = ()
    unknown: Mapping[str, str] = field(default_factory=dict)
    orphans: tuple[Orphan, ...] = ()
