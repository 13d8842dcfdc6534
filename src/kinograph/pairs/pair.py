"""Two people: what both saw and love, where they differ, and what one loves and the other has not seen."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from kinograph.pairs.agreement import Agreement, agree
from kinograph.pairs.joining import NOTHING, join_films
from kinograph.stats.address import Filters
from kinograph.stats.frames import Frame
from kinograph.stats.memory import weigh

LOVED = 4.5
"""Stars from which on a film is loved; so is one with a heart, whatever its stars."""

APART = 1.0
"""Stars from which on two people differ on a film."""

TOLD = frozenset({"stars", "likes", "watchlist"})
"""What the other may tell or hide of themselves."""

_VOTES = pl.col("vote_count").fill_null(0)
# What is left to order equals by is so of the film itself, and tells nothing of anybody.
_LAST = (_VOTES, pl.col("title"), pl.col("year"), pl.col("uri"))
_LAST_FALLS = (True, False, False, False)


@dataclass(frozen=True, eq=False)
class Pair:
    """`films` as join_films tells; `told` is what the other tells of TOLD."""

    films: pl.DataFrame
    told: frozenset[str] = TOLD

    @cached_property
    def mine(self) -> int:
        """Films that the one has seen."""
        return int(self.films["my_seen"].sum())

    @cached_property
    def theirs(self) -> int:
        return int(self.films["their_seen"].sum())

    @cached_property
    def both(self) -> pl.DataFrame:
        """Seen by both: what they rated highest together comes first, then the best known."""
        return self._best_first(self.films.filter("my_seen", "their_seen"))

    @cached_property
    def rated(self) -> pl.DataFrame:
        return self.both.filter(pl.col("my_rating").is_not_null(), pl.col("their_rating").is_not_null())

    @cached_property
    def agreement(self) -> Agreement:
        return agree(self.rated["my_rating"], self.rated["their_rating"])

    @cached_property
    def loved(self) -> pl.DataFrame:
        """By both."""
        return self.both.filter(_loves("my"), _loves("their"))

    @cached_property
    def apart(self) -> pl.DataFrame:
        """Where their stars are APART or more, the farthest first."""
        distance = (pl.col("my_rating") - pl.col("their_rating")).abs()
        films = self.rated.filter(distance >= APART)
        return films.sort(distance, *_LAST, descending=[True, *_LAST_FALLS], nulls_last=True)

    @cached_property
    def for_them(self) -> pl.DataFrame:
        """What the one loves and the other has not seen."""
        return self._best_first(self.films.filter("my_seen", ~pl.col("their_seen"), _loves("my")))

    @cached_property
    def for_me(self) -> pl.DataFrame:
        """What the other loves and the one has not seen."""
        return self._best_first(self.films.filter("their_seen", ~pl.col("my_seen"), _loves("their")))

    @cached_property
    def wishes(self) -> pl.DataFrame:
        """On both watchlists and seen by neither, the shortest first; those without a runtime come last."""
        films = self.films.filter("my_watchlist", "their_watchlist", ~(pl.col("my_seen") | pl.col("their_seen")))
        return films.sort("runtime_minutes", *_LAST, descending=[False, *_LAST_FALLS], nulls_last=True)

    def weigh(self) -> int:
        """Bytes, with all that is made of it."""
        parts = (self.films, self.both, self.rated, self.loved, self.apart, self.for_them, self.for_me, self.wishes)
        return sum(map(weigh, parts))

    @staticmethod
    def _best_first(films: pl.DataFrame) -> pl.DataFrame:
        stars = pl.sum_horizontal("my_rating", "their_rating")
        hearts = pl.sum_horizontal("my_liked", "their_liked")
        return films.sort(stars, hearts, *_LAST, descending=[True, True, *_LAST_FALLS], nulls_last=True)


def _loves(whose: str) -> pl.Expr:
    return pl.col(f"{whose}_liked") | (pl.col(f"{whose}_rating") >= LOVED).fill_null(value=False)


def make_pair(mine: Frame, theirs: Frame, shows: Collection[str] = TOLD, filters: Filters = NOTHING) -> Pair:
    """`theirs` is what may be seen of the other, and `shows` what is told of them, of scope.SHOWN. `filters` are of
    narrowing.OF_FILMS."""
    return Pair(join_films(mine, theirs, filters), TOLD & frozenset(shows))
