"""What "everyone else" thinks of the sample's films: invented, plausible, and the same on every machine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

LOWEST, HIGHEST = 5.2, 8.7  # of 10; the films of the sample are well-loved ones
TILTS = {"Action": -0.35, "Horror": -0.2, "Comedy": -0.1, "War": 0.15, "Documentary": 0.1, "Animation": 0.15}


@dataclass(frozen=True, slots=True)
class Opinion:
    vote_average: float
    vote_count: int
    popularity: float


def opinion(title: str, year: int, *, genres: Sequence[str], language: str) -> Opinion:
    """Older films are watched by fewer people, who love them more; films in English by many more people."""
    random = Random(f"{title} ({year})")  # noqa: S311 - no secret depends on it
    age = (2025 - year) / 100
    score = random.gauss(7.25 + 0.35 * age + sum(TILTS.get(genre, 0) for genre in genres), 0.45)
    votes = 10 ** random.gauss(3.1 - 0.6 * age + (0.8 if language == "en" else 0), 0.35)
    return Opinion(
        vote_average=round(min(max(score, LOWEST), HIGHEST), 1),
        vote_count=max(round(votes), 12),
        popularity=round(votes**0.5 / 3, 1),
    )
