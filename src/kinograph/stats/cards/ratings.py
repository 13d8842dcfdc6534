"""How a person spreads their stars, and how that compares with everyone else's."""

from __future__ import annotations

from dataclasses import field

from markupsafe import Markup

from kinograph import i18n
from kinograph.charts.columns import Item, draw_column_chart
from kinograph.charts.marks import Mark
from kinograph.charts.records import record
from kinograph.i18n import gettext, gettext_noop, ngettext
from kinograph.layout import templates
from kinograph.stats import labels
from kinograph.stats.address import FilterLink
from kinograph.stats.against import Beside, add_columns, compute_beside, has_shares, is_one_scale, put_behind
from kinograph.stats.arrays import count_half_stars, known, mean
from kinograph.stats.comparison import Comparison, compare
from kinograph.stats.frames import Frame
from kinograph.stats.page_context import PageContext

TITLE = gettext_noop("How you rate")
DEFINITION = (
    gettext_noop("Rated films by stars; you and everyone else over the films you rated that have a score at TMDB."),
    "n(films) by stars; difference = mean(stars) − mean(score / 2)",
)
HALF_STARS = tuple(n / 2 for n in range(1, 11))


@record
class RatingStep:
    """The films with exactly these stars: among those picked but for their rating, and among all."""

    stars: float
    films: int
    whole: int
    link: FilterLink


@record
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
    if view.own_mean is None:
        return None
    films, whole = (_by_stars(frame) for frame in (view.ignoring("rating"), view.all))
    rated = known(view.picked.of_watched["rating"])
    link = view.linker("rating")
    return Ratings(
        steps=tuple(RatingStep(stars, films[stars], whole[stars], link(f"{stars:g}")) for stars in HALF_STARS),
        rated=len(rated),
        mean=mean(rated),
        compared=compare(view.picked.of_watched),
        beside=compute_beside(view, compute),
    )


def _by_stars(frame: Frame) -> dict[float, int]:
    return count_half_stars(frame.of_watched["rating"])


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
