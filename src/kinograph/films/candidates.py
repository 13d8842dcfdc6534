"""The films that exports name, and the entries of TMDB that they may be."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

MediaType = Literal["movie", "tv"]
Subject = tuple[MediaType, int]
"""What TMDB numbers: films and series count apart."""


@dataclass(frozen=True, slots=True)
class FilmRef:
    """A film as an export names it."""

    title: str
    year: int | None


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry that a search found. `listed_year` is a year known to hold one of its releases, primary or not.

    Searches tell neither runtime nor alternative titles; who asked for the details can add them.
    """

    kind: MediaType
    tmdb_id: int
    title: str
    original_title: str
    year: int | None
    vote_count: int = 0
    popularity: float = 0.0
    poster_path: str | None = None
    runtime_minutes: int | None = None
    listed_year: int | None = None
    alternative_titles: tuple[str, ...] = ()

    @property
    def subject(self) -> Subject:
        return self.kind, self.tmdb_id

    @property
    def audience(self) -> float:
        """About proportional to how many people have seen it. Popularity speaks for entries too young to have votes."""
        return self.vote_count + 10 * self.popularity + 0.5

    @property
    def is_known(self) -> bool:
        """False for the hundreds of thousands of entries that next to nobody has looked at."""
        return self.vote_count >= 5 or self.popularity >= 0.6


def merge(candidates: Iterable[Candidate]) -> list[Candidate]:
    """One of each entry, with what every search learned of it."""
    known: dict[Subject, Candidate] = {}
    for candidate in candidates:
        if earlier := known.get(candidate.subject):
            candidate = replace(
                candidate,
                listed_year=candidate.listed_year or earlier.listed_year,
                runtime_minutes=candidate.runtime_minutes or earlier.runtime_minutes,
                alternative_titles=candidate.alternative_titles or earlier.alternative_titles,
            )
        known[candidate.subject] = candidate
    return list(known.values())
