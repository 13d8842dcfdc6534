"""The genres and decades a person is kinder to than everyone else, and those they are harsher on."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl
from markupsafe import Markup

from kinograph import i18n, pages
from kinograph.charts import bars
from kinograph.i18n import gettext, noop
from kinograph.stats import groups, names
from kinograph.stats.filters import Link
from kinograph.stats.view import View

TITLE = noop("Kinder to some")
SHOWN = 12
REACH = 1.0
"""Stars from nought to the end of a bar."""


@dataclass(frozen=True, slots=True)
class Group:
    """`kinder` is the mean of your stars less TMDB's halved score, drawn toward its mean over all films."""

    name: str  # a genre as TMDB has it, or the first year of a decade
    films: int
    kinder: float
    link: Link


@dataclass(frozen=True, slots=True)
class Kindness:
    genres: tuple[Group, ...]  # kindest first, of the dozen with the most films
    decades: tuple[Group, ...]  # oldest first
    overall: float  # over everything watched


def compute(view: View) -> Kindness | None:
    """None when too few films are rated by both, or too few of any genre and decade."""
    everything = _apart(view.everything)["apart"].mean()
    films = _apart(view.watched)
    if not isinstance(everything, int | float) or len(films) < groups.FEWEST_RATINGS:
        return None
    genres = _groups(films.explode("genres"), pl.col("genres"), everything)
    decades = _groups(films, pl.col("year") // 10 * 10, everything)
    if not len(genres) and not len(decades):
        return None
    to_genre, to_decade = view.linker("genre"), view.linker("released")
    return Kindness(
        genres=tuple(
            Group(name, count, kinder, to_genre(name))
            for name, count, kinder in genres.head(SHOWN)
            .sort("kinder", "films", "key", descending=[True, True, False])
            .iter_rows()
        ),
        decades=tuple(
            Group(str(decade), count, kinder, to_decade(f"{decade}-{decade + 9}"))
            for decade, count, kinder in decades.sort("key").iter_rows()
        ),
        overall=float(everything),
    )


def _apart(films: pl.DataFrame) -> pl.DataFrame:
    return films.select(
        "genres", "year", apart=pl.col("rating").cast(pl.Float64) - pl.col("vote_average").cast(pl.Float64) / 2
    ).drop_nulls("apart")


def _groups(films: pl.DataFrame, key: pl.Expr, overall: float) -> pl.DataFrame:
    """key, films, kinder; most films first, those with too few left out."""
    total = pl.col("apart").sum() + groups.PRIOR * overall
    return (
        films.group_by(key=key)
        .agg(films=pl.len(), kinder=total / (pl.len() + groups.PRIOR))
        .drop_nulls("key")
        .filter(pl.col("films") >= groups.FEWEST_RATINGS)
        .sort("films", "key", descending=[True, False])
    )


def render(card: Kindness) -> Markup:
    genres = [(names.genre(group.name), group) for group in card.genres]
    decades = [(gettext("%(decade)ss", decade=group.name), group) for group in card.decades]
    return pages.render(
        "stats/cards/kindness.html",
        card=card,
        title=gettext(TITLE),
        overall=_signed(card.overall),
        columns=[
            (
                title,
                [
                    (name, group, _signed(group.kinder), bars.swing(group.kinder, middle=0, reach=REACH))
                    for name, group in shown
                ],
            )
            for title, shown in ((gettext("Genres"), genres), (gettext("Decades"), decades))
            if shown
        ],
        fewest=groups.FEWEST_RATINGS,
        prior=groups.PRIOR,
        rows=[(name, i18n.number(group.films), _signed(group.kinder)) for name, group in (*genres, *decades)],
    )


def _signed(stars: float) -> str:
    return ("+" if stars >= 0.005 else "−" if stars <= -0.005 else "±") + i18n.decimal(abs(stars))
