"""How likes and ratings agree: the share of films liked at each number of stars."""

from __future__ import annotations

from dataclasses import field

from markupsafe import Markup

from kinograph import i18n
from kinograph.charts.columns import Item, draw_column_chart
from kinograph.charts.marks import Mark
from kinograph.charts.records import record
from kinograph.i18n import gettext, gettext_noop
from kinograph.layout import templates
from kinograph.stats import labels
from kinograph.stats.address import FilterLink
from kinograph.stats.against import Beside, add_columns, compute_beside, put_behind
from kinograph.stats.arrays import count_half_stars, is_known, mean
from kinograph.stats.page_context import PageContext

TITLE = gettext_noop("Hearts and stars")
DEFINITION = (
    gettext_noop(
        "How many of the watched films at each number of stars you liked, and the averages of the liked films and"
        " of the others."
    ),
    "share = 100 × n(liked) / n(rated so)",
)
LOVED = 4.5
"""Stars from which on one expects a heart."""


@record
class LikedStep:
    """The films with exactly these stars, and how many of them are liked; the link leads to the liked ones."""

    stars: float
    films: int
    liked: int
    link: FilterLink


@record
class LikesByRating:
    steps: tuple[LikedStep, ...]  # all ten
    liked: float | None  # the mean of the liked films' ratings
    others: float | None
    loved_unliked: int  # with LOVED stars or more and no heart
    loved_link: FilterLink
    unrated: int  # liked and without a rating
    beside: Beside[LikesByRating] | None = field(default=None, compare=False)


def compute(view: PageContext) -> LikesByRating | None:
    """None when nothing is liked, or nothing rated."""
    if not view.all.of_watched["liked"].any() or view.own_mean is None:
        return None
    shown = view.ignoring("rating", "liked").of_watched
    films = count_half_stars(shown["rating"])
    liked = count_half_stars(shown["rating"][shown["liked"]])
    ratings, is_liked = (view.picked.of_watched[name] for name in ("rating", "liked"))
    return LikesByRating(
        steps=tuple(
            LikedStep(stars, count, liked[stars], view.link(rating=f"{stars:g}", liked="yes"))
            for stars, count in films.items()
        ),
        liked=mean(ratings[is_liked]),
        others=mean(ratings[~is_liked]),
        loved_unliked=int(((ratings >= LOVED) & ~is_liked).sum()),
        loved_link=view.link(rating=f"{LOVED:g}-5", liked="no"),
        unrated=int((is_liked & ~is_known(ratings)).sum()),
        beside=compute_beside(view, compute),
    )


def _items(card: LikesByRating) -> list[Item]:
    picked = any(step.link.picked for step in card.steps)
    return [_item(step, dim=picked and not step.link.picked) for step in card.steps]


def render(card: LikesByRating, title: str) -> Markup:
    items = put_behind(_items(card), card.beside, _items, digits=0)
    heads, rows = add_columns(
        (gettext("Stars"), gettext("Films"), gettext("Liked")),
        [
            (labels.format_star_figure(step.stars), i18n.number(step.films), i18n.number(step.liked))
            for step in card.steps
        ],
        items,
        card.beside,
    )
    return templates.render(
        "stats/cards/likes_by_rating.html",
        card=card,
        title=title,
        loved=labels.format_stars(LOVED),
        chart=draw_column_chart(items, label=title, height=150, one_scale=True),
        heads=heads,
        rows=rows,
    )


def _item(step: LikedStep, *, dim: bool) -> Item:
    share = step.liked / step.films if step.films else 0.0
    label = gettext(
        "%(stars)s★: %(liked)s of %(films)s liked, %(percent)s",
        stars=labels.format_stars(step.stars),
        liked=i18n.number(step.liked),
        films=i18n.number(step.films),
        percent=i18n.percent(share),
    )
    return Item(
        100 * share,
        Mark.to(step.link, label),
        text=i18n.number(100 * share) if step.films else "",
        tick=labels.format_star_figure(step.stars),
        dim=dim,
    )
