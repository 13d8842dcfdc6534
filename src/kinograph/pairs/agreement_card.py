"""The card on how far two people agree: the number with what it is made of, and their stars against each other."""

from __future__ import annotations

from collections import defaultdict

import polars as pl
from markupsafe import Markup

from kinograph import i18n
from kinograph.charts.columns import Tick
from kinograph.charts.dots import Corner, Dot, draw_dots
from kinograph.charts.marks import Mark
from kinograph.i18n import gettext, ngettext
from kinograph.layout import templates
from kinograph.pairs.agreement import FEWEST, Agreement
from kinograph.pairs.pair import Pair
from kinograph.stats.averages import mean
from kinograph.stats.labels import format_star_figure, format_stars


def say_agreement(agreement: Agreement) -> str:
    """Never without the films it is made of; "" where these are too few."""
    if agreement.share is None:
        return ""
    return ngettext(
        "%(percent)s agreement over %(n)s film you both rated",
        "%(percent)s agreement over %(n)s films you both rated",
        agreement.films,
        percent=i18n.percent(agreement.share),
    )


def explain_none(pair: Pair) -> str:
    """Why there is no agreement; "" where there is one."""
    if "stars" not in pair.told:
        return gettext("This link hides the stars, so there is no agreement.")
    if not pair.films["my_rating"].count():
        return gettext("You have rated no film, so there is no agreement.")
    if not pair.films["their_rating"].count():
        return gettext("They have rated no film, so there is no agreement.")
    if pair.agreement.share is None:
        n = pair.agreement.films
        return ngettext(
            "Not enough yet: you both rated %(n)s film, and agreement needs %(fewest)s.",
            "Not enough yet: you both rated %(n)s films, and agreement needs %(fewest)s.",
            n,
            fewest=FEWEST,
        )
    return ""


def draw_agreement(pair: Pair) -> Markup:
    """The card, as HTML."""
    title = gettext("Agreement")
    cells = {
        (mine, theirs): films
        for mine, theirs, films in pair.rated.group_by("my_rating", "their_rating").len().sort(pl.all()).iter_rows()
    }
    by_stars: dict[float, list[tuple[float, int]]] = defaultdict(list)
    for (mine, theirs), films in cells.items():
        by_stars[mine].append((theirs, films))
    is_shown = pair.agreement.share is not None
    return templates.render(
        "pairs/_agreement.html",
        title=title,
        agreement=pair.agreement,
        said=say_agreement(pair.agreement),
        missing=explain_none(pair),
        chart=_draw(cells, title) if is_shown else "",
        figures=_list_figures(pair) if is_shown else [],
        rows=[(format_star_figure(mine), *_row(found)) for mine, found in by_stars.items()] if is_shown else [],
    )


def _list_figures(pair: Pair) -> list[tuple[str, str]]:
    """Of the films that both rated."""
    mine, theirs = (mean(pair.rated[f"{whose}_rating"]) or 0.0 for whose in ("my", "their"))
    same = int((pair.rated["my_rating"] == pair.rated["their_rating"]).sum())
    return [
        (i18n.number(same), gettext("the same stars")),
        (i18n.decimal(mine), gettext("your mean")),
        (i18n.decimal(theirs), gettext("their mean")),
    ]


def _row(found: list[tuple[float, int]]) -> tuple[str, str]:
    films = sum(n for _, n in found)
    return i18n.number(films), i18n.decimal(sum(stars * n for stars, n in found) / films, 1)


def _draw(cells: dict[tuple[float, float], int], title: str) -> Markup:
    """Your stars upward, theirs across: on the line both say the same."""
    return draw_dots(
        [
            Dot(_x(theirs), _row_of(mine), films, "you" if mine >= theirs else "them", _mark(mine, theirs, films))
            for (mine, theirs), films in cells.items()
        ],
        rows=[format_stars(n / 2) + "★" if n % 2 == 0 else "" for n in range(1, 11)],
        ticks=[Tick(_x(n), f"{n}★") for n in range(1, 6)],
        agreement=(_x(0.5), 0, _x(5.0), 9),
        corner=Corner(gettext("you rate higher"), gettext("they rate higher")),
        across=gettext("Their stars"),
        up=gettext("Your stars"),
        label=title,
    )


def _x(stars: float) -> float:
    return (2 * stars - 0.5) * 10


def _row_of(stars: float) -> int:
    return round(2 * stars) - 1


def _mark(mine: float, theirs: float, films: int) -> Mark:
    label = ngettext(
        "You %(mine)s★, they %(theirs)s★: %(n)s film",
        "You %(mine)s★, they %(theirs)s★: %(n)s films",
        films,
        mine=format_stars(mine),
        theirs=format_stars(theirs),
    )
    return Mark("", label)
