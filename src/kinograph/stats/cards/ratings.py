"""How a person spreads their stars, and how that compares with everyone else's."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl
from markupsafe import Markup

from kinograph import i18n
from kinograph.charts.columns import Item, draw_column_chart
from kinograph.charts.marks import Mark
from kinograph.i18n import gettext, gettext_noop, ngettext
from kinograph.layout import templates
from kinograph.stats import labels
from kinograph.stats.address import FilterLink
from kinograph.stats.against import Beside, add_columns, compute_beside, has_shares, is_one_scale, put_behind
from kinograph.stats.averages import mean
from kinograph.stats.comparison import Comparison, compare
from kinograph.stats.page_context import PageContext

TITLE = gettext_noop("How you rate")
DEFINITION = (
    gettext_noop("Rated films by stars; you and everyone else over the films you rated that have a score at TMDB."),
    "n(films) by stars; difference = mean(stars) − mean(score / 2)",
)
HALF_STARS = tuple(n / 2 for n in range(1, 11))


@dataclass(frozen=True, slots=True)
class RatingStep:
    """The films with exactly these stars: among those picked but for their rating, and among all."""

    stars: float
    films: int
    whole: int
    link: FilterLink


@dataclass(frozen=True, slots=True)
class Ratings:
    steps: tuple[RatingStep, ...]
    rated: int
    mean: float | None  # of every rating, in stars
    compared: Comparison | None  # over the films that both rated
    beside: Beside[Ratings] | None = field(default=None, compare=False)

    @property
    def yours(self) -> float | None:
        """What stands beside everyone else's, over the same films."""
        return self.compared.yours if self.compared else self.mean


def compute(view: PageContext) -> Ratings | None:
    """None when nothing was rated."""
    if not view.everything["rating"].count():
        return None
    films, whole = _by_stars(view.ignoring("rating").watched), _by_stars(view.everything)
    rated = view.watched.select("rating", "vote_average").drop_nulls("rating")
    link = view.linker("rating")
    return Ratings(
        steps=tuple(
            RatingStep(stars, films.get(stars, 0), whole.get(stars, 0), link(f"{stars:g}")) for stars in HALF_STARS
        ),
        rated=len(rated),
        mean=mean(rated["rating"]),
        compared=compare(rated),
        beside=compute_beside(view, compute),
    )


def _by_stars(films: pl.DataFrame) -> dict[float, int]:
    counts = films.group_by("rating").len()
    return dict(zip(counts["rating"].to_list(), counts["len"].to_list(), strict=True))


def _items(card: Ratings) -> list[Item]:
    picked = any(step.link.picked for step in card.steps)
    return [
        Item(
            step.films,
            Mark.to(
                step.link,
                ngettext("%(stars)s: %(n)s film", "%(stars)s: %(n)s films", step.films, stars=_stars(step.stars)),
            ),
            whole=step.whole,
            text=i18n.number(step.films),
            tick=labels.format_star_figure(step.stars),
            dim=picked and not step.link.picked,
        )
        for step in card.steps
    ]


def render(card: Ratings, title: str) -> Markup:
    items = put_behind(_items(card), card.beside, _items)
    heads, rows = add_columns(
        (gettext("Stars"), gettext("Films")),
        [(labels.format_star_figure(step.stars), i18n.number(step.films)) for step in card.steps],
        items,
        card.beside,
    )
    return templates.render(
        "stats/cards/ratings.html",
        card=card,
        title=title,
        chart=draw_column_chart(items, label=title, height=220, foot=42, one_scale=is_one_scale(card.beside)),
        ghost=has_shares(items, card.beside),
        yours=_place(card.yours),
        theirs=_place(card.compared.theirs if card.compared else None),
        heads=heads,
        rows=rows,
    )


def _stars(stars: float) -> str:
    text = i18n.number(stars) if stars == int(stars) else i18n.decimal(stars, 1)
    return ngettext("%(stars)s star", "%(stars)s stars", 1 if stars == 1 else 2, stars=text)


def _place(mean: float | None) -> float | None:
    """Percent from the left, on the scale of the columns: half a star stands in the middle of the first."""
    return None if mean is None else round((mean - 0.25) / 5 * 100, 2)
