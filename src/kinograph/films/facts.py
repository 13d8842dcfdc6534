"""What TMDB says of a film or series, in our words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date as Date

from kinograph.films.candidates import MediaType


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """`gender` as TMDB counts: 0 unknown, 1 woman, 2 man, 3 non-binary. `portrait` is an image path."""

    id: int
    name: str
    gender: int = 0
    portrait: str | None = None


@dataclass(frozen=True, slots=True)
class CompanyFacts:
    """`country` is ISO 3166-1 alpha-2."""

    id: int
    name: str
    country: str | None = None


@dataclass(frozen=True, slots=True)
class CollectionFacts:
    id: int
    name: str


@dataclass(frozen=True, slots=True)
class PartFacts:
    """A film of a collection. `poster_path` is an image path, `vote_average` 0 to 10, None without votes."""

    tmdb_id: int
    title: str
    release_date: Date | None = None
    poster_path: str | None = None
    vote_average: float | None = None


@dataclass(frozen=True, slots=True)
class CastMember:
    """`character` joins several parts with " / ", and is "" where TMDB names none."""

    person: PersonFacts
    character: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Countries are ISO 3166-1 alpha-2 with TMDB's additions for former states (SU, XC, XG, YU), languages ISO 639.

    For a series, `runtime_minutes` is an estimate of what someone who saw it whole has watched, see tmdb_answers.
    Its directors are those of its episodes, most episodes first, or its creators where none is known; its writers begin
    with the creators. Producers are those credited as just that, as the executive ones seldom made the film.
    """

    kind: MediaType
    tmdb_id: int
    imdb_id: str | None
    title: str
    original_title: str
    original_language: str | None
    release_date: Date | None
    runtime_minutes: int | None
    genres: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    vote_average: float | None = None
    vote_count: int = 0
    popularity: float = 0.0
    budget: int | None = None
    revenue: int | None = None
    poster_path: str | None = None
    crew: Mapping[str, tuple[PersonFacts, ...]] = field(default_factory=dict)  # by the columns of roles.CREW
    cast: tuple[CastMember, ...] = ()
    companies: tuple[CompanyFacts, ...] = ()
    collection: CollectionFacts | None = None

    @property
    def collection_id(self) -> int:
        """0 where it is in none."""
        return self.collection.id if self.collection else 0
