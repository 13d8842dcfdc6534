"""The films of a pair as its page shows them: groups of a few with a link to the rest, and what is said of each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import polars as pl

from kinograph.charts.posters import Poster
from kinograph.i18n import gettext, ngettext, number
from kinograph.pairs.pair import Pair
from kinograph.stats.labels import format_stars
from kinograph.stats.page_context import PageContext
from kinograph.stats.posters import make_posters

FEW = {"love": 12, "apart": 5, "theirs": 15, "yours": 15, "wishes": 8}
"""Films of a group, by its name, on the page of the pair. Of all that both saw there are none."""

MANY = 100
"""Films on a page of one group."""

EVENING = 100
"""Minutes below which a film is one for tonight."""


class PairFilm(NamedTuple):
    """What stands beside a poster of yours, and of theirs; "" where there is nothing to say."""

    poster: Poster
    yours: str
    theirs: str
    minutes: int | None
    is_wanted: bool  # on your watchlist


@dataclass(frozen=True, slots=True)
class Group:
    """Films under a title, and a sentence on them; `name` is what the address calls it."""

    name: str
    title: str
    said: str
    films: pl.DataFrame

    @property
    def total(self) -> int:
        return len(self.films)

    def show(self, view: PageContext, start: int = 0, most: int | None = None) -> list[PairFilm]:
        """The first of its films, or those from `start` on."""
        films = self.films.slice(start, FEW[self.name] if most is None else most)
        rows = films.iter_rows(named=True)
        return [_read(poster, row) for poster, row in zip(make_posters(films, view), rows, strict=True)]


def _read(poster: Poster, row: dict[str, Any]) -> PairFilm:
    return PairFilm(
        poster,
        _say(row["my_rating"], liked=row["my_liked"]),
        _say(row["their_rating"], liked=row["their_liked"]),
        row["runtime_minutes"],
        row["my_watchlist"] and not row["my_seen"],
    )


def _say(rating: float | None, *, liked: bool) -> str:
    stars = f"{format_stars(rating)}★" if rating else ""
    return f"{stars} ♥".strip() if liked else stars


def make_groups(pair: Pair) -> dict[str, Group]:
    """By their names; those for which the other tells nothing, and those without a film, are left out."""
    groups = [each(pair) for each in _GROUPS]
    return {group.name: group for group in groups if group.total}


def _both(pair: Pair) -> Group:
    n = len(pair.both)
    return Group("both", ngettext("%(n)s film you both saw", "%(n)s films you both saw", n), "", pair.both)


def _love(pair: Pair) -> Group:
    said = gettext("At least 4½ stars or a heart, from each of you.")
    return Group("love", gettext("You both love"), said, pair.loved)


def _apart(pair: Pair) -> Group:
    said = gettext("At least one star apart.")
    return Group("apart", gettext("Where you differ most"), said, pair.apart)


def _for_me(pair: Pair) -> Group:
    n = len(pair.for_me)
    said = ngettext("%(n)s film to borrow.", "%(n)s films to borrow.", n)
    return Group("theirs", gettext("They love it, you have not seen it"), said, pair.for_me)


def _for_them(pair: Pair) -> Group:
    n = len(pair.for_them)
    said = ngettext("%(n)s film to lend.", "%(n)s films to lend.", n)
    return Group("yours", gettext("You love it, they have not seen it"), said, pair.for_them)


def _wishes(pair: Pair) -> Group:
    return Group("wishes", gettext("On both watchlists"), _say_evening(pair), pair.wishes)


def _say_evening(pair: Pair) -> str:
    """How many would fit into an evening; else that the shortest come first."""
    short = len(pair.wishes.filter(pl.col("runtime_minutes") < EVENING))
    if not short:
        return gettext("The shortest first.")
    return ngettext(
        "%(n)s under %(minutes)s minutes for tonight.",
        "%(n)s under %(minutes)s minutes for tonight.",
        short,
        minutes=number(EVENING),
    )


_GROUPS: Sequence[Callable[[Pair], Group]] = (_both, _love, _apart, _for_me, _for_them, _wishes)
