"""What a session tells where nothing in it is watched: a watchlist, likes or lists that were sent alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from kinograph import i18n
from kinograph.i18n import gettext, ngettext
from kinograph.stats import decades, labels
from kinograph.stats.page_context import PageContext

MOST = 12  # of each ranking


@dataclass(frozen=True, slots=True)
class Unwatched:
    """Films by what they are there for; a film may be wanted, liked and listed. Rankings hold a name and its films.

    `listed` is None for strangers, to whom neither lists nor the films on them are shown.
    """

    films: int
    wanted: int
    liked: int
    listed: int | None
    pending: int
    countries: tuple[tuple[str, int], ...]
    genres: tuple[tuple[str, int], ...]
    decades: tuple[tuple[str, int], ...]

    @property
    def sentence(self) -> str:
        """What the page opens with."""
        if self.wanted == self.films and self.wanted:
            return ngettext("A watchlist of %(n)s film.", "A watchlist of %(n)s films.", self.films)
        if self.liked == self.films and self.liked:
            return ngettext("%(n)s liked film.", "%(n)s liked films.", self.films)
        if self.films:
            return ngettext("%(n)s film, not marked as watched.", "%(n)s films, none marked as watched.", self.films)
        return gettext("No films yet.")


def select_films(view: PageContext) -> pl.DataFrame:
    """The films that are there for another reason than having been watched, as far as the reader may see them."""
    shown = pl.lit(value=True) if view.owner else pl.col("watchlist") | pl.col("liked")
    return view.all.films.filter(~pl.col("watched") & shown)


def compute(view: PageContext) -> Unwatched | None:
    """None where a film is watched: then the pages are about those."""
    if len(view.everything):
        return None
    films = select_films(view)
    by_decade = films.drop_nulls("year").select(decade=decades.FIRST_YEAR)["decade"].value_counts(sort=True)
    return Unwatched(
        films=len(films),
        wanted=int(films["watchlist"].sum()),
        liked=int(films["liked"].sum()),
        listed=int((films["lists"].list.len() > 0).sum()) if view.owner else None,
        pending=int((films["state"] == "pending").sum()),
        countries=_ranking(films["countries"], labels.country),
        genres=_ranking(films["genres"], labels.genre),
        decades=tuple((decades.named(decade), count) for decade, count in sorted(by_decade.rows(), reverse=True)),
    )


def _ranking(values: pl.Series, name: Callable[[str], str]) -> tuple[tuple[str, int], ...]:
    """The most frequent of them first, those of one number by their names."""
    counts = values.explode().drop_nulls().value_counts().rows()
    named = [(name(value), count) for value, count in counts]
    return tuple(sorted(named, key=lambda each: (-each[1], labels.sort_key(each[0])))[:MOST])


def template_values(view: PageContext) -> dict[str, object]:
    """What a template needs of it; nothing where a film is watched."""
    found = compute(view)
    if found is None:
        return {}
    return {
        "unwatched": found,
        "unwatched_parts": describe_parts(found),
        "unwatched_rankings": describe_rankings(found),
        "watchlist_href": view.to_page("watchlist") if found.wanted else "",
    }


def describe_parts(found: Unwatched) -> list[str]:
    """What was sent, each part in words."""
    counted = (
        (found.wanted, ngettext("%(n)s film on the watchlist", "%(n)s films on the watchlist", found.wanted)),
        (found.liked, ngettext("%(n)s liked film", "%(n)s liked films", found.liked)),
        (found.listed, ngettext("%(n)s film on lists", "%(n)s films on lists", found.listed or 0)),
    )
    return [text for count, text in counted if count]


def describe_rankings(found: Unwatched) -> list[tuple[str, str]]:
    """The title of each ranking that has anything in it, and its line: "France 12, Japan 9"."""
    titled = (
        (gettext("Countries"), found.countries),
        (gettext("Genres"), found.genres),
        (gettext("Decades"), found.decades),
    )
    return [
        (title, ", ".join(f"{name}\u00a0{i18n.number(count)}" for name, count in ranked))  # on one line with its number
        for title, ranked in titled
        if ranked
    ]
