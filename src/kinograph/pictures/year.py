"""A year in a few figures and sentences, for its square picture."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import polars as pl

from kinograph import i18n
from kinograph.i18n import gettext, ngettext
from kinograph.pictures.card_reader import Film
from kinograph.pictures.page_picture import ON_STRIP, YearContent
from kinograph.stats.cards import directors, months, year_totals
from kinograph.stats.page_context import PageContext
from kinograph.stats.posters import page_posters


def tell_year(view: PageContext) -> YearContent:
    """Of a page of a year with films."""
    films = page_posters(view)[:ON_STRIP]
    rated = view.watched["rating"].count()
    note = gettext("The best of %(year)s, most stars first", year=view.year) if rated else gettext("Films of the year")
    return YearContent(
        year=str(view.year),
        figures=tuple(_figures(view)),
        sentences=" ".join(_sentences(view)),
        films=tuple(Film(poster.title, poster.year) for poster in films),
        note=note,
    )


def _figures(view: PageContext) -> Iterator[tuple[str, str]]:
    """Films, hours, nights, countries and stars; what is unknown is left out."""
    figures = year_totals.compute(view)
    assert figures
    totals = figures.totals
    yield _part(ngettext("%(n)s film", "%(n)s films", totals.films), totals.films)
    if totals.hours:
        yield _part(ngettext("%(n)s hour", "%(n)s hours", totals.hours), totals.hours)
    yield _part(ngettext("%(n)s night", "%(n)s nights", totals.nights), totals.nights)
    countries = view.picked.columns.count_keys("countries", view.picked.watched_flags)
    if countries:
        yield _part(ngettext("%(n)s country", "%(n)s countries", countries), countries)
    if totals.mean is not None:
        mean = i18n.decimal(totals.mean)
        yield mean, gettext("%(mean)s stars on average", mean=mean).replace(mean, "", 1).strip()


def _part(text: str, count: int) -> tuple[str, str]:
    number = i18n.number(count)
    return number, text.replace(number, "", 1).strip()


def _sentences(view: PageContext) -> Iterator[str]:
    people = directors.compute(view)
    if people and people.top and people.top[0].films > 1:
        yield gettext("Most often: %(name)s.", name=people.top[0].name)
    by_month = months.compute(view)
    if by_month and [each.viewings for each in by_month.months].count(by_month.busiest[1]) == 1:
        month = i18n.locale().months["stand-alone"]["wide"][by_month.busiest[0]]
        yield gettext("Most viewings in %(month)s.", month=month)
    if last := _last_film(view):
        yield gettext("Last one: %(title)s.", title=last)


def _last_film(view: PageContext) -> str | None:
    """Of the last day, the one logged last."""
    viewings = view.dated(view.picked).with_row_index("row").sort("watched_on", "row")
    if not len(viewings) or not isinstance(viewings["watched_on"][-1], date):
        return None
    titles = view.picked.films.filter(pl.col("n") == viewings["n"][-1])["title"]
    return str(titles[0]) if len(titles) else None
