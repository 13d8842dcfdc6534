"""What an invented export tells, before anything is written as CSV."""

from __future__ import annotations

import string
from dataclasses import dataclass, field
from datetime import date

FIRST_DAY, LAST_DAY = date(2018, 3, 1), date(2026, 4, 30)
DIGITS = string.digits + string.ascii_lowercase + string.ascii_uppercase


@dataclass(frozen=True)
class Film:
    title: str
    year: int | None
    uri: str


@dataclass
class Entry:
    """A diary entry, with a text a review; without `watched_on` a review only."""

    film: Film
    logged_on: date
    watched_on: date | None
    rating: float | None
    rewatch: bool
    tags: tuple[str, ...]
    text: str = ""
    uri: str = ""


@dataclass
class Library:
    watched: dict[Film, date] = field(default_factory=dict)
    ratings: dict[Film, float] = field(default_factory=dict)
    diary: list[Entry] = field(default_factory=list)
    undated_reviews: list[Entry] = field(default_factory=list)
    likes: list[Film] = field(default_factory=list)
    watchlist: list[Film] = field(default_factory=list)
    lists: dict[str, list[Film]] = field(default_factory=dict)
    gone: list[Entry] = field(default_factory=list)

    @property
    def reviews(self) -> list[Entry]:
        return [entry for entry in self.diary if entry.text] + self.undated_reviews

    def totals(self) -> dict[str, object]:
        days = sorted(entry.watched_on for entry in self.diary if entry.watched_on)
        return {
            "films": len(self.watched),
            "viewings": len(self.diary),
            "rewatches": sum(entry.rewatch for entry in self.diary),
            "ratings": len(self.ratings),
            "rating_mean": sum(self.ratings.values()) / len(self.ratings),
            "reviews": len(self.reviews),
            "likes": len(self.likes),
            "watchlist": len(self.watchlist),
            "lists": len(self.lists),
            "first_viewing": str(days[0]),
            "last_viewing": str(days[-1]),
            "undated_films": len(self.watched.keys() - {entry.film for entry in self.diary}),
        }


def code(number: int) -> str:
    """A number as the path of a boxd.it link."""
    signs = ""
    while number:
        number, digit = divmod(number, 62)
        signs = DIGITS[digit] + signs
    return signs
